"""Look-ups of oneself: every search for persons or addresses tells its words here.

    lookups.note(request.user, "name", words)

The words are kept as a keyed hash alone. When they are the person's own name or address, the entry is flagged and the
privacy officer sees it. Own details beyond the name of the account are registered as keyed hashes (`OwnDetail`).
"""

import re
from typing import Literal

from django.db import transaction

from openvis.web.access import audit
from openvis.web.access.fields import blind_index, blind_indexes, normalised
from openvis.web.access.models import User

from .models import OwnDetail

Kind = Literal["name", "address", "site"]
FLAGGED = "flagged"
LABEL = "trail.own_detail"
_TERM = "trail.term"
_PARTICLES = frozenset((
    "al", "bij", "d", "da", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "el", "het", "in", "la", "le", "les",
    "op", "s", "t", "te", "ten", "ter", "tot", "uit", "uyt", "v", "van", "vande", "vanden", "vander", "ver", "von", "voor",
    "zu", "zum", "zur",
))
_POSTCODE = re.compile(r"\b(\d{4})\s?([a-z]{2})\b", re.IGNORECASE)
_HOUSE = re.compile(r"\d+(?:\s*[-/]?\s*[a-z]{1,2}(?![a-z]))?(?:\s*[-/]\s*\w{1,4})?", re.IGNORECASE)
"""A number with its letter and addition: `1`, `1a`, `1-a`, `12 B`, `12-3`."""
_STREET = re.compile(rf"(?P<street>[^\d,;]+?)\s+(?P<house>{_HOUSE.pattern})", re.IGNORECASE)


def note(user: User, kind: Kind, term: str) -> bool:
    """Write in the audit log that somebody searched, with the words as a keyed hash; gives whether for themselves.

    `site` is a box that takes anything: it is held against name and address.
    """
    if not normalised(term):
        return False
    own = (kind != "address" and is_own_name(user, term)) or (kind != "name" and is_own_address(user, term))
    digest = blind_index(term, _TERM).hex()
    audit.record(user, f"search.{kind}", result=FLAGGED if own else "done", term=digest)
    return own


def note_site(user: User, term: str) -> None:
    """From the search box, which takes anything."""
    note(user, "site", term)


def is_own_name(user: User, term: str) -> bool:
    """Whether the words are a name of this person: a family name of theirs, and nothing that is not theirs.

    Order, capitals, accents, particles (van der) and initials make no difference; numbers (a date of birth) neither.
    """
    given, family = _parts(user.name)
    others = set(_digests(user, OwnDetail.Kind.NAME))
    is_family = {word: word in family or not others.isdisjoint(blind_indexes(word, LABEL)) for word in _words(term)}
    initials = {word[0] for word in given}
    fits = all(own or word in given or (len(word) == 1 and word in initials) for word, own in is_family.items())
    return fits and any(is_family.values())


def is_own_address(user: User, term: str) -> bool:
    """Whether the words name an address that is registered as this person's own."""
    own = set(_digests(user, OwnDetail.Kind.ADDRESS))
    return any(not own.isdisjoint(blind_indexes(form, LABEL)) for form in address_forms(term))


@transaction.atomic
def register(user: User, kind: str, text: str, *, by: User) -> int:
    """Keep an own name or address of somebody as keyed hashes; gives how many. Raises ValueError where nothing is in it.

    An address needs a street and number, a postcode and number, or both; a name a word that is not a particle.
    """
    forms = address_forms(text) if kind == OwnDetail.Kind.ADDRESS else _words(text)
    if not forms:
        raise ValueError(kind)
    rows = [OwnDetail(user=user, kind=kind, digest=blind_index(form, LABEL)) for form in forms]
    OwnDetail.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(by, "own_detail.add", str(user.pk), kind=kind, parts=len(rows))
    return len(rows)


@transaction.atomic
def forget(user: User, *, by: User) -> int:
    """Take away all own details of somebody: by an administrator, not by themselves."""
    number, _each = OwnDetail.objects.filter(user=user).delete()
    audit.record(by, "own_detail.remove", str(user.pk), parts=number)
    return number


def address_forms(text: str) -> list[str]:
    """The ways in which an address is found again: `street|house` and `postcode|house`, as far as the text has them."""
    text = " ".join(text.split())
    forms, rest, postcode = [], text, _POSTCODE.search(text)
    if postcode is not None:
        rest = f"{text[: postcode.start()]} {text[postcode.end() :]}".strip(" ,")
    street = _STREET.search(rest)
    house = normalised(street["house"]) if street is not None else ""
    if street is not None:
        forms.append(f"{normalised(street['street'])} {house}")
    if postcode is not None:
        if not house and (alone := _HOUSE.search(rest)) is not None:
            house = normalised(alone[0])
        if house:
            forms.append(f"{postcode[1]}{postcode[2].lower()} {house}")
    return forms


def _digests(user: User, kind: str) -> list[bytes]:
    return [bytes(one) for one in OwnDetail.objects.filter(user=user, kind=kind).values_list("digest", flat=True)]


def _parts(name: str) -> tuple[set[str], set[str]]:
    """Given and family names: the first word, and the others; of a single word nobody can tell, so it is both."""
    words = _words(name)
    return set(words[:1]), set(words[1:] or words)


def _words(text: str) -> list[str]:
    """The words of a name without accents, capitals, particles and numbers."""
    found = (normalised(word) for word in re.split(r"[\s,.;/()'’`-]+", text))
    return [word for word in found if word and word not in _PARTICLES and not any(mark.isdigit() for mark in word)]
