/** The map: the city's ground, the layers of an answer over it, numbered markers on the places. */

import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";

import { onSchemeChange } from "../ui/tokens.js";
import { Cells } from "./map_cells.js";
import { Incidents } from "./map_incidents.js";
import { Labels } from "./map_labels.js";
import { breaks, legend, partLegend, stepOf } from "./map_legend.js";
import { colours, layers, sources } from "./map_style.js";
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
  #area;
  #areasShown = "";
  #drawn;
  #isDrawn;
  #parts = {};
  #partAreasShown = "";

  constructor(holder, config, texts, onPlace, { filter, page }) {
    this.#config = config;
    this.#texts = texts;
    this.#onPlace = onPlace;
    this.legend = document.getElementById("pic-legend");
    this.map = new maplibre.Map({
      container: holder,
      style: { version: 8, sources: sources(config), layers: layers(config, colours()) },
      bounds: page.bounds,
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
    this.#area = filter.area;
    this.cells = new Cells(config.urls.grid);
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-left");
    this.map.addControl(new maplibre.ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.incidents = new Incidents(this.map, maplibre, config.urls.incidents, texts);
    this.#drawn = new Promise((resolve) => { this.#isDrawn = resolve; });
    this.#ready = new Promise((resolve) => this.map.once("style.load", resolve));
    this.#ready.then(() => this.#labels());
    onSchemeChange(() => this.#repaint());
    forPaper(this.map, holder);
  }

  #repaint() {
    for (const { id, paint } of layers(this.#config, colours())) {
      for (const [name, value] of Object.entries(paint)) this.map.setPaintProperty(id, name, value);
    }
  }

  async #labels() {
    const labels = new Labels(this.map, document.getElementById("pic-labels"));
    labels.avoid(() => this.#markers.map(({ marker }) => boxOf(marker.getElement(), this.map.getContainer())));
    for (const [rank, level] of this.#config.labels.entries()) {
      // Tiles bring their own names of small areas; without, those wait until everything else is drawn.
      if (rank > 0 && this.#config.tiles) return;
      if (rank > 0) await this.#drawn;
      const answer = await fetch(this.#config.areas[level.id]);
      if (answer.ok) labels.add((await answer.json()).features, level.size);
    }
  }

  /** Which layers are shown: names of the legend's boxes. */
  async setLayers(names) {
    this.#layers = new Set(names);
    await this.#ready;
    this.#visibility();
    this.#paintAnswer();
  }

  /** Layers of the parts that came when they were asked for, by name. */
  async setParts(parts) {
    this.#parts = parts;
    await this.#ready;
    await this.#paintAnswer();
  }

  #visibility() {
    for (const [name, ids] of Object.entries(LAYERS)) {
      const shown = this.#layers.has(name) ? "visible" : "none";
      for (const id of ids) this.map.setLayoutProperty(id, "visibility", shown);
    }
    this.incidents.enabled = this.#layers.has("incidenten") && Boolean(this.#answer?.rows.allowed);
  }

  /** Draws an answer. */
  async show(answer) {
    this.#answer = answer;
    await this.#ready;
    if (this.#answer !== answer) return;
    this.#visibility();
    await this.#paintAnswer();
    if (this.#answer !== answer) return;
    this.#places();
    this.#goTo(answer);
    this.incidents.query = answer.filter.query;
    this.map.once("idle", () => {
      document.documentElement.dataset.map = "ready";
      performance.mark("openvis:map");
      this.#isDrawn();
    });
    this.map.triggerRepaint();
  }

  /** Another area comes into view; as long as it stays the same, the reader decides what is in view. */
  #goTo({ filter, page }) {
    if (filter.area === this.#area) return;
    this.#area = filter.area;
    this.map.fitBounds(page.bounds, { padding: 16, animate: false });
  }

  /** Fills the layers that are on, and says in the legend what their colours mean. */
  async #paintAnswer() {
    const answer = this.#answer;
    if (!answer) return;
    const rows = [];
    if (this.#layers.has("hotspots")) rows.push(await this.#hot(answer));
    if (this.#layers.has("dichtheid")) rows.push(await this.#density(answer));
    if (this.#layers.has("gebieden")) rows.push(this.#rates(answer));
    if (this.#layers.has("incidenten") && answer.rows.allowed) {
      rows.push(legend(this.#texts.legend_incidents, [], [], this.#texts.legend_incidents_note));
    }
    rows.push(...(await this.#paintParts()));
    if (this.#answer !== answer) return;
    this.legend.replaceChildren(...rows);
    this.legend.hidden = rows.length === 0;
  }

  /** Draws the parts that are on, and gives their legends. */
  async #paintParts() {
    const shown = Object.entries(this.#parts).filter(([name]) => this.#layers.has(name)).map(([, part]) => part);
    const features = [];
    this.map.removeFeatureState({ source: "part-areas" });
    for (const part of shown) {
      if (part.ids) features.push(...(await this.cells.features(part.cell, part.ids, part.classes, "class")).features);
      else this.#partAreas(part);
    }
    this.map.getSource("part-cells").setData({ type: "FeatureCollection", features });
    const told = new Set();
    return shown.map(({ legend: one }) => {
      const again = told.has(one.title);
      told.add(one.title);
      // Two layers of one part share their colours: these are told once.
      return partLegend(again ? { ...one, rows: [] } : one);
    });
  }

  #partAreas({ level, classes }) {
    const address = this.#config.areas[level];
    if (this.#partAreasShown !== address) this.map.getSource("part-areas").setData(address);
    this.#partAreasShown = address;
    for (const [code, name] of Object.entries(classes)) {
      this.map.setFeatureState({ source: "part-areas", id: code }, { class: name });
    }
  }

  async #hot({ cells, grid }) {
    const counts = cells.count.map((count, index) => (cells.hot[index] ? count : 0));
    const bounds = await this.#fill("hot", grid.cell, cells.id, counts);
    const t = this.#texts;
    return legend(format(t.legend_hot, { cell: grid.cell }), counts, bounds, bounds.length ? t.legend_hot_note : t.legend_hot_none);
  }

  async #density({ density, grid }) {
    const bounds = await this.#fill("density", grid.cell, density.id, density.value);
    return legend(this.#texts.legend_density, density.value, bounds);
  }

  async #fill(source, cell, ids, values) {
    const answer = this.#answer;
    const bounds = breaks(values);
    const features = await this.cells.features(cell, ids, values.map((value) => stepOf(value, bounds)));
    if (this.#answer === answer) this.map.getSource(source).setData(features);
    return bounds;
  }

  #rates({ areas, filter }) {
    const address = this.#config.areas[filter.level];
    if (this.#areasShown !== address) this.map.getSource("areas").setData(address);
    this.#areasShown = address;
    const bounds = breaks(areas.map((area) => area.rate ?? 0));
    this.map.removeFeatureState({ source: "areas" });
    for (const area of areas) {
      const step = stepOf(area.rate ?? 0, bounds);
      if (step) this.map.setFeatureState({ source: "areas", id: area.code }, { step });
    }
    const t = this.#texts;
    const title = areas[0]?.base_kind === "dwellings" ? t.legend_rate_dwellings : t.legend_rate_inhabitants;
    const small = areas.filter((area) => area.small).length;
    return legend(title, areas.map((area) => area.rate ?? 0), bounds, small ? format(t.legend_rate_small, { number: number(small) }) : "");
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
