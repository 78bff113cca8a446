"""A city with one planted place: incidents around a known point, on Friday evenings; elsewhere thinly spread."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from django.utils import timezone

from openvis.profile import Profile
from openvis.store.eventstore import EventStore
from openvis.store.schema import EVENTS
from openvis.web.access.models import Grant, User
from openvis.web.access.services import load_organisations
from openvis.web.deployment import reading
from openvis.web.intake.models import Source
from openvis.web.intake.services import load_sources
from openvis.web.places.models import Area
from openvis.web.places.services import load_areas

WEEKS = 120
A_WEEK = 5
"""Planted incidents a week."""
SPREAD = 900
"""Incidents spread over the whole city and period."""
HOUR = 21


def last_sunday() -> date:
    """The last day the planted data tell of."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday() + 1)


@dataclass
class City:
    """The planted city: where the place is, and the people who work there."""

    profile: Profile
    spot: tuple[float, float]
    home: Area
    """The finest area the place lies in."""
    coarse: str
    """Code of the coarsest area around it."""
    elsewhere: str
    """Code of another coarsest area."""
    store: EventStore

    def plant(self, weeks: range, a_week: int = A_WEEK, seed: int = 1, batch: str = "more") -> None:
        """Add incidents at the place in some weeks, counted back from the last (0)."""
        self.store.append(batch, _table(self, weeks, a_week, 0, seed))

    def person(self, *abilities: str, areas: tuple[str, ...] = (), name: str = "Iemand") -> User:
        """Somebody with a role of the profile that has these abilities (and, with areas, reaches those alone)."""
        scope = "area" if areas else "city"
        wanted = set(abilities)
        fits = [role for role in self.profile.roles if role.scope == scope and wanted <= set(map(str, role.abilities))]
        assert fits, f"no role of {self.profile.municipality.name} with {wanted} and scope {scope}"
        role = min(fits, key=lambda item: len(item.abilities))
        made = User.objects.create_user(f"{name.lower()}-{User.objects.count()}@example.org", name=name)
        Grant.objects.create(user=made, role=role.id, areas=list(areas), source="test", reason="test")
        return made


def make(profile: Profile, folder: Path) -> City:
    """Load a profile's areas, people's organisations and sources, and plant the incidents."""
    load_organisations(profile)
    load_areas(profile)
    load_sources(profile)
    finest = [area for area in profile.areas_of(profile.finest.id) if area.valid_to is None]
    # A large area, so that the place lies well inside it.
    chosen = max(finest, key=lambda area: (area.inhabitants or 0, area.code))
    point = shapely.maximum_inscribed_circle(chosen.geometry).coords[0]
    home = Area.objects.get(code=chosen.code, level=chosen.level, source_year=chosen.source_year)
    coarse = chosen.within[profile.levels[0].id]
    elsewhere = next(area.code for area in profile.areas_of(profile.levels[0].id) if area.code != coarse)
    city = City(profile, (point[0], point[1]), home, coarse, elsewhere, EventStore(folder))
    city.store.append("planted", _table(city, range(WEEKS), A_WEEK, SPREAD, seed=7))
    return city


def spot_query(town: City, user: User) -> str:
    """The filter with which the planted place is chosen."""
    found = reading.ask(user, "")
    assert found["places"], "the planted place was not found"
    return reading.changed(found["filter"]["query"], plek=found["places"][0]["id"])


def _table(city: City, weeks: range, a_week: int, spread: int, seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    kinds = [kind for kind in city.profile.kinds if not kind.total]
    monday = last_sunday() - timedelta(days=6)
    rows = []
    for back in weeks:
        friday = datetime.combine(monday - timedelta(weeks=back), time(HOUR)) + timedelta(days=4)
        for _ in range(a_week):
            x, y = rng.normal(city.spot, 40.0)
            rows.append((friday + timedelta(minutes=int(rng.integers(0, 119))), x, y, city.home.pk, kinds[0].number))
    areas = list(Area.objects.filter(level=city.profile.finest.id))
    shapes = [shapely.from_wkb(bytes(area.outline)) for area in areas]
    sizes = np.array([shape.area for shape in shapes])
    for which in rng.choice(len(areas), size=spread, p=sizes / sizes.sum()):
        point = shapely.point_on_surface(shapes[which])
        x, y = rng.normal((point.x, point.y), 60.0)
        ago = timedelta(hours=float(rng.uniform(0, 168 * WEEKS)))
        moment = datetime.combine(monday, time()) + timedelta(days=7) - ago
        rows.append((moment.replace(microsecond=0), x, y, areas[which].pk, rng.choice(kinds).number))
    source = Source.objects.filter(definition__kind_of_data="incidents").order_by("number").first()
    assert source is not None
    first = seed * 1_000_000
    columns = {
        "id": [first + number for number in range(len(rows))], "source": [source.number] * len(rows),
        "kind": [row[4] for row in rows], "attempt": [None] * len(rows), "begin": [row[0] for row in rows],
        "end": [row[0] for row in rows], "reported": [row[0] for row in rows], "x": [row[1] for row in rows],
        "y": [row[2] for row in rows], "precision": [10.0] * len(rows), "area": [row[3] for row in rows],
    }
    arrays = {name: pa.array(values, EVENTS.field(name).type) for name, values in columns.items()}
    return pa.table(arrays, schema=EVENTS)
