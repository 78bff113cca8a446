/** The observation form: here, on the map, or an area. Without scripts the choice of an area remains. */

import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";

const form = document.querySelector("[data-areas]");
const field = (name) => form.elements[name];
const where = form.querySelector("[data-where]");
const css = getComputedStyle(document.documentElement);
const colour = (name, other) => css.getPropertyValue(name).trim() || other;

/** The area a point lies in, by the even-odd rule; null outside all. */
function areaAt(collection, [lon, lat]) {
  const inside = (ring) => {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [x1, y1] = ring[i];
      const [x2, y2] = ring[j];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) odd = !odd;
    }
    return odd;
  };
  for (const { geometry, properties } of collection.features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    if (polygons.some((rings) => rings.reduce((odd, ring) => odd !== inside(ring), false))) return properties;
  }
  return null;
}

function start(areas) {
  const box = form.querySelector("[data-map]");
  box.hidden = false;
  const [west, south, east, north] = form.dataset.bounds.split(",").map(Number);
  const map = new maplibre.Map({
    container: box,
    bounds: [west, south, east, north],
    fitBoundsOptions: { padding: 8 },
    attributionControl: false,
    dragRotate: false,
    maxZoom: 18,
    style: {
      version: 8,
      sources: {
        areas: { type: "geojson", data: areas },
        ground: { type: "geojson", data: { type: "FeatureCollection", features: areas.ground } },
      },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colour("--ov-map-water", "#dfe8ed") } },
        { id: "land", type: "fill", source: "areas", paint: { "fill-color": colour("--ov-map-land", "#fff") } },
        {
          id: "water", type: "fill", source: "ground", filter: ["==", ["get", "layer"], "water"],
          paint: { "fill-color": colour("--ov-map-water", "#dfe8ed") },
        },
        {
          id: "ways", type: "line", source: "ground", filter: ["!=", ["get", "layer"], "water"],
          paint: { "line-color": colour("--ov-ink-quiet", "#556"), "line-width": 1.5, "line-dasharray": [3, 2] },
        },
        { id: "lines", type: "line", source: "areas", paint: { "line-color": colour("--ov-line-strong", "#889"), "line-width": 1 } },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  const marker = new maplibre.Marker({ color: colour("--ov-accent", "#0a5") });

  function put(lon, lat, precision) {
    const area = areaAt(areas, [lon, lat]);
    marker.setLngLat([lon, lat]).addTo(map);
    where.textContent = area ? where.dataset.found.replace("{area}", area.name) : where.dataset.outside;
    field("lon").value = lon.toFixed(6);
    field("lat").value = lat.toFixed(6);
    field("precision").value = Math.max(5, Math.round(precision));
    field("area").value = "";
  }

  map.on("click", ({ lngLat }) => {
    // A fingertip covers some 20 pixels: that is how sure the place is.
    const perPixel = (40075016.7 * Math.cos((lngLat.lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom());
    put(lngLat.lng, lngLat.lat, 20 * perPixel);
  });

  field("area").addEventListener("change", () => {
    if (!field("area").value) return;
    for (const name of ["lon", "lat", "precision"]) field(name).value = "";
    marker.remove();
    where.textContent = where.dataset.none;
  });

  const here = form.querySelector("[data-here]");
  here.hidden = !("geolocation" in navigator);
  here.addEventListener("click", () => {
    where.textContent = where.dataset.busy;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put(coords.longitude, coords.latitude, coords.accuracy);
        map.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 15 });
      },
      () => { where.textContent = where.dataset.failed; },
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 30000 },
    );
  });

  if (field("lon").value && field("lat").value) put(Number(field("lon").value), Number(field("lat").value), Number(field("precision").value) || 20);
  else where.textContent = where.dataset.none;
}

fetch(form.dataset.areas, { headers: { Accept: "application/geo+json" } })
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
  .then(start)
  .catch(() => { where.textContent = where.dataset.failed; });
