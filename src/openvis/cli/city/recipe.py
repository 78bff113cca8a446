"""What a demonstration is made of: `demo.yaml` of the profile, or sensible guesses where it is silent."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openvis.profile import Kind, Profile, Source

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Hour = Annotated[int, Field(ge=0, le=24)]


GUESSED_HOURS = [([4, 5], 22, 2), ([0, 1, 2, 3, 4], 15, 19), ([5, 6], 12, 17)]
"""Days, first and last hour of the planted places where demo.yaml names none."""


class RecipeError(ValueError):
    """demo.yaml asks for something that cannot be; the message says where and what was expected."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pattern(_Part):
    """How one kind behaves."""

    share: float = Field(gt=0.0)
    """Weight among the kinds; they need not add up to one."""
    trend: float = 0.0
    """Change in a year: -0.1 is 10 % less."""
    season: float = Field(default=0.0, ge=0.0, le=20.0)
    """How sharp the yearly peak is; 0 is none, 0.3 a gentle wave, 8 a few weeks."""
    peak_week: int = Field(default=1, ge=1, le=53)
    hours: Literal["even", "day", "evening", "weekend_night", "shop", "dwelling", "parked", "new_year"] = "even"
    known: Literal["exact", "hours", "dwelling", "overnight"] = "exact"
    """How well the moment is known: exactly, within some hours, as at a burgled home, or overnight."""
    delay_hours: float = Field(default=3.0, gt=0.0)
    """Median time between the end and the report."""
    attempts: Share = 0.0
    base: Literal["dwellings", "inhabitants", "business"] = "inhabitants"
    at_centres: Share = 0.0
    """Share that happens around the centres."""


class Kept(_Part):
    """What people of the demonstration made of a hotspot: kept as focus place, with or without a decision."""

    goal: str = ""
    interpretation: str
    accepted: str = ""
    """Reason of acceptance; empty leaves the place undecided."""
    action: str = ""
    """What is agreed once it is accepted, by the role's person who works there."""
    phase: Literal["preventive", "repressive", "aftercare", "enabling"] = "preventive"
    due_weeks: int = Field(default=4, ge=1)


class Spot(_Part):
    """A place with more than its share (hotspot), in its own hours."""

    id: str
    place: str
    """Named place of the profile, or code of an area on the finest level."""
    kinds: dict[str, float] = Field(min_length=1)
    share: Share
    """Of all incidents of the whole period, also when it lasts shorter."""
    days: list[Annotated[int, Field(ge=0, le=6)]] = Field(min_length=1)
    """Days on which the hours begin; 0 is Monday."""
    begin_hour: Hour
    end_hour: Hour
    """Not after begin_hour: on the next day."""
    spread_m: float = Field(default=80.0, gt=0.0)
    span: bool = False
    """The moment is only known as within these hours (a bicycle at the station)."""
    weeks: int | None = Field(default=None, ge=1)
    """Only in the last so many weeks: an emerging cluster."""
    kept: Kept | None = None


class NearRepeat(_Part):
    """Each incident brings another one nearby soon after with some chance (herhaalrisico)."""

    kind: str
    ratio: float = Field(default=0.3, ge=0.0, lt=1.0)
    metres: float = Field(default=110.0, gt=0.0)
    days: float = Field(default=7.0, gt=0.0)


class Measure(_Part):
    """A measure with effect: from a day on, a share of what would have happened around a place does not happen."""

    id: str
    place: str
    radius_m: float = Field(gt=0.0)
    kinds: list[str] = Field(min_length=1)
    weeks_ago: int = Field(ge=1)
    effect: Share


class Delivered(_Part):
    """Which source delivers which part of the kinds it knows."""

    source: str
    share: float = Field(default=1.0, gt=0.0)


class Recipe(_Part):
    """The whole demonstration."""

    kinds: dict[str, Pattern]
    centres: dict[str, float]
    """Named place or area code → weight."""
    hotspots: list[Spot]
    emerging: Spot | None = None
    near_repeat: NearRepeat | None = None
    busy: list[Spot] = []
    """Places that are busier than others, but not planted as hotspots: where a measure is taken, say."""
    measure: Measure | None = None
    deliveries: list[Delivered] = Field(min_length=1)
    without_place: Share = 0.03
    only_area: Share = 0.02


