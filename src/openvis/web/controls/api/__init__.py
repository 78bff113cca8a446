"""The API of control days and of the register of dealers: the same rules as the pages, and the purpose in a header."""

from . import days, dealers
from .base import router

__all__ = ["days", "dealers", "router"]
