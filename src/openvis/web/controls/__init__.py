"""Control days (controledagen): where to go, in which order, and what was found; the register of dealers (DOR)."""
