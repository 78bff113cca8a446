/** Hours of the week, 0 is Monday from 00:00, to and from the text in the address (`vr23-za3`). */

const DAYS = ["ma", "di", "wo", "do", "vr", "za", "zo"];
export const HOURS = 168;

const point = (hour) => `${DAYS[Math.floor(hour / 24)]}${hour % 24}`;

/** The text of a set of hours; null for none and for all, which both mean: no choice. */
export function hoursText(hours) {
  if (hours.size === 0 || hours.size >= HOURS) return null;
  const begins = [...hours].filter((hour) => !hours.has((hour + HOURS - 1) % HOURS)).sort((a, b) => a - b);
  return begins
    .map((begin) => {
      let end = begin;
      while (hours.has(end % HOURS)) end += 1;
      return `${point(begin)}-${point(end % HOURS)}`;
    })
    .join(",");
}

/** The hours in the rectangle between two cells of the matrix. */
export function rectangle(from, to) {
  const [day1, day2] = [Math.floor(from / 24), Math.floor(to / 24)].sort((a, b) => a - b);
  const [hour1, hour2] = [from % 24, to % 24].sort((a, b) => a - b);
  const hours = new Set();
  for (let day = day1; day <= day2; day += 1) {
    for (let hour = hour1; hour <= hour2; hour += 1) hours.add(day * 24 + hour);
  }
  return hours;
}

/** Whether two sets hold the same. */
export function same(one, other) {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
