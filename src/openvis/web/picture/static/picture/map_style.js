/** What the map is made of: sources and layers, in the colours of the page. */

import { scale, token } from "../ui/tokens.js";

/** The colours of the moment, light or dark. */
export function colours() {
  return {
    land: token("--ov-map-land"),
    water: token("--ov-map-water"),
    line: token("--ov-map-line"),
    strong: token("--ov-map-line-strong"),
    ink: token("--ov-ink"),
    accent: token("--ov-accent"),
    more: token("--ov-more"),
    surface: token("--ov-surface"),
    heat: scale("heat"),
    time: scale("time"),
    dark: getComputedStyle(document.documentElement).colorScheme.includes("dark"),
  };
}

/** The colours of the classes of a part; `picture.css` gives its legend the same. */
function classes(c) {
  return {
    "more-1": c.heat[1], "more-2": c.heat[2], "more-3": c.heat[4],
    alert: c.more, forecast: c.accent, "zone-1": c.heat[1], "zone-2": c.heat[2], "zone-3": c.heat[4],
    "less-1": c.time[1], "less-2": c.time[2], "less-3": c.time[4],
  };
}

const EMPTY = { type: "FeatureCollection", features: [] };
const byStep = (step, heat) => ["match", step, ...heat.flatMap((colour, index) => [index + 1, colour]), "rgba(0,0,0,0)"];
const byClass = (value, c) => ["match", value, ...Object.entries(classes(c)).flat(), "rgba(0,0,0,0)"];
const line = (name) => ["==", ["get", "line"], name];

/** All sources; what depends on the answer or on what one wants to see comes later. */
export function sources(config) {
  const made = {
    lines: { type: "geojson", data: config.urls.lines },
    finest: { type: "geojson", data: config.areas[config.finest], tolerance: 0.2 },
    coarse: { type: "geojson", data: config.areas[config.coarse], tolerance: 0.2 },
    areas: { type: "geojson", data: EMPTY, promoteId: "code", tolerance: 0.2 },
    hot: { type: "geojson", data: EMPTY, tolerance: 0, buffer: 0 },
    density: { type: "geojson", data: EMPTY, tolerance: 0, buffer: 0 },
    places: { type: "geojson", data: EMPTY },
    incidents: { type: "geojson", data: EMPTY },
    "part-cells": { type: "geojson", data: EMPTY, tolerance: 0, buffer: 0 },
    "part-areas": { type: "geojson", data: EMPTY, promoteId: "code", tolerance: 0.2 },
  };
  if (config.tiles) made.tiles = { type: "raster", tiles: [config.tiles], tileSize: 256, maxzoom: 19, attribution: config.tiles_source };
  return made;
}

/** The ground: the city's own lines and planes, or tiles when there are any. */
function ground(config, c) {
  if (config.tiles) {
    return [
      { id: "ground", type: "background", paint: { "background-color": c.land } },
      {
        id: "tiles", type: "raster", source: "tiles",
        paint: { "raster-saturation": -0.75, "raster-brightness-min": c.dark ? 0.05 : 0.12, "raster-brightness-max": c.dark ? 0.32 : 1, "raster-fade-duration": 0 },
      },
      { id: "finest", type: "line", source: "finest", paint: { "line-color": c.strong, "line-width": 0.6, "line-opacity": 0.5 } },
      { id: "coarse", type: "line", source: "coarse", paint: { "line-color": c.strong, "line-width": 1.2 } },
    ];
  }
  return [
    { id: "ground", type: "background", paint: { "background-color": config.has_water ? c.land : c.water } },
    { id: "city", type: "fill", source: "finest", paint: { "fill-color": c.land, "fill-antialias": false } },
    { id: "water", type: "fill", source: "lines", filter: line("water"), paint: { "fill-color": c.water } },
    { id: "neighbours", type: "line", source: "lines", filter: line("neighbours"), paint: { "line-color": c.line, "line-width": 0.5, "line-opacity": 0.6 } },
    { id: "finest", type: "line", source: "finest", paint: { "line-color": c.line, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.4, 14, 1] } },
    { id: "coarse", type: "line", source: "coarse", paint: { "line-color": c.strong, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.7, 14, 1.6] } },
    { id: "road", type: "line", source: "lines", filter: line("roads"), paint: { "line-color": c.strong, "line-width": 1.2 } },
    { id: "rail", type: "line", source: "lines", filter: line("rail"), paint: { "line-color": c.strong, "line-width": 1.4, "line-dasharray": [4, 2] } },
    { id: "border", type: "line", source: "lines", filter: line("border"), paint: { "line-color": c.strong, "line-width": 1.2 } },
  ];
}

/** All layers in their order: rates under the lines of the ground, cells over them, marks on top. */
export function layers(config, c) {
  const below = ground(config, c);
  const at = below.findIndex((layer) => layer.id === (config.tiles ? "finest" : "water"));
  return [...below.slice(0, at), rates(c), partAreas(c), ...below.slice(at), ...cells(c), ...partCells(c), ...marks(c)];
}

/** Under the lines, so that one keeps finding one's way. */
function rates(c) {
  return { id: "rates", type: "fill", source: "areas", paint: { "fill-color": byStep(["coalesce", ["feature-state", "step"], 0], c.heat), "fill-opacity": 0.72 } };
}

/** Areas of a part, by class. */
function partAreas(c) {
  const name = ["coalesce", ["feature-state", "class"], ""];
  return { id: "part-areas", type: "fill", source: "part-areas", paint: { "fill-color": byClass(name, c), "fill-opacity": ["case", ["==", name, "alert"], 0.35, 0.72] } };
}

/** Cells of a part, by class. */
function partCells(c) {
  return [
    { id: "part-cells", type: "fill", source: "part-cells", paint: { "fill-color": byClass(["get", "class"], c), "fill-opacity": ["match", ["get", "class"], "forecast", 0.3, ["zone-1", "zone-2", "zone-3"], 0.7, 0.92], "fill-antialias": false } },
    { id: "part-cells-mark", type: "line", source: "part-cells", filter: ["==", ["get", "class"], "forecast"], paint: { "line-color": c.accent, "line-width": 1.6 } },
    { id: "part-cells-edge", type: "line", source: "part-cells", minzoom: 12, paint: { "line-color": c.land, "line-width": 0.8, "line-opacity": 0.7 } },
  ];
}

/** Layers that lie on the grid. */
function cells(c) {
  const colour = byStep(["get", "step"], c.heat);
  return [
    { id: "density", type: "fill", source: "density", paint: { "fill-color": colour, "fill-opacity": 0.66, "fill-antialias": false } },
    { id: "hot", type: "fill", source: "hot", paint: { "fill-color": colour, "fill-opacity": 0.92, "fill-antialias": false } },
    { id: "hot-edge", type: "line", source: "hot", minzoom: 12, paint: { "line-color": c.land, "line-width": 0.8, "line-opacity": 0.7 } },
  ];
}

/** Rings around the places, and single incidents, on top. */
function marks(c) {
  const chosen = ["==", ["get", "chosen"], true];
  return [
    { id: "ring-chosen", type: "line", source: "places", filter: chosen, paint: { "line-color": c.accent, "line-width": 2.6 } },
    { id: "ring", type: "line", source: "places", filter: ["!", chosen], paint: { "line-color": c.accent, "line-width": 1.5, "line-dasharray": [2.5, 2] } },
    {
      id: "incidents", type: "circle", source: "incidents", minzoom: 15,
      paint: { "circle-radius": 5, "circle-color": c.accent, "circle-opacity": 0.75, "circle-stroke-color": c.surface, "circle-stroke-width": 1.2 },
    },
  ];
}
