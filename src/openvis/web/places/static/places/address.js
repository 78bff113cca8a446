/** Suggests addresses while somebody types, as a combobox with a list (WAI-ARIA). Without it the form reads the line itself. */

const WAIT = 120;
const LEAST = 3;
let count = 0;

/** One field: its parts, what is shown, and which of it is in focus. */
class Combo {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input[type=text]");
    this.key = root.querySelector("[data-key]");
    this.for = root.querySelector("[data-for]");
    this.list = root.querySelector("[role=listbox]");
    this.status = root.querySelector("[role=status]");
    this.items = [];
    this.active = -1;
    this.turn = 0;
    count += 1;
    this.list.id = `address-list-${count}`;
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(roles)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[role=option]");
      if (item) this.choose(Number(item.dataset.place));
    });
    // On a slow line somebody may have typed before this script was there.
    if (document.activeElement === this.input && !this.key.value && this.input.value.trim().length >= LEAST) this.ask();
  }

  typed() {
    this.key.value = "";
    this.for.value = "";
    this.root.querySelector("[data-doubt]")?.remove();
    clearTimeout(this.timer);
    if (this.input.value.trim().length < LEAST) this.close();
    else this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    this.turn += 1;
    const turn = this.turn;
    const body = new URLSearchParams({ q: this.input.value });
    if ("ended" in this.root.dataset) body.set("ended", "1");
    try {
      const answer = await fetch(this.root.dataset.address, { method: "POST", body, headers: { "X-CSRFToken": token() } });
      const found = answer.ok && !answer.redirected ? (await answer.json()).found : null;
      // A later question may have been answered already, or the field left.
      if (turn === this.turn && found && document.activeElement === this.input) this.show(found);
    } catch {
      this.close();
    }
  }

  show(found) {
    this.items = found;
    this.active = -1;
    this.list.replaceChildren(...found.map((item, place) => this.drawn(item, place)));
    const { none, one, many } = this.root.dataset;
    this.status.textContent = found.length === 0 ? none : found.length === 1 ? one : many.replace("{n}", found.length);
    if (found.length === 0) {
      const empty = document.createElement("li");
      empty.className = "ov-combo__none";
      empty.setAttribute("role", "presentation");
      empty.textContent = none;
      this.list.append(empty);
    }
    this.open(true);
  }

  drawn(item, place) {
    const line = document.createElement("li");
    line.id = `${this.list.id}-${place}`;
    line.className = "ov-combo__option";
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.dataset.place = place;
    line.textContent = item.title;
    if (item.note) {
      const note = document.createElement("span");
      note.className = "ov-combo__note";
      note.textContent = item.note;
      line.append(" ", note);
    }
    return line;
  }

  pressed(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden && this.input.value.trim().length >= LEAST) this.ask();
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    }
  }

  move(step) {
    if (!this.items.length) return;
    const before = this.active < 0 && step < 0 ? 0 : this.active;
    this.active = (before + step + this.items.length) % this.items.length;
    [...this.list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === this.active)));
    const line = this.list.children[this.active];
    this.input.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  choose(place) {
    const item = this.items[place];
    this.input.value = item.title;
    this.key.value = item.key;
    this.for.value = item.title;
    this.close();
    this.status.textContent = `${this.root.dataset.chosen} ${item.title}`;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  open(shown) {
    this.list.hidden = !shown;
    this.input.setAttribute("aria-expanded", String(shown));
    if (!shown) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.turn += 1;
    this.active = -1;
    this.open(false);
  }
}

/** The token that every changing request carries; the frame keeps it for htmx. */
function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
}

// Also for a field that htmx brings in later.
const known = new WeakSet();
function begin(event) {
  const root = event.target.closest?.("[data-address]");
  if (!root || known.has(root) || event.target.type !== "text") return;
  known.add(root);
  new Combo(root);
}
for (const root of document.querySelectorAll("[data-address]")) begin({ target: root.querySelector("input[type=text]") });
document.addEventListener("focusin", begin);
