"""States, instruments and acts in words."""

from django.utils.translation import gettext_lazy as _

from openvis.profile.barriers import Instrument

from .content import State

STATES = {
    State.GAP: _("not arranged"),
    State.PLANNED: _("planned"),
    State.ACTIVE: _("active"),
    State.INEFFECTIVE: _("does not work"),
}
KINDS = {State.GAP: "", State.PLANNED: "info", State.ACTIVE: "ok", State.INEFFECTIVE: "error"}
"""The look of a state; its word stands there as well."""
INSTRUMENTS = {
    Instrument.ADMINISTRATIVE: _("administrative law"),
    Instrument.CRIMINAL: _("criminal law"),
    Instrument.FISCAL: _("tax law"),
    Instrument.CIVIL: _("private law"),
    Instrument.CARE: _("care and help"),
    Instrument.PREVENTION: _("information and prevention"),
}
ACTS = {
    "made": _("begun empty"),
    "copied": _("copied from a starting model"),
    "about": _("title or description changed"),
    "step_added": _("step added"),
    "step_changed": _("step changed"),
    "step_removed": _("step taken out"),
    "step_moved": _("order of steps changed"),
    "barrier_added": _("barrier added"),
    "barrier_changed": _("barrier changed"),
    "barrier_removed": _("barrier taken out"),
    "replaced": _("replaced as a whole"),
    "put_away": _("put away"),
    "taken_back": _("taken into use again"),
}
