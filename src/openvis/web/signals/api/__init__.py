"""The API of signals: the same acts as the pages, under the same rules.

Who reports gets a number and a state; what is said in a signal is read for a stated purpose by who weighs.
"""

from . import acts, drafts, handing, reading, reporting
from .common import router

__all__ = ["acts", "drafts", "handing", "reading", "reporting", "router"]
