/** The map: the city's ground, the layers of an answer over it, numbered markers on the places. */

import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";

import { onSchemeChange } from "../ui/tokens.js";
import { Incidents } from "./map_incidents.js";
import { Labels } from "./map_labels.js";
import { breaks, legend, stepOf } from "./map_legend.js";
import { cells, colours, ground, marks, rates, sources } from "./map_style.js";
import { circle } from "./map_places.js";
import { forPaper } from "./map_print.js";
import { format, number } from "./format.js";

/** Layers of the map behind each box of the legend. */
const LAYERS = { hotspots: ["hot", "hot-edge"], dichtheid: ["density"], gebieden: ["rates"], incidenten: ["incidents"] };

/** Pixels by which a number stands outside its ring, so that it hides nothing. */
const OUTSIDE = [8, -8];

export class PictureMap {
  #config;
  #texts;
  #answer = null;
  #layers = new Set();
  #markers = [];
  #onPlace;
  #ready;
  #drawn;
  #isDrawn;

  constructor(holder, config, texts, onPlace) {
    this.#config = config;
    this.#texts = texts;
    this.#onPlace = onPlace;
    this.legend = document.getElementById("pic-legend");
    this.map = new maplibre.Map({
      container: holder,
      style: { version: 8, sources: sources(config), layers: ground(config, colours()) },
      bounds: config.bounds,
      fitBoundsOptions: { padding: 16 },
      hash: "kaart",
      minZoom: 8,
      maxZoom: 18,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      attributionControl: config.tiles ? { compact: false } : false,
      cooperativeGestures: window.matchMedia("(max-width: 63.99rem)").matches,
      locale: texts.map,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-left");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.incidents = new Incidents(this.map, maplibre, config.urls.incidents, texts);
    this.#drawn = new Promise((resolve) => { this.#isDrawn = resolve; });
    this.#ready = new Promise((resolve) => this.map.once("load", resolve)).then(() => this.#begin());
    onSchemeChange(() => this.#repaint());
    forPaper(this.map, holder);
  }

  #begin() {
    for (const layer of marks(colours())) this.map.addLayer(layer);
    this.#labels();
  }

  #repaint() {
    const c = colours();
    const all = [...ground(this.#config, c), rates(c), ...cells(c), ...marks(c)];
    for (const { id, paint } of all) {
      if (!this.map.getLayer(id)) continue;
      for (const [name, value] of Object.entries(paint)) this.map.setPaintProperty(id, name, value);
    }
  }

  async #labels() {
    const labels = new Labels(this.map, document.getElementById("pic-labels"));
    labels.avoid(() => this.#markers.map(({ marker }) => boxOf(marker.getElement(), this.map.getContainer())));
    for (const [rank, level] of this.#config.labels.entries()) {
      // Names of small areas wait until everything else is drawn.
      if (rank > 0) await this.#drawn;
      const answer = await fetch(this.#config.areas[level.id]);
      if (answer.ok) labels.add((await answer.json()).features, level.size);
    }
  }

  /** Which layers are shown: names of the legend's boxes. */
  setLayers(names) {
    this.#layers = new Set(names);
    this.#ready.then(() => {
      this.#visibility();
      this.#paintAnswer();
    });
  }

  #visibility() {
    for (const [name, ids] of Object.entries(LAYERS)) {
      for (const id of ids) {
        if (this.map.getLayer(id)) this.map.setLayoutProperty(id, "visibility", this.#layers.has(name) ? "visible" : "none");
      }
    }
    this.incidents.enabled = this.#layers.has("incidenten") && Boolean(this.#answer?.rows.allowed);
  }

  /** Draws an answer. */
  async show(answer) {
    this.#answer = answer;
    await this.#ready;
    if (this.#answer !== answer) return;
    this.#swap("grid", this.#config.urls.grid.replace("{cell}", answer.grid.cell), { tolerance: 0, buffer: 0 });
    this.#swap("areas", this.#config.areas[answer.filter.level], { promoteId: "code", tolerance: 0.2 });
    this.#overlay();
    this.#paintAnswer();
    this.#places();
    this.incidents.query = answer.filter.query;
    this.#visibility();
    this.map.once("idle", () => {
      document.documentElement.dataset.map = "ready";
      performance.mark("openvis:map");
      this.#isDrawn();
    });
  }

  /** A source by its address; another address makes it anew. */
  #swap(name, data, options) {
    const known = this.map.getSource(name);
    if (known && known.openvisAddress === data) return;
    if (known) known.setData(data);
    else this.map.addSource(name, { type: "geojson", data, ...options });
    this.map.getSource(name).openvisAddress = data;
  }

  /** The layers of an answer, once their sources are there: rates under the lines, cells over them, marks on top. */
  #overlay() {
    const c = colours();
    if (!this.map.getLayer("rates")) this.map.addLayer(rates(c), this.#config.tiles ? "finest" : "water");
    if (!this.map.getLayer("hot")) for (const layer of cells(c)) this.map.addLayer(layer, "ring-chosen");
  }

  #paintAnswer() {
    const answer = this.#answer;
    if (!answer || !this.map.getSource("grid")) return;
    const rows = [];
    this.map.removeFeatureState({ source: "grid" });
    this.map.removeFeatureState({ source: "areas" });
    const t = this.#texts;
    if (this.#layers.has("hotspots")) {
      const hot = answer.cells.count.map((count, index) => (answer.cells.hot[index] ? count : 0));
      const bounds = this.#fill("grid", "hot", answer.cells.id, hot);
      rows.push(legend(format(t.legend_hot, { cell: answer.grid.cell }), hot, bounds, bounds.length ? t.legend_hot_note : t.legend_hot_none));
    }
    if (this.#layers.has("dichtheid")) {
      const bounds = this.#fill("grid", "density", answer.density.id, answer.density.value);
      rows.push(legend(t.legend_density, answer.density.value, bounds));
    }
    if (this.#layers.has("gebieden")) {
      const values = answer.areas.map((area) => area.rate ?? 0);
      const bounds = this.#fill("areas", "rate", answer.areas.map((area) => area.code), values);
      const base = answer.areas[0]?.base_kind === "dwellings" ? t.legend_rate_dwellings : t.legend_rate_inhabitants;
      const small = answer.areas.filter((area) => area.small).length;
      rows.push(legend(base, values, bounds, small ? format(t.legend_rate_small, { number: number(small) }) : ""));
    }
    if (this.#layers.has("incidenten") && answer.rows.allowed) rows.push(legend(t.legend_incidents, [], [], t.legend_incidents_note));
    this.legend.replaceChildren(...rows);
    this.legend.hidden = rows.length === 0;
  }

  #fill(source, name, ids, values) {
    const bounds = breaks(values);
    ids.forEach((id, index) => {
      const step = stepOf(values[index], bounds);
      if (step) this.map.setFeatureState({ source, id }, { [name]: step });
    });
    return bounds;
  }

  #places() {
    const { places, grid, filter } = this.#answer;
    const rings = places.map((place) => ({
      type: "Feature",
      properties: { chosen: place.id === filter.place },
      geometry: circle(place, grid),
    }));
    this.map.getSource("places").setData({ type: "FeatureCollection", features: rings });
    for (const { marker } of this.#markers) marker.remove();
    this.#markers = places.map((place, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.className = "pic-marker";
      button.textContent = place.rank;
      button.dataset.place = place.id;
      button.setAttribute("aria-pressed", String(place.id === filter.place));
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        this.#onPlace(place.id);
      });
      const at = northEast(rings[index].geometry.coordinates);
      const marker = new maplibre.Marker({ element: button, offset: OUTSIDE }).setLngLat(at).addTo(this.map);
      button.setAttribute("aria-label", format(this.#texts.marker, { rank: place.rank, name: place.name }));
      return { marker, place };
    });
  }

  /** Brings a place into view when it is not. */
  reveal(id) {
    const place = this.#answer?.places.find((item) => item.id === id);
    if (place && !this.map.getBounds().contains(place.centre)) this.map.easeTo({ center: place.centre });
  }
}

/** The point of a ring at half past one, where its number stands. */
function northEast(ring) {
  return ring[Math.round(ring.length / 8)];
}

function boxOf(element, container) {
  const box = element.getBoundingClientRect();
  const origin = container.getBoundingClientRect();
  return { left: box.left - origin.left, top: box.top - origin.top, right: box.right - origin.left, bottom: box.bottom - origin.top };
}
