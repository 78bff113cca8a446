/** What the colours mean, in numbers: the steps of a layer and its legend. */

import { figure } from "./format.js";

export const STEPS = 5;

/** Lower bounds of at most five steps, evenly apart on a root scale so that few and many both show. */
export function breaks(values) {
  const sorted = values.filter((value) => value > 0);
  if (!sorted.length) return [];
  const least = Math.min(...sorted);
  const most = Math.max(...sorted);
  const bounds = Array.from({ length: STEPS }, (_, index) => {
    const part = Math.sqrt(least) + ((Math.sqrt(most) - Math.sqrt(least)) * index) / STEPS;
    return index === 0 ? least : rounded(part ** 2, most);
  });
  return bounds.filter((bound, index) => index === 0 || (bound > bounds[index - 1] && bound <= most));
}

function rounded(value, most) {
  const unit = most >= 10 ? 1 : 0.1;
  return Math.ceil(value / unit) * unit;
}

/** The step of a value, 1 to 5; 0 for nothing. With fewer bounds than steps the strongest colours are used. */
export function stepOf(value, bounds) {
  if (!(value > 0) || !bounds.length) return 0;
  let index = 0;
  while (index + 1 < bounds.length && value >= bounds[index + 1]) index += 1;
  return index + 1 + (STEPS - bounds.length);
}

/** Draws the row of a part: title, a scale for each of its rows of classes, and its note. */
export function partLegend({ title, rows, note }) {
  const row = legend(title, [], [], "");
  const table = document.createElement("div");
  table.className = "pic-legend__rows";
  for (const { title: name, classes } of rows) {
    const label = document.createElement("p");
    label.textContent = name;
    const scale = document.createElement("ol");
    scale.className = "pic-legend__scale";
    scale.append(...classes.map(([style, words]) => {
      const item = document.createElement("li");
      item.className = `pic-${style}`;
      item.append(Object.assign(document.createElement("span"), { textContent: words }));
      return item;
    }));
    table.append(label, scale);
  }
  if (rows.length) row.append(table);
  if (note) row.append(Object.assign(document.createElement("p"), { className: "pic-legend__note", textContent: note }));
  return row;
}

/** Draws one row of the legend: title, colours from few to many, with the number each begins at. */
export function legend(title, values, bounds, note) {
  const row = document.createElement("div");
  row.className = "pic-legend__row";
  const name = document.createElement("p");
  name.className = "pic-legend__title";
  name.textContent = title;
  row.append(name);
  if (bounds.length) {
    const scale = document.createElement("ol");
    scale.className = "pic-legend__scale";
    const most = Math.max(...values);
    bounds.forEach((bound, index) => {
      const item = document.createElement("li");
      item.className = `pic-heat-${index + 1 + (STEPS - bounds.length)}`;
      const text = document.createElement("span");
      const last = index === bounds.length - 1 && figure(bound) !== figure(most);
      text.textContent = last ? `${figure(bound)}–${figure(most)}` : figure(bound);
      item.append(text);
      scale.append(item);
    });
    row.append(scale);
  }
  if (note) {
    const small = document.createElement("p");
    small.className = "pic-legend__note";
    small.textContent = note;
    row.append(small);
  }
  return row;
}
