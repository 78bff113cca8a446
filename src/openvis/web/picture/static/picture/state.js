/** The state of the page is its address: what is chosen stands in the query string, and nowhere else. */

/** Parameters of the page itself; all others are the server's filter. */
const OF_PAGE = ["laag"];

export class State {
  #listeners = [];

  constructor() {
    window.addEventListener("popstate", () => this.#tell("history"));
  }

  get params() {
    return new URLSearchParams(window.location.search);
  }

  get(name) {
    return this.params.get(name);
  }

  /** What the server is asked: the query string without what belongs to the page alone. */
  get query() {
    const params = this.params;
    for (const name of OF_PAGE) params.delete(name);
    return readable(params);
  }

  /** Sets parameters (null takes one away) as one step of the browser's history. */
  change(values, { step = true } = {}) {
    const params = this.params;
    for (const [name, value] of Object.entries(values)) {
      params.delete(name);
      if (value !== null && value !== "") params.set(name, value);
    }
    this.goTo(readable(params), { step });
  }

  /** Goes to a whole query string, keeping what belongs to the page and the position of the map. */
  goTo(query, { step = true } = {}) {
    const params = new URLSearchParams(query);
    for (const name of OF_PAGE) {
      const value = this.get(name);
      if (value && !params.has(name)) params.set(name, value);
    }
    const text = readable(params);
    if (text === readable(this.params)) return;
    const address = `${window.location.pathname}${text ? `?${text}` : ""}${window.location.hash}`;
    if (step) window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
    this.#tell("page");
  }

  /** Calls back after each change, with "page" or "history" as its cause. */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  #tell(cause) {
    for (const listener of this.#listeners) listener(cause);
  }
}

/** A query string that people can read: commas and dots as they are. */
function readable(params) {
  return params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}
