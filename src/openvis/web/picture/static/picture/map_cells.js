/** The cells of the city: their shapes come once for each size, and only those that say something are drawn. */

export class Cells {
  #shapes = new Map();

  /** address: of the shapes, with `{cell}` where the size goes. */
  constructor(address) {
    this.address = address;
  }

  /** Features of some cells with their step (or class), for a source of the map; cells without one are left out. */
  async features(cell, ids, values, name = "step") {
    const shapes = await this.#of(cell);
    const features = ids.flatMap((id, index) => (values[index] && shapes.has(id)
      ? [{ type: "Feature", properties: { [name]: values[index] }, geometry: { type: "Polygon", coordinates: shapes.get(id) } }]
      : []));
    return { type: "FeatureCollection", features };
  }

  #of(cell) {
    if (!this.#shapes.has(cell)) this.#shapes.set(cell, this.#fetch(cell));
    return this.#shapes.get(cell);
  }

  async #fetch(cell) {
    const answer = await fetch(this.address.replace("{cell}", cell));
    if (!answer.ok) throw new Error(`cells of ${cell} m: ${answer.status}`);
    const { features } = await answer.json();
    return new Map(features.map((feature) => [feature.id, feature.geometry.coordinates]));
  }
}
