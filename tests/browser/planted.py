"""Names that are planted in what the browser tests type, send and look for, and that no log may hold."""

SURNAME = "Plantenga-Quist"
EMAIL = "plantenga.quist@voorbeeld.example"
PHONE = "06-98761234"
WORD = "plantengazoek"
STORY = f"{SURNAME} belde {PHONE}"
SIGNS = ("plantenga", "quist", "98761234")
"""What to look for: any of it in any capitals."""


def leaks(log: str) -> list[str]:
    """The lines of a log that hold something planted."""
    return [line for line in log.splitlines() if any(sign in line.casefold() for sign in SIGNS)]
