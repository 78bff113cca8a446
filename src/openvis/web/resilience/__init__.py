"""Resilience (weerbaarheid): threats against staff, and awareness."""
