/** Numbers as the reader's language writes them, and texts with holes. */

const LANGUAGE = document.documentElement.lang || "nl";

/** 1234.5 → `1.235` in Dutch. */
export function number(value, decimals = 0) {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
}

/** As many decimals as a number of this size needs to say something. */
export function figure(value) {
  return number(value, value !== 0 && Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0);
}

/** Fills `{name}` in a text. */
export function format(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name]) : hole));
}

/** `za 21 nov 23:10` of an ISO moment without zone. */
export function moment(text) {
  const options = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(LANGUAGE, options).format(new Date(text));
}
