"""The plan of the city: themes, goals, indicators, actions."""
