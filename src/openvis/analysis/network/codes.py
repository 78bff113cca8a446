"""Identifiers are opaque codes: what looks like a name, an address or a number of a person is refused."""

import re
from collections.abc import Iterable

NUMBER = re.compile(r"\d{8,9}")
PHONE = re.compile(r"(\+|00)?[\d\-]{10,15}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/\-]{0,63}")
LETTERS = re.compile(r"[A-Za-z]|[A-Z]{2,3}")
"""Codes without any digit: "A", "EXT"; longer ones, or with small letters, may be names."""


def check_codes(name: str, codes: Iterable[str]) -> None:
    """Refuse identifiers that are no codes; the refusal names the kind of value and never repeats the value itself.

    A code is one word of letters, digits and _ . : / -, with a digit in it unless it is one letter or up to three
    capitals. Refused are e-mail addresses, numbers of nine digits (or eight, with a lost zero) that pass the eleven-test
    (elfproef) of citizen service numbers (BSN), telephone numbers, and words or several words, which may be names.
    """
    for place, code in enumerate(codes):
        wrong = _wrong(code)
        if wrong:
            raise ValueError(
                f"{name}[{place}] {wrong}; expected a pseudonym: one word with a digit in it, such as P017, that leads "
                "to a person only in the file it comes from"
            )


def _wrong(code: str) -> str | None:
    if not code.strip():
        return "is empty"
    if "@" in code:
        return "looks like an e-mail address"
    if NUMBER.fullmatch(code) and _eleven(code.zfill(9)):
        return "looks like a citizen service number (it passes the eleven-test)"
    if PHONE.fullmatch(code):
        return "looks like a telephone number"
    if not CODE.fullmatch(code):
        return "is no single word of letters and digits, and may be a name"
    if not any(sign.isdigit() for sign in code) and not LETTERS.fullmatch(code):
        return "is a word without a digit, and may be a name"
    return None


def _eleven(digits: str) -> bool:
    total = sum(int(d) * w for d, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return total % 11 == 0 and int(digits) > 0
