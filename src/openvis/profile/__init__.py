"""The city as data: areas, organisations, roles, kinds, sources and the plan of one municipality, checked whole.

`load(directory)` gives a `Profile`, or raises `ProfileError` with every problem as
`file:line: key: found …, expected …`.
"""

from openvis.profile.access import Cell, Compartment, CompartmentId, PartnerCovenant, Purpose, RetentionTerm
from openvis.profile.areas import AreaData
from openvis.profile.errors import ProfileError
from openvis.profile.kinds import Group, Kind
from openvis.profile.loader import Profile, load
from openvis.profile.municipality import CountsFile, Level, Municipality, NamedPlace, Organisation
from openvis.profile.periods import CountPeriod, parse_period
from openvis.profile.plan import Action, Goal, Indicator, Plan, Theme, Topic
from openvis.profile.roles import Ability, Role
from openvis.profile.sources import Source
from openvis.profile.text import Text

__all__ = [
    "Ability",
    "Action",
    "AreaData",
    "Cell",
    "Compartment",
    "CompartmentId",
    "CountPeriod",
    "CountsFile",
    "Goal",
    "Group",
    "Indicator",
    "Kind",
    "Level",
    "Municipality",
    "NamedPlace",
    "Organisation",
    "PartnerCovenant",
    "Plan",
    "Profile",
    "ProfileError",
    "Purpose",
    "RetentionTerm",
    "Role",
    "Source",
    "Text",
    "Theme",
    "Topic",
    "load",
    "parse_period",
]
