"""What happens to a signal after weighing, as the city words it: the section `followup` of the file signals.yaml."""

from pydantic import Field

from openvis.profile.text import Named, Slug, Strict


class Approach(Named):
    """A way to act on a signal (aanpak)."""

    id: Slug


def _usual() -> list[Approach]:
    """The three that partners of a RIEC covenant choose between (plan 5.5)."""
    words = {
        "administrative": ("bestuurlijk", "administrative"), "criminal": ("strafrechtelijk", "criminal"),
        "fiscal": ("fiscaal", "fiscal"),
    }
    return [Approach(id=key, nl=nl, en=en) for key, (nl, en) in words.items()]


class Followup(Strict):
    """How meetings and projects work in this city."""

    approaches: list[Approach] = Field(default_factory=_usual, min_length=1)
    """What a meeting may choose; the three usual ones where the city names no others."""
    reminder_days: int = Field(default=3, ge=0, le=30)
    """How many days before its term somebody is reminded of an action, and of a meeting."""
