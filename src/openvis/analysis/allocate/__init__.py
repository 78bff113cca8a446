"""Allocation: which places and windows for the teams there are (inzetplanning), and what that covers."""

from openvis.analysis.allocate.planning import Evaluation, Plan, Spread, evaluate, factors, patrols

__all__ = ["Evaluation", "Plan", "Spread", "evaluate", "factors", "patrols"]
