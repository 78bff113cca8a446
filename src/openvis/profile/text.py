"""Small shared shapes: a text in the interface's languages, an identifier, the strict model everything is made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
"""Identifier in files and addresses: lower-case letters, digits, `-` and `_`."""

Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text with something in it."""


class Strict(BaseModel):
    """A part of a profile: an unknown key is an error, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in Dutch and English; one plain string in the file stands for both."""

    nl: Filled
    en: Filled

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"nl": value, "en": value} if isinstance(value, str) else value

    def get(self, lang: str | None) -> str:
        """The text in a language ("nl", "en", "en-gb"); Dutch where we do not have it."""
        return self.en if (lang or "").lower().startswith("en") else self.nl

    def __str__(self) -> str:
        return self.nl


class Named(Strict):
    """Something whose name stands in the file as `nl:` and `en:` beside its other keys, as the plan does."""

    nl: Filled
    en: Filled

    @property
    def name(self) -> Text:
        """The name as a text."""
        return Text(nl=self.nl, en=self.en)
