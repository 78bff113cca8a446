"""The event store: Parquet files a month, and the questions asked of them.

`EventStore` keeps the files; `fingerprint` tells whether two sets of incidents are the same; `questions` holds what the
picture asks, in Ibis, and `loaded` the copy in memory that answers fast.
"""

from openvis.store.eventstore import EventStore
from openvis.store.fingerprint import Fingerprint, fingerprint
from openvis.store.manifest import StoreError
from openvis.store.schema import COUNTS, EVENTS

__all__ = ["COUNTS", "EVENTS", "EventStore", "Fingerprint", "StoreError", "fingerprint"]
