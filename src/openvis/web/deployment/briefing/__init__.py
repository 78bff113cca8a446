"""The briefing (briefing): one A4 an area for the weekly operational meeting, on the page and as PDF."""
