/** Single incidents, for those who may see them, when one has come close enough. */

import { format, moment } from "./format.js";

const CLOSE = 15;

export class Incidents {
  #enabled = false;
  #query = "";
  #asked = null;

  constructor(map, maplibre, address, texts) {
    this.map = map;
    this.address = address;
    this.texts = texts;
    this.note = document.getElementById("pic-incidents-note");
    this.popup = new maplibre.Popup({ closeButton: true, maxWidth: "20rem" });
    map.on("moveend", () => this.#fetch());
    map.on("click", "incidents", (event) => this.#tell(event));
    map.on("mouseenter", "incidents", () => map.getCanvas().classList.add("pic-pointing"));
    map.on("mouseleave", "incidents", () => map.getCanvas().classList.remove("pic-pointing"));
  }

  set enabled(value) {
    if (value === this.#enabled) return;
    this.#enabled = value;
    this.#fetch();
  }

  set query(value) {
    if (value === this.#query) return;
    this.#query = value;
    this.#fetch();
  }

  async #fetch() {
    this.#asked?.abort();
    this.note.hidden = true;
    if (!this.#enabled || !this.address) return this.#show([]);
    if (this.map.getZoom() < CLOSE) {
      this.#say(this.texts.incidents_closer);
      return this.#show([]);
    }
    this.#asked = new AbortController();
    const box = this.map.getBounds().toArray().flat().map((degree) => degree.toFixed(5)).join(",");
    try {
      const answer = await fetch(`${this.address}?${this.#query}&bbox=${box}`, { signal: this.#asked.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      this.#show(found.features);
      if (!found.complete) this.#say(this.texts.incidents_most);
    } catch (problem) {
      if (problem.name !== "AbortError") this.#say(this.texts.failed);
    }
  }

  #show(features) {
    this.map.getSource("incidents")?.setData({ type: "FeatureCollection", features });
  }

  #say(text) {
    this.note.textContent = text;
    this.note.hidden = false;
  }

  #tell(event) {
    const { kind_name: kind, begin, end, attempt, precision, propose } = event.features[0].properties;
    const body = document.createElement("div");
    const title = document.createElement("p");
    title.className = "pic-popup__title";
    title.textContent = attempt === true ? format(this.texts.attempt_of, { kind }) : kind;
    const when = document.createElement("p");
    when.textContent = begin === end ? moment(begin) : `${moment(begin)} – ${moment(end)}`;
    const sure = document.createElement("p");
    sure.className = "pic-popup__note";
    sure.textContent = format(this.texts.precision, { metres: Math.round(precision) });
    body.append(title, when, sure);
    if (propose) {
      const way = document.createElement("a");
      way.href = propose;
      way.textContent = this.texts.propose;
      body.append(way);
    }
    this.popup.setLngLat(event.lngLat).setDOMContent(body).addTo(this.map);
  }
}
