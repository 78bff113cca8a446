"""The pages of signals."""
