"""The picture: map, hot times, trend, places, alerts."""
