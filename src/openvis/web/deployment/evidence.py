"""The evidence of a focus place, as it is at the moment of keeping."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from .models import MAX_PICTURE


@dataclass(frozen=True)
class Frozen:
    """Everything the picture says of one place or selection, ready to be stored and never to change."""

    query: str
    store_version: str
    sources: list[dict[str, Any]]
    made_up: bool
    figures: dict[str, Any]
    cell: int | None
    cells: list[int]
    outline: bytes
    shape: dict[str, Any]
    picture: bytes
    name: str
    home: list[str] = field(default_factory=list)
    touches: list[str] = field(default_factory=list)
    picture_type: str = "image/svg+xml"

    def fields(self) -> dict[str, Any]:
        """The fields of the row. Raises ValueError when the picture is too large to be kept in the database."""
        if len(self.picture) > MAX_PICTURE:
            raise ValueError(f"the picture has {len(self.picture):,} bytes; expected at most {MAX_PICTURE:,}")
        return {
            "query": self.query, "store_version": self.store_version, "sources": self.sources,
            "made_up": self.made_up, "figures": self.figures, "cell": self.cell, "cells": self.cells,
            "outline": self.outline, "shape": self.shape, "picture": self.picture,
            "picture_type": self.picture_type, "picture_sha256": hashlib.sha256(self.picture).hexdigest(),
        }
