"""What an entry of the register holds."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Text(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def get(self, language: str | None) -> str:
        """The text in a language; Dutch where none is said."""
        return self.nl if (language or "nl").startswith("nl") else self.en


class Entry(BaseModel):
    """One method as the Dutch algorithm register asks: general, responsible use, how it works."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    key: str = Field(pattern=r"^[a-z][a-z-]+$", description="Name in addresses; the name of the file.")
    name: Text
    summary: Text = Field(description="Korte beschrijving: one or two sentences for a resident.")
    status: Literal["in use", "in development", "command line only"]
    functions: tuple[str, ...] = Field(min_length=1, description="openvis.analysis.module.function, those people call.")
    command: str | None = Field(default=None, description="The sub-command of `openvis analyse`.")
    page: str = Field(pattern=r"^methods/[a-z-]+\.md$", description="Its page in docs/.")
    tests: tuple[str, ...] = Field(min_length=1, description="Files under tests/ that prove it.")
    purpose: Text = Field(description="Doel en impact: what for, and what it may do to people.")
    considerations: Text = Field(description="Afwegingen: why a method and not a count; what was weighed.")
    human_decision: Text = Field(description="Menselijke tussenkomst: who decides, and what they can overrule.")
    risks: Text = Field(description="Risicobeheer: known bias, how it misleads, what is done about it.")
    legal_basis: Text = Field(description="Wettelijke basis.")
    data: Text = Field(description="Gegevens: which, from whom, at which level.")
    working: Text = Field(description="Technische werking, in words a policy adviser can follow, with the source.")
