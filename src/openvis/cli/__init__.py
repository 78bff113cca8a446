"""The command `openvis`."""
