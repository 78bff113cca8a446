/** Names of areas as plain text over the map: large areas when far, small ones when near, none over another. */

const NEAR = 78;
/** Pixels that an average area must measure before the names of its level are shown. */
const METRES_AT_ZOOM_0 = 78271.517;

export class Labels {
  #levels = [];
  #asked = false;

  constructor(map, holder) {
    this.map = map;
    this.holder = holder;
    map.on("move", () => this.#soon());
    map.on("resize", () => this.#soon());
  }

  /** Adds a level's areas; the first added is always shown. size: metres across an average area. */
  add(features, size) {
    const rank = this.#levels.length;
    const labels = features.map((feature) => {
      const text = document.createElement("span");
      text.className = `pic-label pic-label--${Math.min(rank, 2)}`;
      text.textContent = feature.properties.name;
      text.hidden = true;
      this.holder.append(text);
      return { text, point: feature.properties.point, width: 0, height: 0 };
    });
    this.#levels.push({ labels, size, rank });
    this.#soon();
  }

  /** Boxes that names must keep clear of: the markers. */
  avoid(boxes) {
    this.boxes = boxes;
    this.#soon();
  }

  #soon() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#place();
    });
  }

  #place() {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const metre = 2 ** this.map.getZoom() / (METRES_AT_ZOOM_0 * Math.cos((this.map.getCenter().lat * Math.PI) / 180));
    const taken = (this.boxes?.() ?? []).slice();
    for (const { labels, size, rank } of this.#levels) {
      const shown = rank === 0 || size * metre > NEAR;
      for (const label of labels) {
        const box = shown ? this.#box(label, width, height) : null;
        const fits = box && !taken.some((other) => overlap(box, other));
        label.text.hidden = !fits;
        if (!fits) continue;
        taken.push(box);
        label.text.style.transform = `translate(${Math.round(box.left)}px, ${Math.round(box.top)}px)`;
      }
    }
  }

  #box(label, width, height) {
    const { x, y } = this.map.project(label.point);
    if (x < 0 || y < 0 || x > width || y > height) return null;
    if (!label.width) {
      label.text.hidden = false;
      label.width = label.text.offsetWidth;
      label.height = label.text.offsetHeight;
    }
    const left = x - label.width / 2;
    const top = y - label.height / 2;
    return { left, top, right: left + label.width, bottom: top + label.height };
  }
}

function overlap(one, other) {
  return one.left < other.right + 4 && other.left < one.right + 4 && one.top < other.bottom + 1 && other.top < one.bottom + 1;
}
