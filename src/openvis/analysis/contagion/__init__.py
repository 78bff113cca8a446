"""Contagion: how much of what happens was set off by what happened nearby shortly before?"""

from openvis.analysis.contagion.process import Pairs, Rates, Sepp, sepp

__all__ = ["Pairs", "Rates", "Sepp", "sepp"]
