"""What intake announces."""

from django.dispatch import Signal

batch_committed = Signal()
"""Sent with `batch=` after a delivery was loaded, or withdrawn, and the event store followed."""
