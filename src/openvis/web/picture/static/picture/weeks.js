/** The line per week with its expected band; dragging over it chooses weeks. Colours come from the style sheet. */

import { format, number } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { top: 10, right: 10, bottom: 20, left: 34 };
const LABEL_WIDTH = 84;

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A round number at or above the largest value, with at most four steps below it. */
function ceiling(largest) {
  const rough = Math.max(largest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough));
  return { step, top: Math.ceil(Math.max(largest, 1) / step) * step };
}

export class Weeks {
  #rows = [];
  #chosen = null;
  #from = null;
  #to = null;
  #onChoose;
  #texts;

  /** onChoose gets the first and the last chosen week, or null to clear. */
  constructor(holder, readout, texts, onChoose) {
    this.holder = holder;
    this.readout = readout;
    this.#texts = texts;
    this.#onChoose = onChoose;
    this.svg = element("svg", { class: "pic-line", "aria-hidden": "true", focusable: "false" });
    holder.replaceChildren(this.svg);
    this.svg.addEventListener("pointerdown", (event) => this.#begin(event));
    this.svg.addEventListener("pointermove", (event) => this.#move(event));
    this.svg.addEventListener("pointerup", () => this.#end());
    this.svg.addEventListener("pointercancel", () => this.#cancel());
    this.svg.addEventListener("pointerleave", () => this.#read(null));
    new ResizeObserver(() => this.#draw()).observe(holder);
  }

  /** Draws the weeks of an answer, and the choice: [first, last] or null. */
  show(rows, chosen) {
    this.#rows = rows;
    this.#chosen = chosen;
    this.#draw();
  }

  #draw() {
    const width = this.holder.clientWidth;
    const height = this.holder.clientHeight;
    this.svg.replaceChildren();
    if (!width || !height || !this.#rows.length) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    const last = Math.max(1, this.#rows.length - 1);
    this.step = (right - MARGIN.left) / last;
    const { top, step } = ceiling(Math.max(...this.#rows.map((row) => Math.max(row.count, row.high ?? 0, row.before ?? 0))));
    this.x = (index) => MARGIN.left + index * this.step;
    this.y = (value) => bottom - (value / top) * (bottom - MARGIN.top);
    this.bottom = bottom;
    this.#axes(right, top, step);
    this.#incomplete(right);
    this.#band();
    this.#before();
    this.brush = element("rect", { class: "pic-line__chosen", y: MARGIN.top, height: bottom - MARGIN.top, width: 0 });
    this.rule = element("line", { class: "pic-line__rule", y1: MARGIN.top, y2: bottom, visibility: "hidden" });
    this.svg.append(this.brush, this.rule);
    this.#line();
    this.#brush();
  }

  #axes(right, top, step) {
    for (let value = 0; value <= top; value += step) {
      const y = this.y(value);
      this.svg.append(
        element("line", { class: "pic-line__grid", x1: MARGIN.left, x2: right, y1: y, y2: y }),
        element("text", { class: "pic-line__text", x: MARGIN.left - 6, y: y + 4, "text-anchor": "end" }, number(value)),
      );
    }
    const last = this.#rows.length - 1;
    const marks = last * this.step > 3 * LABEL_WIDTH ? [0, Math.round(last / 2), last] : [0, last];
    marks.forEach((index, place) => {
      const anchor = place === 0 ? "start" : place === marks.length - 1 ? "end" : "middle";
      const at = { class: "pic-line__text", x: this.x(index), y: this.bottom + 16, "text-anchor": anchor };
      this.svg.append(element("text", at, this.name(this.#rows[index])));
    });
  }

  /** `wk 47 2026` */
  name(row) {
    const [year, week] = row.week.split("-W");
    return format(this.#texts.week, { week: Number(week), year });
  }

  #incomplete(right) {
    const first = this.#rows.findIndex((row) => row.incomplete);
    if (first < 0) return;
    const pattern = element("pattern", { id: "pic-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(element("line", { class: "pic-line__hatch", x1: 0, x2: 0, y1: 0, y2: 6 }));
    const defs = element("defs", {});
    defs.append(pattern);
    const x = Math.max(MARGIN.left, this.x(first) - this.step / 2);
    this.svg.append(defs, element("rect", {
      class: "pic-line__incomplete", x, y: MARGIN.top, width: Math.max(3, right - x), height: this.bottom - MARGIN.top, fill: "url(#pic-hatch)",
    }));
  }

  #band() {
    for (const run of runs(this.#rows, (row) => row.low !== null)) {
      const upper = run.map((index) => `${this.x(index)},${this.y(this.#rows[index].high)}`);
      const lower = run.map((index) => `${this.x(index)},${this.y(this.#rows[index].low)}`).reverse();
      this.svg.append(element("polygon", { class: "pic-line__band", points: [...upper, ...lower].join(" ") }));
    }
  }

  /** The weeks of the other period that stand opposite. */
  #before() {
    for (const run of runs(this.#rows, (row) => row.before !== undefined && row.before !== null)) {
      const points = run.map((index) => `${this.x(index)},${this.y(this.#rows[index].before)}`).join(" ");
      this.svg.append(element("polyline", { class: "pic-line__before", points }));
    }
  }

  #line() {
    const points = this.#rows.map((row, index) => `${this.x(index)},${this.y(row.count)}`);
    const complete = this.#rows.filter((row) => !row.incomplete).length;
    this.svg.append(
      element("polyline", { class: "pic-line__count", points: points.slice(0, complete).join(" ") }),
      element("polyline", { class: "pic-line__count pic-line__count--open", points: points.slice(Math.max(0, complete - 1)).join(" ") }),
    );
    this.#rows.forEach((row, index) => {
      if (row.above) this.svg.append(element("circle", { class: "pic-line__above", cx: this.x(index), cy: this.y(row.count), r: 3.5 }));
    });
  }

  #index(event) {
    const box = this.svg.getBoundingClientRect();
    const index = Math.round((event.clientX - box.left - MARGIN.left) / this.step);
    return Math.min(this.#rows.length - 1, Math.max(0, index));
  }

  #begin(event) {
    if (event.button !== 0 || !this.#rows.length) return;
    this.#from = this.#to = this.#index(event);
    this.svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.#brush();
  }

  #move(event) {
    if (!this.#rows.length) return;
    const index = this.#index(event);
    this.#read(index);
    if (this.#from === null) return;
    this.#to = index;
    this.#brush();
  }

  #end() {
    if (this.#from === null) return;
    const [first, last] = [this.#from, this.#to].sort((a, b) => a - b);
    this.#from = this.#to = null;
    const weeks = [this.#rows[first].week, this.#rows[last].week];
    const again = this.#chosen && this.#chosen[0] === weeks[0] && this.#chosen[1] === weeks[1];
    // One press inside the choice takes it away, as does drawing the same again.
    const inside = first === last && this.#chosen && this.#chosen[0] <= weeks[0] && weeks[0] <= this.#chosen[1];
    this.#onChoose(again || inside ? null : weeks);
  }

  #cancel() {
    this.#from = this.#to = null;
    this.#brush();
  }

  #brush() {
    let ends = null;
    if (this.#from !== null) ends = [this.#from, this.#to].sort((a, b) => a - b);
    else if (this.#chosen) {
      const inside = this.#rows.flatMap((row, index) => (row.week >= this.#chosen[0] && row.week <= this.#chosen[1] ? [index] : []));
      if (inside.length) ends = [inside[0], inside.at(-1)];
    }
    if (!this.brush) return;
    this.brush.setAttribute("x", ends ? Math.max(MARGIN.left, this.x(ends[0]) - this.step / 2) : 0);
    this.brush.setAttribute("width", ends ? Math.max(4, (ends[1] - ends[0] + 1) * this.step) : 0);
  }

  #read(index) {
    const row = index === null ? null : this.#rows[index];
    this.rule?.setAttribute("visibility", row ? "visible" : "hidden");
    if (!row) {
      this.readout.textContent = this.readout.dataset.rest;
      return;
    }
    this.rule.setAttribute("x1", this.x(index));
    this.rule.setAttribute("x2", this.x(index));
    const values = { week: this.name(row), count: number(row.count), low: number(row.low), high: number(row.high) };
    const text = row.low === null ? this.#texts.week_alone : this.#texts.week_expected;
    const before = row.before === undefined || row.before === null ? "" : ` ${format(this.#texts.week_before, { count: number(row.before) })}`;
    this.readout.textContent = format(text, values) + before + (row.incomplete ? ` ${this.#texts.week_incomplete}` : "");
  }
}

/** Stretches of neighbouring indices for which a condition holds. */
function runs(rows, holds) {
  const found = [];
  rows.forEach((row, index) => {
    if (!holds(row)) return;
    if (found.at(-1)?.at(-1) === index - 1) found.at(-1).push(index);
    else found.push([index]);
  });
  return found;
}
