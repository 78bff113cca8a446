"""How addresses are written, and what of it says the same: `Stationsstr. 12-b` is `Stationsstraat 12B`.

Pure functions on text. A *key* is a street name without capitals, accents, spaces and little words, with abbreviations
written out; a *suffix* is letter and addition of a house number as one word.
"""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

LITTLE = frozenset(
    ["de", "den", "der", "het", "la", "le", "op", "t", "ten", "ter", "van", "v", "d", "vd", "vdr", "aan", "bij", "en"]
)
"""Words that people leave out or shorten; a name of nothing else keeps them."""
WHOLE = {
    "burg": "burgemeester", "bgm": "burgemeester", "burgem": "burgemeester", "dr": "dokter", "doctor": "dokter",
    "prof": "professor", "ds": "dominee", "past": "pastoor", "pr": "prins", "pres": "president", "gen": "generaal",
    "kon": "koning", "st": "sint", "mr": "meester", "ir": "ingenieur", "jhr": "jonkheer", "mgr": "monseigneur",
    "adm": "admiraal", "ged": "gedempte", "gr": "grote", "kl": "kleine", "n": "noord", "z": "zuid",
}  # fmt: skip
"""Words that are shortened as a whole."""
ENDS = {
    "str": "straat", "ln": "laan", "wg": "weg", "pln": "plein", "plnts": "plantsoen", "grt": "gracht",
    "sngl": "singel", "kd": "kade", "dk": "dijk", "prk": "park", "hf": "hof", "stg": "steeg",
}  # fmt: skip
"""Ends of words that are shortened."""
ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
SAME = {
    "HUIS": "HS", "BENEDEN": "HS", "BEL": "HS", "BELETAGE": "HS", "ROOD": "RD", "ZWART": "ZW", "BIS": "BIS",
    "BOVEN": "1", "HOOG": "1", "SOUS": "SO", "SOUTERRAIN": "SO",
}  # fmt: skip
"""Additions in words, as the register shortens them."""
LONGEST = 100
TITLES = tuple((whole, short) for short, whole in WHOLE.items() if len(whole) > 5)
"""What stands in front of a name, and how it is shortened: a wrong letter in `burg.` is one, not nine."""


@lru_cache(maxsize=50_000)
def street_key(name: str) -> str:
    """The key of a street name: what stays when all that people write differently is taken away.

    >>> street_key("Burg. v.d. Weijerln") == street_key("Burgemeester van de Weyerlaan")
    True
    """
    plain = _plain(name)
    words = re.findall(r"[a-z]+|[0-9]+", plain) or re.findall(r"[^\W_]+", plain)
    spoken = [word for word in words if word not in LITTLE] or words
    return "".join(_in_full(word) for word in spoken)[:LONGEST].replace("ij", "y")


def _plain(text: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _in_full(word: str) -> str:
    if word in WHOLE:
        return WHOLE[word]
    for short, whole in ENDS.items():
        # One letter is no name before it: `vln` is a mistyped `van`, and no `vlaan`.
        if word.endswith(short) and len(word) != len(short) + 1:
            return word[: -len(short)] + whole
    return word


@lru_cache(maxsize=50_000)
def trigrams(key: str) -> frozenset[str]:
    """Every three characters in a row, with the beginning and the end of the key as characters too."""
    padded = f"^^{key}$"
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def common(mine: frozenset[str], key: str) -> float:
    """How many trigrams a key shares with these, of all that either has, from 0 to 1."""
    theirs = trigrams(key)
    return len(mine & theirs) / len(mine | theirs)


def suffix(*parts: str) -> str:
    """Letter and addition as one word in capitals and digits: `-b`, ` B` and `b` are one."""
    return re.sub(r"[^0-9A-Z]", "", "".join(parts).upper())


def spoken_suffix(written: str) -> str:
    """The suffix as the register would shorten it: `huis` is HS, `2 hoog` and `II` are 2.

    >>> spoken_suffix("IIIHOOG"), spoken_suffix("BHUIS")
    ('3', 'BHS')
    """
    if storey := re.fullmatch(r"(\d|I{1,3}|IV|V)(E?HOOG|E?ET|E?VERD|E?ETAGE|E?VERDIEPING)", written):
        written = storey[1]
    written = ROMAN.get(written, written)
    for word, short in SAME.items():
        if written.endswith(word):
            return written[: -len(word)] + short
    return written


def likeness(asked: str, key: str) -> float:
    """How much a key looks like what was asked, from 0 to 1; its beginning, or a part of it, counts nearly as much."""
    if asked == key:
        return 1.0
    if not asked or not key:
        return 0.0
    asked_short, key_short = _shortened(asked), _shortened(key)
    best = _likeness(asked, key)
    return best if (asked_short, key_short) == (asked, key) else max(best, 0.95 * _likeness(asked_short, key_short))


def _shortened(key: str) -> str:
    return next((short + key[len(whole) :] for whole, short in TITLES if key.startswith(whole)), key)


def _likeness(asked: str, key: str) -> float:
    # Letters to change, add, leave out or swap with their neighbour (optimal string alignment).
    whole = 1 - OSA.distance(asked, key) / max(len(asked), len(key))
    begun = 0.96 * (1 - OSA.distance(asked, key[: len(asked)]) / len(asked)) if len(key) > len(asked) else 0.0
    mine = trigrams(asked)
    held = 0.85 * len(mine & trigrams(key)) / len(mine)
    return max(whole, begun, held)
