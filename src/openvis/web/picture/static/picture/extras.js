/** Parts of the page that come when they are asked for: a panel that is opened, or a layer that is put on. */

const NOTHING = {};

export class Extras {
  #parts = new Map();
  #query = "";
  #layers = new Set();
  #state;
  #address;
  #texts;
  #onLayers;

  /** onLayers gets all layers there are, by name, when any of them changed. */
  constructor(holder, state, address, texts, onLayers) {
    this.#state = state;
    this.#address = address;
    this.#texts = texts;
    this.#onLayers = onLayers;
    for (const panel of holder.querySelectorAll("[data-extra]")) {
      const part = { panel, layers: (panel.dataset.layers ?? "").split(" ").filter(Boolean), shown: null, asked: null, found: NOTHING };
      this.#parts.set(panel.dataset.extra, part);
      panel.addEventListener("toggle", () => this.#refresh(part));
    }
  }

  /** Another selection, or other layers: what is looked at is asked anew, the rest when somebody looks. */
  show(query, layers) {
    this.#query = query;
    this.#layers = new Set(layers);
    for (const element of document.querySelectorAll("[data-when]")) {
      element.hidden = !this.#state.get(element.dataset.when);
    }
    for (const part of this.#parts.values()) this.#refresh(part);
  }

  async #refresh(part) {
    const away = Boolean(part.panel.closest("[data-when][hidden]"));
    if (away) {
      part.asked?.abort();
      part.shown = null;
      this.#put(part, NOTHING);
      return;
    }
    if (!part.panel.open && !part.layers.some((name) => this.#layers.has(name))) return;
    const query = this.#query;
    if (part.shown === query) return;
    part.asked?.abort();
    const asked = (part.asked = new AbortController());
    part.shown = query;
    const body = part.panel.querySelector("[data-extra-body]");
    body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.#address}${part.panel.dataset.extra}?${query}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (!answer.ok) throw new Error((found.problems ?? []).join(" "));
      body.innerHTML = found.html;
      const title = part.panel.querySelector("[data-extra-title]");
      if (title && found.title) title.textContent = found.title;
      this.#put(part, found.layers);
    } catch (problem) {
      if (asked.signal.aborted) {
        if (part.asked === asked) part.shown = null;
        return;
      }
      part.shown = null;
      body.textContent = problem instanceof SyntaxError || !problem.message ? this.#texts.failed : problem.message;
      this.#put(part, NOTHING);
    }
    body.removeAttribute("aria-busy");
    part.panel.dataset.answers = String(Number(part.panel.dataset.answers ?? 0) + 1);
  }

  #put(part, layers) {
    if (part.found === layers) return;
    part.found = layers;
    this.#onLayers(Object.assign({}, ...[...this.#parts.values()].map((one) => one.found)));
  }
}
