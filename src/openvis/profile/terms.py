"""Words that differ between municipalities. A profile may override each; the list is closed: none is misspelt."""

from openvis.profile.text import Text

TERMS: dict[str, Text] = {
    "area_manager": Text(nl="veiligheidsmanager", en="area safety manager"),
    "analyst": Text(nl="informatieanalist", en="information analyst"),
    "enforcement": Text(nl="Stadstoezicht", en="city enforcement"),
    "enforcer": Text(nl="handhaver", en="enforcement officer"),
    "area_meeting": Text(nl="operationeel overleg", en="operational meeting"),
    "focus_place": Text(nl="aandachtsplek", en="focus place"),
    "plan": Text(nl="actieplan veiligheid", en="safety action plan"),
    "finding": Text(nl="duiding", en="interpretation"),
}
"""Term → the word used when the profile does not say otherwise."""
