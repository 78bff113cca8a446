/** The boxes with which one chooses what the map shows. */

export class Layers {
  constructor(fieldset, state, config, onChange) {
    this.boxes = [...fieldset.querySelectorAll("input[type=checkbox]")];
    this.state = state;
    this.usual = config.usual_layers;
    this.onChange = onChange;
    // On a small screen the map itself comes first.
    if (window.matchMedia("(max-width: 63.99rem)").matches) fieldset.closest("details").open = false;
    fieldset.addEventListener("change", () => this.#push());
    this.show();
  }

  /** Names of the layers in the address; the usual ones when it names none. */
  get chosen() {
    const text = this.state.get("laag");
    return text === null ? this.usual : text.split(",");
  }

  show() {
    const chosen = new Set(this.chosen);
    for (const box of this.boxes) box.checked = chosen.has(box.value);
    this.onChange([...chosen]);
  }

  #push() {
    const names = this.boxes.filter((box) => box.checked).map((box) => box.value);
    const text = names.join(",");
    const params = this.state.params;
    params.delete("laag");
    if (text !== this.usual.join(",")) params.set("laag", text || "geen");
    const query = params.toString().replaceAll("%2C", ",");
    // Which layers are on is no step of its own in the history: going back undoes a selection.
    window.history.replaceState(null, "", `${window.location.pathname}${query ? `?${query}` : ""}${window.location.hash}`);
    this.onChange(names);
  }
}