def recipe_for(profile: Profile) -> Recipe:
    """The recipe of a profile. Raises RecipeError."""
    try:
        recipe = Recipe.model_validate(_guesses(profile) | profile.demo)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecipeError(f"demo.yaml: {where}: found {first['input']!r}; {first['msg']}") from None
    _check(recipe, profile)
    return recipe


def _check(recipe: Recipe, profile: Profile) -> None:
    kinds = {kind.id for kind in profile.kinds}
    places = {place.id for place in profile.places} | {area.code for area in profile.areas_of(profile.finest.id)}
    spots = [*recipe.hotspots, *recipe.busy, *([recipe.emerging] if recipe.emerging else [])]
    wanted = [("kinds", kind, kinds) for kind in recipe.kinds]
    wanted += [("centres", place, places) for place in recipe.centres]
    for spot in spots:
        wanted.append((f"{spot.id}.place", spot.place, places))
        wanted += [(f"{spot.id}.kinds", kind, set(recipe.kinds)) for kind in spot.kinds]
    if recipe.near_repeat:
        wanted.append(("near_repeat.kind", recipe.near_repeat.kind, set(recipe.kinds)))
    if recipe.measure:
        wanted.append(("measure.place", recipe.measure.place, places))
        wanted += [("measure.kinds", kind, set(recipe.kinds)) for kind in recipe.measure.kinds]
    sources = {source.id for source in profile.sources}
    wanted += [("deliveries", delivered.source, sources) for delivered in recipe.deliveries]
    for where, value, known in wanted:
        if value not in known:
            some = ", ".join(sorted(known)[:30])
            raise RecipeError(f"demo.yaml: {where}: found {value!r}; expected one of {some}")
    delivered = set().union(*(profile.source(part.source).kinds for part in recipe.deliveries))
    if orphans := sorted(set(recipe.kinds) - delivered):
        raise RecipeError(f"demo.yaml: kinds: no source of deliveries brings {', '.join(orphans)}")


def _guesses(profile: Profile) -> dict[str, Any]:
    """For a profile that does not say: lighter kinds are commoner, what happens to dwellings is burglary."""
    sources = [source for source in profile.sources if _is_delivered(source)]
    known = set().union(*(source.kinds for source in sources)) if sources else set()
    kinds = [kind for kind in profile.kinds if kind.id in known and not kind.total]
    areas = sorted(profile.areas_of(profile.finest.id), key=lambda area: (-(area.inhabitants or 0), area.code))
    places = [*(place.id for place in profile.places), *(area.code for area in areas)][: len(GUESSED_HOURS)]
    burglary = [kind.id for kind in kinds if kind.base == "dwellings" and kind.splits_attempts]
    street = [kind.id for kind in kinds if kind.id not in burglary]
    spots = [
        Spot(id=f"plek-{number + 1}", place=place, kinds=dict.fromkeys(street, 1.0), share=0.05, days=days,
             begin_hour=begin, end_hour=end)
        for number, (place, (days, begin, end)) in enumerate(zip(places, GUESSED_HOURS, strict=False))
        if street
    ]  # fmt: skip
    return {
        "kinds": {kind.id: _guess(kind) for kind in kinds},
        "centres": dict.fromkeys(places[:1], 1.0),
        "hotspots": spots,
        "near_repeat": NearRepeat(kind=burglary[0]) if burglary else None,
        "deliveries": [Delivered(source=source.id) for source in sources],
    }


def _is_delivered(source: Source) -> bool:
    """Files of incidents; observations are entered on the phone unless demo.yaml says otherwise."""
    return source.kind_of_data == "incidents"


def _guess(kind: Kind) -> Pattern:
    share = 1.0 / kind.harm**0.5
    if kind.base == "dwellings":
        return Pattern(share=share, trend=-0.08, season=0.35, peak_week=51, hours="dwelling", known="dwelling",
                       delay_hours=8, attempts=0.4 if kind.splits_attempts else 0.0, base="dwellings")  # fmt: skip
    return Pattern(share=share, trend=-0.03, season=0.2, peak_week=25, hours="evening",
                   attempts=0.1 if kind.splits_attempts else 0.0)  # fmt: skip
