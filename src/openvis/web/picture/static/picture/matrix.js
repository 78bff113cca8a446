/** The hours of the week: a table in which one chooses a block of hours, by dragging or with the keyboard. */

import { HOURS, rectangle, same } from "./hours.js";

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class Matrix {
  #cells;
  #chosen = new Set();
  #preview = null;
  #from = null;
  #at = 0;
  #onChoose;

  /** onChoose gets the set of chosen hours; an empty one clears. */
  constructor(table, onChoose) {
    this.table = table;
    this.#onChoose = onChoose;
    this.#cells = [...table.querySelectorAll("td[data-hour]")];
    table.addEventListener("pointerdown", (event) => this.#begin(event));
    table.addEventListener("pointermove", (event) => this.#drag(event));
    table.addEventListener("pointerup", (event) => this.#end(event));
    table.addEventListener("pointercancel", () => this.#stop());
    table.addEventListener("keydown", (event) => this.#key(event));
    table.addEventListener("focusin", (event) => {
      const hour = this.#hourOf(event.target);
      if (hour !== null) this.#moveTo(hour, false);
    });
    this.#cells.forEach((cell, hour) => cell.setAttribute("tabindex", hour === 0 ? "0" : "-1"));
  }

  /** Draws an answer: numbers, steps of the scale (0 to 5) and the chosen hours. */
  show(numbers, steps, chosen, format) {
    this.#chosen = new Set(chosen ?? []);
    this.#stop();
    this.#cells.forEach((cell, hour) => {
      const day = Math.floor(hour / 24);
      cell.className = `pic-hour pic-hour--${steps[day][hour % 24]}`;
      cell.firstElementChild.textContent = format(numbers[day][hour % 24]);
    });
    this.#mark();
  }

  #hourOf(element) {
    const cell = element?.closest?.("td[data-hour]");
    return cell && this.table.contains(cell) ? Number(cell.dataset.hour) : null;
  }

  #begin(event) {
    const hour = this.#hourOf(event.target);
    if (hour === null || event.button !== 0) return;
    this.#from = hour;
    this.#moveTo(hour, false);
    this.#add = event.ctrlKey || event.metaKey;
    this.table.setPointerCapture(event.pointerId);
    this.#show(rectangle(hour, hour));
    event.preventDefault();
    this.#cells[hour].focus({ preventScroll: true });
  }

  #add = false;

  #drag(event) {
    if (this.#from === null) return;
    const hour = this.#hourOf(document.elementFromPoint(event.clientX, event.clientY));
    if (hour !== null) this.#show(rectangle(this.#from, hour));
  }

  #end() {
    if (this.#from === null || this.#preview === null) return;
    const drawn = this.#preview;
    this.#commit(this.#add ? new Set([...this.#chosen, ...drawn]) : drawn);
  }

  /** What is drawn becomes the choice; drawing the same again takes it away. */
  #commit(hours) {
    const next = same(hours, this.#chosen) || hours.size >= HOURS ? new Set() : hours;
    this.#stop();
    this.#chosen = next;
    this.#mark();
    this.#onChoose(next);
  }

  #stop() {
    this.#from = null;
    this.#preview = null;
    this.#mark();
  }

  #show(hours) {
    this.#preview = hours;
    this.#mark();
  }

  #mark() {
    const shown = this.#preview ?? this.#chosen;
    this.#cells.forEach((cell, hour) => cell.setAttribute("aria-selected", String(shown.has(hour))));
    this.table.classList.toggle("is-chosen", shown.size > 0);
  }

  #moveTo(hour, focus = true) {
    this.#cells[this.#at].setAttribute("tabindex", "-1");
    this.#at = hour;
    this.#cells[hour].setAttribute("tabindex", "0");
    if (focus) this.#cells[hour].focus();
  }

  #key(event) {
    const move = ARROWS[event.key];
    if (move) this.#arrow(event, move);
    else if (event.key === "Home") this.#moveTo(this.#at - (this.#at % 24));
    else if (event.key === "End") this.#moveTo(this.#at - (this.#at % 24) + 23);
    else if (event.key === "Enter" || event.key === " ") this.#commit(this.#preview ?? rectangle(this.#at, this.#at));
    else if (event.key === "Escape" && this.#preview) this.#stop();
    else if (event.key === "Escape" && this.#chosen.size) this.#commit(new Set(this.#chosen));
    else return;
    event.preventDefault();
  }

  #arrow(event, [days, hours]) {
    const day = Math.min(6, Math.max(0, Math.floor(this.#at / 24) + days));
    const hour = Math.min(23, Math.max(0, (this.#at % 24) + hours));
    if (event.shiftKey) this.#from ??= this.#at;
    this.#moveTo(day * 24 + hour);
    if (event.shiftKey) this.#show(rectangle(this.#from, this.#at));
    else this.#stop();
  }
}
