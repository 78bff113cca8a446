"""The abilities of the profile in plain words."""

from django.utils.translation import gettext_lazy as _

from openvis.profile import Ability

ABILITIES = {
    Ability.PICTURE_VIEW: _("see the picture in totals: map, hours, trend"),
    Ability.PICTURE_ROWS: _("see single incidents"),
    Ability.INTAKE_VIEW: _("see what was delivered"),
    Ability.INTAKE_UPLOAD: _("deliver a file"),
    Ability.INTAKE_SOURCES: _("describe sources"),
    Ability.INTAKE_WITHDRAW: _("take a wrong delivery back"),
    Ability.OBSERVATION_ENTER: _("report what you saw"),
    Ability.PLACES_KEEP: _("keep a focus place"),
    Ability.PLACES_ASSESS: _("assess a focus place"),
    Ability.BRIEFING_VIEW: _("see and print the briefing"),
    Ability.PLAN_VIEW: _("see goals and figures of the plan"),
    Ability.PEOPLE_VIEW: _("see who has which role"),
    Ability.EXPORT_AGGREGATE: _("download tables and charts"),
}
