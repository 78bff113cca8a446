/** The bar of filters: each change goes into the address at once; the address goes back into the fields. */

export class Filters {
  constructor(form, state) {
    this.form = form;
    this.state = state;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#push();
    });
    form.addEventListener("change", (event) => this.#changed(event));
    for (const button of form.querySelectorAll("[data-all], [data-none]")) {
      button.addEventListener("click", () => this.#whole(button));
    }
    for (const preset of form.querySelectorAll("[data-from]")) {
      preset.addEventListener("click", () => state.change({ van: preset.dataset.from, tot: preset.dataset.to, weken: null }));
    }
  }

  get #kinds() {
    return [...this.form.querySelectorAll("input[name=soort]")];
  }

  #changed(event) {
    if (event.target.type === "date" && !event.target.checkValidity()) return;
    if (event.target.dataset.theme !== undefined) {
      for (const box of this.#kinds) {
        if (box.closest("fieldset") === event.target.closest("fieldset")) box.checked = event.target.checked;
      }
    }
    this.#push();
  }

  #whole(button) {
    for (const box of this.#kinds) box.checked = button.hasAttribute("data-all");
    if (button.hasAttribute("data-all")) this.#push();
    else this.#themes();
  }

  /** The fields, as parameters; nothing ticked and everything usual both mean: as usual. */
  #push() {
    const chosen = this.#kinds.filter((box) => box.checked).map((box) => box.value);
    const usual = new Set(this.form.dataset.usualKinds.split(","));
    const asUsual = chosen.length === usual.size && chosen.every((kind) => usual.has(kind));
    const value = (name) => this.form.elements[name]?.value || null;
    const own = value("vergelijk") === "eigen";
    document.getElementById("pic-own").hidden = !own;
    this.#themes();
    this.state.change({
      soort: chosen.length && !asUsual ? chosen.join(",") : null,
      van: value("van"),
      tot: value("tot"),
      gebied: value("gebied"),
      pogingen: value("pogingen") === "alle" ? null : value("pogingen"),
      vergelijk: value("vergelijk"),
      vergelijk_van: own ? value("vergelijk_van") : null,
      vergelijk_tot: own ? value("vergelijk_tot") : null,
      niveau: value("niveau") === this.form.dataset.usualLevel ? null : value("niveau"),
    });
  }

  /** Puts an answer's filter into the fields. */
  show(filter, page) {
    const kinds = new Set(filter.kinds);
    for (const box of this.#kinds) box.checked = kinds.has(box.value);
    this.#themes();
    const values = { van: filter.from, tot: filter.to, gebied: filter.area ?? "", pogingen: filter.attempts, niveau: filter.level, vergelijk: page.compare?.choice ?? "" };
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      if (field && document.activeElement !== field) field.value = value;
    }
    document.getElementById("pic-own").hidden = values.vergelijk !== "eigen";
    document.getElementById("pic-kinds-chosen").textContent = page.kinds_text;
    document.getElementById("pic-period-chosen").textContent = page.period_text;
  }

  /** A theme's own box is ticked when all its kinds are, and half when some are. */
  #themes() {
    for (const box of this.form.querySelectorAll("[data-theme]")) {
      const kinds = [...box.closest("fieldset").querySelectorAll("input[name=soort]")];
      const ticked = kinds.filter((kind) => kind.checked).length;
      box.checked = ticked === kinds.length;
      box.indeterminate = ticked > 0 && ticked < kinds.length;
    }
  }
}
