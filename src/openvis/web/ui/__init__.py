"""Layout, components, charts, map, icons; no domain word in here."""
