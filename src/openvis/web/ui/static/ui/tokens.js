/** The colours of the page as the theme gives them, for what draws itself (map, charts). */

const SCHEME = window.matchMedia("(prefers-color-scheme: dark)");

/** The resolved colour of a token, as `rgb(…)` or `#…`: token("--ov-heat-3"). */
export function token(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return asHex(colour);
}

/** The five steps of a scale, light to strong: scale("heat"), scale("time"). */
export function scale(name) {
  return [1, 2, 3, 4, 5].map((step) => token(`--ov-${name}-${step}`));
}

/** Calls `redraw` when the reader's system changes between light and dark. */
export function onSchemeChange(redraw) {
  SCHEME.addEventListener("change", () => redraw());
}

/** `color-mix` results come as `color(srgb …)`, which maps and charts do not read: give `#rrggbb`. */
function asHex(colour) {
  const numbers = colour.match(/-?[\d.]+(e-?\d+)?/g)?.map(Number) ?? [0, 0, 0];
  const parts = colour.startsWith("color(") ? numbers.slice(0, 3).map((part) => part * 255) : numbers.slice(0, 3);
  return `#${parts.map((part) => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, "0")).join("")}`;
}
