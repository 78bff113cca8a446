"""The covenant check (convenanttoets): no partner gets or gives anything outside the term of the covenant it rests on."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from openvis.profile import PartnerCovenant
from openvis.web.sharing import covenants
from openvis.web.sharing.flows import organisation_name

from . import words


class NoPartyError(Exception):
    """An organisation that is no party to the covenant."""

    def __init__(self, organisation: str, covenant: PartnerCovenant) -> None:
        super().__init__(organisation)
        self.organisation, self.covenant = organisation, covenant

    def __str__(self) -> str:
        told = {"who": organisation_name(self.organisation), "covenant": covenants.name_of(self.covenant.id)}
        return _("%(who)s is no party to “%(covenant)s”, so nothing is exchanged with them in this meeting.") % told


def check(covenant: str, organisations: Iterable[str]) -> PartnerCovenant:
    """The covenant, in force today, with every partner among these a party to it.

    Raises CovenantError where it is not in force or not about signals, NoPartyError for who is no party.
    """
    found = covenants.require(covenant)
    if words.COMPARTMENT not in found.compartments:
        raise covenants.CovenantError("unknown", covenant)
    for organisation in organisations:
        if words.is_partner(organisation) and organisation not in found.parties:
            raise NoPartyError(organisation, found)
    return found


def blocks(covenant: str, organisation: str) -> str:
    """Why somebody of this organisation sees nothing of a meeting now; empty where nothing is in the way."""
    if not words.is_partner(organisation):
        return ""
    try:
        check(covenant, [organisation])
    except (covenants.CovenantError, NoPartyError) as error:
        return str(error)
    return ""
