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
    Ability.PEOPLE_MANAGE: _("invite people, give roles and end them"),
    Ability.PEOPLE_REVIEW: _("review all rights once a year"),
    Ability.ACCESS_EXPLAIN: _("explain who may see what kind of thing"),
    Ability.ACCESS_EXPLAIN_OBJECT: _("explain who may see one object"),
    Ability.AUDIT_VIEW: _("search the audit log"),
    Ability.AUDIT_SAMPLE: _("judge the sample of what my people looked up"),
    Ability.RETENTION_VIEW: _("see what is due for destruction"),
    Ability.RETENTION_RUN: _("have destroyed what is due"),
    Ability.RETENTION_APPROVE: _("approve a list for destruction"),
    Ability.RETENTION_HOLD: _("keep something from destruction"),
    Ability.SUBJECTS_HANDLE: _("handle requests about one's own data"),
    Ability.TRANSFERS_PROPOSE: _("propose data to another compartment"),
    Ability.TRANSFERS_ACCEPT: _("accept data from another compartment"),
    Ability.COVENANTS_VIEW: _("see the register of covenants"),
    Ability.BREAK_GLASS_ASK: _("ask for access in an emergency"),
    Ability.BREAK_GLASS_APPROVE: _("allow access in an emergency"),
    Ability.OPERATIONS_VIEW: _("see the queue of work and the health of the system"),
    Ability.OPERATIONS_RETRY: _("have failed work done again"),
}
