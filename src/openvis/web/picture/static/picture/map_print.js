/** The map on paper: a picture of it in the place of the canvas, which printers leave empty. */

const PAPER = 680;
/** Pixels between the margins of an A4 sheet. */

export function forPaper(map, holder) {
  const picture = document.createElement("img");
  picture.className = "pic-map__print";
  picture.alt = "";
  holder.append(picture);
  window.addEventListener("beforeprint", () => {
    const frame = holder.parentElement;
    // What is drawn can be read only in the same turn as it is drawn.
    map.redraw();
    picture.src = map.getCanvas().toDataURL("image/png");
    frame.style.setProperty("--pic-print-width", `${frame.offsetWidth}px`);
    frame.style.setProperty("--pic-print-height", `${frame.offsetHeight}px`);
    frame.style.setProperty("--pic-print-zoom", String(Math.min(1, PAPER / frame.offsetWidth)));
  });
}
