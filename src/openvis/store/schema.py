"""The columns of the event store: what analysis may know of an incident, and nothing that leads back to a person."""

from typing import Final

import pyarrow as pa

EVENTS: Final = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),  # the record's own number
        pa.field("source", pa.int16(), nullable=False),  # number of the source in this installation
        pa.field("kind", pa.int16(), nullable=False),  # the profile's number of the kind
        pa.field("attempt", pa.bool_()),  # True attempt, False completed, null unknown
        pa.field("begin", pa.timestamp("s"), nullable=False),  # local time of the city
        pa.field("end", pa.timestamp("s"), nullable=False),  # equal to begin where the moment is known
        pa.field("reported", pa.timestamp("s")),
        pa.field("x", pa.float64()),  # metres in the profile's projected system; null: unplaced
        pa.field("y", pa.float64()),
        pa.field("precision", pa.float32()),  # metres
        pa.field("area", pa.int32()),  # key of the finest area in the record; null: unplaced
    ]
)
"""One row an incident. Partitioned by the month of `begin`."""

COUNTS: Final = pa.schema(
    [
        pa.field("source", pa.int16(), nullable=False),
        pa.field("kind", pa.int16(), nullable=False),
        pa.field("area", pa.int32(), nullable=False),
        pa.field("period", pa.date32(), nullable=False),  # first day of the month or the year
        pa.field("unit", pa.string(), nullable=False),  # "month" or "year"
        pa.field("value", pa.int32()),  # null: withheld by the publisher, which is not zero
    ]
)
"""Numbers per area, kind and period, as open police tables give them. Never mixed with events."""
