"""What somebody may mean by a line like `stationsstr 12b`, `1315 NT 4 hs` or `Plein 1940 3, Almere`."""

import re
from dataclasses import dataclass

from . import spelling

POSTCODE = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{3})\s?([A-Za-z]{2})(?![A-Za-z0-9])")
DIGITS = re.compile(r"([0-9]{1,5})(.*)")
GLUED = re.compile(r"(?<=[A-Za-z.]{3})(?=[0-9])")
"""`stationsstraat12`: the number begins where the letters end."""
LONGEST = 120
MOST_READINGS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the line. `street` is a key; empty when only a postcode was given."""

    postcode: str = ""
    street: str = ""
    number: int | None = None
    suffix: str = ""
    town: str = ""
    """Key of what may be a town: what follows the number and is no addition."""
    complete: bool = False
    """The number was followed by something: it is not still being typed."""
    literal: bool = False
    """Other spellings are not tried: a line with a number in it is hardly the name of a street."""
    only_there: bool = False
    """Counts only when the town is one: `kerkstraat almere` may as well be a street of that name."""


def readings(text: str) -> list[Reading]:
    """The ways to read a line, the likeliest first; none for an empty one."""
    text = " ".join(text.replace(",", " , ").split())[:LONGEST]
    found: list[Reading] = []
    if code := POSTCODE.search(text):
        rest = f"{text[: code.start()]} {text[code.end() :]}"
        found += [_with_postcode(code[1] + code[2].upper(), rest, reading) for reading in _without_postcode(rest)] or [
            Reading(postcode=code[1] + code[2].upper())
        ]
    elif re.fullmatch(r"[1-9][0-9]{3}", text):
        return [Reading(postcode=text)]
    # `Dorpsstraat 1012 hs` looks like a postcode and is none.
    found += _without_postcode(text)
    return list(dict.fromkeys(found))[:MOST_READINGS]


def _with_postcode(code: str, rest: str, reading: Reading) -> Reading:
    """A reading of the rest, with the postcode; `4 hs` beside a postcode is a number and no street."""
    number = re.match(r"\s*,?\s*([0-9]{1,5})(?![0-9])(.*)", rest)
    if number:
        extra, town = _parted(number[2])
        return Reading(code, "", int(number[1]), extra, town, complete=True)
    return Reading(code, reading.street, reading.number, reading.suffix, reading.town, complete=True)


def _without_postcode(text: str) -> list[Reading]:
    words = [word for part in text.split() for word in (GLUED.split(part) if part.isascii() else [part])]
    numbers = [place for place, word in enumerate(words) if place and word[0].isdigit() and DIGITS.fullmatch(word)]
    found = []
    for place in numbers:
        street = spelling.street_key(" ".join(words[:place]))
        written = DIGITS.fullmatch(words[place])
        if not street or written is None or not 0 < int(written[1]) < 100_000:
            continue
        after = " ".join([written[2], *words[place + 1 :]]).strip()
        extra, town = _parted(after)
        found.append(Reading("", street, int(written[1]), extra, town, complete=bool(after) or text[-1:] == ","))
    if (first := DIGITS.fullmatch(words[0]) if words else None) and not numbers and len(words) > 1 and int(first[1]):
        street = spelling.street_key(" ".join(words[1:]))
        if street:
            found.append(Reading("", street, int(first[1]), spelling.suffix(first[2]), complete=True))
    head, _comma, tail = text.partition(",")
    if key := spelling.street_key(head):
        found.append(Reading("", key, town=spelling.street_key(tail), literal=bool(numbers)))
    if not numbers and not tail and len(words) > 1 and (key := spelling.street_key(" ".join(words[:-1]))):
        found.append(Reading("", key, town=spelling.street_key(words[-1]), literal=True, only_there=True))
    return found


def _parted(after: str) -> tuple[str, str]:
    """What follows the number, as addition and town: an addition is short, a town is a word of three letters or more."""
    before, comma, town = after.partition(",")
    if comma:
        return spelling.suffix(before), spelling.street_key(town)
    words = before.split()
    extra: list[str] = []
    while words and _may_be_addition(words[0]):
        extra.append(words.pop(0))
    return spelling.suffix(*extra), spelling.street_key(" ".join(words))


def _may_be_addition(word: str) -> bool:
    plain = spelling.suffix(word)
    return len(plain) <= 4 or any(character.isdigit() for character in plain) or spelling.spoken_suffix(plain) != plain
