/**
 * Draws each `<figure data-chart="id">` from the specification beside it. No `eval` and no inline style: Vega runs on its
 * interpreter (our Content-Security-Policy allows nothing else), and colours named as tokens follow the theme.
 */

import { onSchemeChange, token } from "./tokens.js";

const PARTS = ["vega/vega.min.js", "vega-lite/vega-lite.min.js", "vega-embed/vega-embed.min.js"];
const ROOT = new URL("../vendor/", import.meta.url);
const SAID = ["role", "aria-label", "aria-roledescription"];
let loading;

/** Vega, loaded once and only on pages that draw. */
export function vega() {
  loading ??= PARTS.reduce((before, part) => before.then(() => script(new URL(part, ROOT).href)), Promise.resolve());
  return loading;
}

function script(address) {
  return new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = done;
    element.onerror = () => failed(new Error(`could not load ${address}`));
    document.head.append(element);
  });
}

/** The specification with every token replaced by its colour of now. */
export function coloured(part) {
  if (Array.isArray(part)) return part.map(coloured);
  if (part && typeof part === "object") return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(value)]));
  return typeof part === "string" && part.startsWith("--ov-") ? token(part) : part;
}

/** Draws a Vega-Lite specification in an element; gives Vega's view, to listen to its signals. */
export async function draw(element, spec) {
  await vega();
  const said = SAID.map((name) => [name, element.getAttribute(name)]);
  const result = await window.vegaEmbed(element, coloured(spec), {
    ast: true,
    actions: false,
    renderer: "svg",
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true, theme: "custom" },
  });
  // Vega calls every drawing "Vega visualization": put our own words back, for who does not see it.
  for (const [name, value] of said) value === null ? element.removeAttribute(name) : element.setAttribute(name, value);
  return result.view;
}

async function drawFigure(figure) {
  const element = document.getElementById(figure.dataset.chart);
  const spec = document.getElementById(`${figure.dataset.chart}-spec`);
  try {
    await draw(element, JSON.parse(spec.textContent));
  } catch (error) {
    // The numbers are in the table: open it, and say it to who looks in the console.
    console.warn(error);
    element.hidden = true;
    figure.querySelector("details")?.setAttribute("open", "");
  }
}

export function drawAll(root = document) {
  return Promise.all([...root.querySelectorAll("figure[data-chart]")].map(drawFigure));
}

drawAll();
onSchemeChange(() => drawAll());
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) drawAll(event.target);
});
