/** Asks the server for answers: a short pause first, and only the last question counts. */

const PAUSE = 80;
const BUSY_AFTER = 150;

export class Server {
  #timer = null;
  #asked = null;
  #busy = null;

  /** address: of the answer. events: { busy(bool), answer(json), problem(list of sentences) }. */
  constructor(address, events, texts) {
    this.address = address;
    this.events = events;
    this.texts = texts;
  }

  ask(query) {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#timer = setTimeout(() => this.#fetch(query), PAUSE);
    this.#busy ??= setTimeout(() => this.events.busy(true), BUSY_AFTER);
  }

  async #fetch(query) {
    const asked = (this.#asked = new AbortController());
    try {
      const answer = await fetch(`${this.address}?${query}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (answer.redirected) throw new Error("signed out");
      const body = await answer.json();
      this.#rest();
      if (answer.ok) this.events.answer(body);
      else this.events.problem(body.problems ?? [this.texts.failed]);
    } catch (problem) {
      if (asked.signal.aborted) return;
      this.#rest();
      this.events.problem([problem.message === "signed out" ? this.texts.signed_out : this.texts.failed]);
    }
  }

  #rest() {
    clearTimeout(this.#busy);
    this.#busy = null;
    this.events.busy(false);
  }
}
