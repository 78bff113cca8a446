"""What happens: background, planted places, near repeats, an emerging cluster, a measure; together one city."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from openvis.cli.city import times
from openvis.cli.city.places import Places, lay_out, point_of
from openvis.cli.city.recipe import NearRepeat, Pattern, Recipe, Spot
from openvis.cli.city.times import Calendar, Floats, Ints, Times
from openvis.profile import Profile

Bools = NDArray[np.bool_]

YEARS_WEEKS = 260
FRESH_DAYS = 8
"""So long before their term ends rows are not made any more: they must not be destroyed the day after."""


@dataclass(frozen=True)
class Rows:
    """Incidents as columns."""

    kind: Ints
    """Position in the recipe's kinds."""
    x: Floats
    y: Floats
    area: Ints
    begin: Times
    end: Times
    reported: Times
    attempt: Bools
    origin: Ints
    """0 background, 1 a near repeat, 2 and on the planted places in the order of `City.spots`."""

    def where(self, mask: Bools | Ints) -> "Rows":
        """The chosen rows."""
        return Rows(**{name: column[mask] for name, column in vars(self).items()})

    def __len__(self) -> int:
        return int(self.kind.size)

    @staticmethod
    def together(parts: list["Rows"]) -> "Rows":
        """Rows of several processes under each other."""
        return Rows(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})


@dataclass(frozen=True)
class City:
    """A demonstration: its rows, in the order in which they were reported, and what was planted in them."""

    profile: Profile
    recipe: Recipe
    calendar: Calendar
    seed: int
    kinds: list[str]
    spots: list[Spot]
    rows: Rows
    source: Ints
    """Position in the recipe's deliveries."""
    mapped: Ints
    """2 with a point, 1 with an area alone, 0 without a place."""


