/** The picture: address → answer → map, hours, weeks and places, which all show the same selection. */

import { Extras } from "./extras.js";
import { Filters } from "./filters.js";
import { figure } from "./format.js";
import { hoursText } from "./hours.js";
import { Layers } from "./layers.js";
import { Matrix } from "./matrix.js";
import { Server } from "./server.js";
import { share } from "./share.js";
import { State } from "./state.js";
import { Weeks } from "./weeks.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const byId = (id) => document.getElementById(id);

const config = read("pic-config");
const texts = read("pic-texts");
let answer = read("pic-answer");
let map = null;

const state = new State();
const root = byId("pic");
const filters = new Filters(byId("pic-filters"), state);
const matrix = new Matrix(byId("pic-matrix"), (hours) => state.change({ uren: hoursText(hours) }));
const weeks = new Weeks(byId("pic-weeks"), byId("pic-weeks-read"), texts, (ends) => {
  state.change({ weken: ends && (ends[0] === ends[1] ? ends[0] : ends.join("..")) });
});
let parts = {};
const extras = new Extras(byId("pic-panels"), state, config.urls.extra, texts, (found) => {
  parts = found;
  map?.setParts(parts);
});
const layers = new Layers(byId("pic-layers"), state, config, (names) => {
  map?.setLayers(names);
  extras.show(state.query, names);
});
const choosePlace = (id) => state.change({ plek: id === answer.filter.place ? null : id });

const server = new Server(config.urls.answer, {
  busy: (yes) => {
    root.classList.toggle("is-busy", yes);
    byId("pic-busy").hidden = !yes;
  },
  answer: (found) => {
    answer = found;
    problem([]);
    show();
  },
  problem: (sentences) => problem(sentences),
}, texts);

state.onChange(() => {
  layers.show();
  server.ask(state.query);
});

/** Draws the answer everywhere. */
function show() {
  const { filter, page } = answer;
  for (const [id, html] of Object.entries(page.html)) swap(byId(id), html);
  for (const [id, text] of Object.entries(page.text)) byId(id).textContent = text;
  byId("pic-weeks-read").dataset.rest = page.text["pic-weeks-read"];
  filters.show(filter, page);
  matrix.show(answer.matrix, page.steps, filter.hour_numbers, figure);
  weeks.show(answer.weeks, filter.weeks);
  for (const link of document.querySelectorAll("[data-selection-action]")) {
    link.href = `${link.dataset.href}?${filter.query}`;
  }
  for (const link of root.querySelectorAll("[data-take], [data-asks]")) {
    link.href = `${link.dataset.take ?? link.dataset.asks}?${page.take_query}`;
  }
  extras.show(state.query, layers.chosen);
  map?.show(answer);
  root.dataset.answers = String(Number(root.dataset.answers ?? 0) + 1);
}

/** New content; who had the focus inside it keeps it on what is there instead. */
function swap(holder, html) {
  const held = holder.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  holder.innerHTML = html;
  if (held !== undefined) {
    const next = [...holder.querySelectorAll("[data-key]")].find((item) => item.dataset.key === held);
    (next ?? holder.querySelector("[data-key]") ?? byId("pic-status")).focus({ preventScroll: true });
  }
}

function problem(sentences) {
  const box = byId("pic-problem");
  box.hidden = sentences.length === 0;
  box.querySelector("ul").replaceChildren(...sentences.map((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    return item;
  }));
}

/** Links that change the selection stay on the page. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    state.goTo(new URL(link.href).search);
    return;
  }
  const row = event.target.closest("tr[data-place]");
  if (row && !event.target.closest("a, button")) choosePlace(row.dataset.place);
});

byId("pic-share").addEventListener("click", () => share(texts));
for (const panel of document.querySelectorAll("#pic-panels details.ov-panel")) {
  panel.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")));
}

show();
performance.mark("openvis:ready");

try {
  const { PictureMap } = await import("./map.js");
  map = new PictureMap(byId("pic-map"), config, texts, choosePlace, answer);
  map.setLayers(layers.chosen);
  map.setParts(parts);
  map.show(answer);
} catch (reason) {
  byId("pic-no-map").hidden = false;
  console.warn(reason);
}
