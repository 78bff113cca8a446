/** The ring around a place. */

const METRES_A_DEGREE = 111_320;
const POINTS = 64;
const ROOM = 1.1;
/** Cells between the outermost cell's centre and the ring. */

/** A circle around all cells of a place, as the coordinates of a line. */
export function circle(place, grid) {
  const cells = place.id.split(".").map((id) => [Number(id) % grid.nx, Math.floor(Number(id) / grid.nx)]);
  const column = cells.reduce((sum, cell) => sum + cell[0], 0) / cells.length;
  const row = cells.reduce((sum, cell) => sum + cell[1], 0) / cells.length;
  const far = Math.max(...cells.map((cell) => Math.hypot(cell[0] - column, cell[1] - row)));
  const radius = (far + ROOM) * grid.cell;
  const [lon, lat] = place.centre;
  const wide = radius / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180));
  const high = radius / METRES_A_DEGREE;
  const coordinates = Array.from({ length: POINTS + 1 }, (_, index) => {
    const angle = (2 * Math.PI * index) / POINTS;
    return [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)];
  });
  return { type: "LineString", coordinates };
}