def make(profile: Profile, recipe: Recipe, *, incidents: int, until: date, seed: int) -> City:
    """Incidents over five years up to and including the Sunday `until`, or for as long as the sources keep them."""
    if until.weekday() != 6:
        raise ValueError(f"until is {until:%A %Y-%m-%d}; expected a Sunday")
    if incidents < 1000:
        raise ValueError(f"incidents is {incidents}; expected at least 1000")
    rng = np.random.default_rng(seed)
    terms = [profile.source(part.source).retention_days for part in recipe.deliveries]
    weeks = min(YEARS_WEEKS, (min(terms) - FRESH_DAYS) // 7)
    if weeks < 10:
        raise ValueError(f"the shortest term of retention is {min(terms)} days; a demonstration needs at least 78")
    calendar = Calendar(np.datetime64(until - timedelta(days=7 * weeks - 1), "D"), weeks)
    kinds, spots = list(recipe.kinds), _spots(recipe)
    places = lay_out(profile, recipe, rng)
    rows = _everything(profile, recipe, calendar, places, incidents, rng)
    rows = _after_measure(rows, recipe, profile, calendar, rng)
    # What is reported after the last day has not been delivered yet: the latest weeks are incomplete, as in life.
    rows = rows.where((rows.reported < calendar.end) & (rows.begin >= calendar.monday))
    rows = rows.where(np.argsort(rows.reported, kind="stable"))
    return City(
        profile=profile,
        recipe=recipe,
        calendar=calendar,
        seed=seed,
        kinds=kinds,
        spots=spots,
        rows=rows,
        source=_sources(profile, recipe, rows, rng),
        mapped=_mapped(recipe, len(rows), rng),
    )


def _spots(recipe: Recipe) -> list[Spot]:
    return [*recipe.hotspots, *recipe.busy, *([recipe.emerging] if recipe.emerging else [])]


def _everything(
    profile: Profile, recipe: Recipe, calendar: Calendar, places: Places, incidents: int, rng: np.random.Generator
) -> Rows:
    kinds, spots = list(recipe.kinds), _spots(recipe)
    planted = rng.poisson([incidents * spot.share for spot in spots])
    shares = np.array([pattern.share for pattern in recipe.kinds.values()])
    background = rng.multinomial(max(incidents - int(planted.sum()), 0), shares / shares.sum())
    parts = []
    for number, (kind, pattern) in enumerate(recipe.kinds.items()):
        repeat = recipe.near_repeat if recipe.near_repeat and recipe.near_repeat.kind == kind else None
        parts.append(_background(number, pattern, repeat, int(background[number]), calendar, places, rng))
    for position, (spot, n) in enumerate(zip(spots, planted, strict=True)):
        mix = rng.multinomial(n, np.array(list(spot.kinds.values())) / sum(spot.kinds.values()))
        at = point_of(profile, spot.place)
        for kind, count in zip(spot.kinds, mix, strict=True):
            number, pattern, origin = kinds.index(kind), recipe.kinds[kind], position + 2
            parts.append(_planted(number, pattern, spot, at, origin, int(count), calendar, places, rng))
    return Rows.together(parts)


def _background(
    number: int, pattern: Pattern, repeat: NearRepeat | None, n: int, calendar: Calendar, places: Places,
    rng: np.random.Generator,
) -> Rows:  # fmt: skip
    first = n if repeat is None else round(n * (1.0 - repeat.ratio))
    weeks = rng.choice(calendar.weeks, size=first, p=calendar.week_chances(pattern, rng))
    hours = rng.choice(times.HOURS, size=first, p=times.hour_chances(pattern.hours))
    x, y, areas = places.draw(pattern.base, pattern.at_centres, first, rng)
    origin = np.zeros(first, dtype=np.int64)
    if repeat is not None:
        first_ones = (weeks, hours, x, y, areas)
        weeks, hours, x, y, areas, origin = _with_repeats(repeat, pattern, first_ones, calendar, places, rng)
    begin, end = times.known_between(calendar.moments(weeks, hours, rng), pattern.known, rng)
    return _rows(number, pattern, x, y, areas, begin, end, origin, rng)


def _with_repeats(
    repeat: NearRepeat, pattern: Pattern, first_ones: tuple[Ints, Ints, Floats, Floats, Ints], calendar: Calendar,
    places: Places, rng: np.random.Generator,
) -> tuple[Ints, Ints, Floats, Floats, Ints, Ints]:  # fmt: skip
    """Each incident, and each repeat, has on average `ratio` repeats: near in exponential distance and days."""
    weeks, hours, x, y, areas = first_ones
    day, parents = weeks * 7 + hours // 24, np.arange(weeks.size)
    days, origin = [day], [np.zeros(weeks.size, dtype=np.int64)]
    columns = [(hours % 24, x, y, areas)]
    of_day = times.hour_chances(pattern.hours).reshape(7, 24)
    last_day, last = day, columns[0]
    while parents.size:
        parents = np.repeat(np.arange(last_day.size), rng.poisson(repeat.ratio, last_day.size))
        child_day = last_day[parents] + 1 + rng.exponential(repeat.days, parents.size).astype(np.int64)
        reach, angle = rng.exponential(repeat.metres, parents.size), rng.uniform(0, 2 * np.pi, parents.size)
        near_x, near_y = last[1][parents] + reach * np.cos(angle), last[2][parents] + reach * np.sin(angle)
        found = places.locate(near_x, near_y)
        keep = (found >= 0) & (child_day < 7 * calendar.weeks)
        last_day = child_day[keep]
        chances = of_day[last_day % 7]
        hour = _choose_rows(chances / chances.sum(axis=1, keepdims=True), rng)
        last = (hour, near_x[keep], near_y[keep], found[keep])
        days.append(last_day)
        origin.append(np.ones(last_day.size, dtype=np.int64))
        columns.append(last)
        parents = np.arange(last_day.size)
    all_days = np.concatenate(days)
    hour, x, y, areas = (np.concatenate([part[i] for part in columns]) for i in range(4))
    return all_days // 7, (all_days % 7) * 24 + hour, x, y, areas, np.concatenate(origin)


def _choose_rows(chances: Floats, rng: np.random.Generator) -> Ints:
    """One position from each row of probabilities."""
    passed = chances.cumsum(axis=1) < rng.random((len(chances), 1))
    return np.asarray(passed.sum(axis=1).clip(0, chances.shape[1] - 1))


def _planted(
    number: int, pattern: Pattern, spot: Spot, at: tuple[float, float], origin: int, n: int, calendar: Calendar,
    places: Places, rng: np.random.Generator,
) -> Rows:  # fmt: skip
    if spot.weeks is None:
        weeks = rng.choice(calendar.weeks, size=n, p=calendar.week_chances(pattern, rng))
    else:
        weeks = calendar.weeks - 1 - rng.integers(0, spot.weeks, n)
    hours = times.draw_hours(times.hour_chances(pattern.hours), spot, n, rng)
    x, y, areas = places.draw(pattern.base, 0.0, n, rng)
    every = np.arange(n)
    x, y, areas = places.around(x, y, areas, every, np.full(n, at[0]), np.full(n, at[1]), spot.spread_m, rng)
    moments = calendar.moments(weeks, hours, rng)
    if spot.span:
        begin, end = times.span(moments, spot, np.isin(hours, times.spot_hours(spot)), rng)
    else:
        begin, end = times.known_between(moments, "exact", rng)
    return _rows(number, pattern, x, y, areas, begin, end, np.full(n, origin), rng)


def _rows(
    number: int, pattern: Pattern, x: Floats, y: Floats, areas: Ints, begin: Times, end: Times, origin: Ints,
    rng: np.random.Generator,
) -> Rows:  # fmt: skip
    n = x.size
    return Rows(
        kind=np.full(n, number),
        x=np.round(x),
        y=np.round(y),
        area=areas,
        begin=begin,
        end=end,
        reported=times.reported(end, pattern.delay_hours, rng),
        attempt=rng.random(n) < pattern.attempts,
        origin=origin,
    )


def _after_measure(rows: Rows, recipe: Recipe, profile: Profile, calendar: Calendar, rng: np.random.Generator) -> Rows:
    """Without the share that the measure prevented."""
    measure = recipe.measure
    if measure is None:
        return rows
    at = point_of(profile, measure.place)
    near = np.hypot(rows.x - at[0], rows.y - at[1]) <= measure.radius_m
    kinds = [list(recipe.kinds).index(kind) for kind in measure.kinds]
    later = rows.begin >= calendar.end - np.timedelta64(7 * measure.weeks_ago, "D")
    prevented = near & later & np.isin(rows.kind, kinds) & (rng.random(len(rows)) < measure.effect)
    return rows.where(~prevented)


def _sources(profile: Profile, recipe: Recipe, rows: Rows, rng: np.random.Generator) -> Ints:
    """Which delivery brings each row: among the sources that know its kind, by their shares."""
    source = np.zeros(len(rows), dtype=np.int64)
    for number, kind in enumerate(recipe.kinds):
        which = np.flatnonzero(rows.kind == number)
        able = [kind in profile.source(part.source).kinds for part in recipe.deliveries]
        chance = np.array([part.share if can else 0.0 for part, can in zip(recipe.deliveries, able, strict=True)])
        source[which] = rng.choice(len(able), size=which.size, p=chance / chance.sum())
    return source


def _mapped(recipe: Recipe, n: int, rng: np.random.Generator) -> Ints:
    chance = rng.random(n)
    return np.where(chance < recipe.without_place, 0, np.where(chance < recipe.without_place + recipe.only_area, 1, 2))
