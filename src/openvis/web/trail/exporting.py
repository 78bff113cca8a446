"""The processing log over OpenTelemetry (OTLP over HTTP), to a logbook elsewhere, when one is configured.

Pages never wait for it: lines are written in the database, and the worker sends what was not sent yet. When the
collector does not take them they stay and are sent later. A line that was sent but could not be marked is sent again
with the same span: whoever collects holds them apart by trace and span.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from openvis.web.access import sealing

from .models import ProcessingEntry

AT_ONCE = 500
PATIENCE = 10
"""Seconds for one message, with its retries."""
CONTEXT = "processing log, data subject"
_CODES = {"Unset": StatusCode.UNSET, "Ok": StatusCode.OK, "Error": StatusCode.ERROR}


def send() -> int:
    """Send what was not sent yet, where an address is configured; gives how many.

    Stops at the first message that is not taken: the rest goes next time.
    """
    if not settings.OPENVIS_OTLP_ENDPOINT:
        return 0
    exporter = OTLPSpanExporter(endpoint=settings.OPENVIS_OTLP_ENDPOINT, timeout=PATIENCE)
    try:
        total = 0
        while number := _send_some(exporter):
            total += number
        return total
    finally:
        exporter.shutdown()


@transaction.atomic
def _send_some(exporter: SpanExporter) -> int:
    waiting = ProcessingEntry.objects.filter(sent__isnull=True).order_by("ended")
    lines = list(waiting.select_for_update(skip_locked=True)[:AT_ONCE])
    if not lines or exporter.export(spans(lines)) is not SpanExportResult.SUCCESS:
        return 0
    ProcessingEntry.objects.filter(pk__in=[line.pk for line in lines]).update(sent=timezone.now())
    return len(lines)


def spans(lines: Sequence[ProcessingEntry]) -> list[ReadableSpan]:
    """The lines as spans, with the attributes of the standard."""
    return [_span(line) for line in lines]


def _span(line: ProcessingEntry) -> ReadableSpan:
    attributes: dict[str, str] = {
        "dpl.core.processing_activity_id": line.activity,
        "dpl.core.data_subject_id": sealed_subject(line),
        "dpl.core.data_subject_id_type": line.subject_type,
    }
    if line.foreign_span is not None:
        attributes["dpl.core.foreign_operation.span_id"] = bytes(line.foreign_span).hex()
        attributes["dpl.core.foreign_operation.processor"] = line.foreign_processor
    return ReadableSpan(
        name=line.name, context=_context(line, line.span),
        parent=_context(line, line.parent_span) if line.parent_span is not None else None,
        resource=Resource({"service.name": line.resource, "service.version": line.version}),
        attributes=attributes, status=Status(_CODES[line.status]),
        start_time=_nanoseconds(line.started), end_time=_nanoseconds(line.ended),
    )  # fmt: skip


def sealed_subject(line: ProcessingEntry) -> str:
    """The subject's identifier, encrypted; the same for the same subject, so that a logbook can put its lines together."""
    text = f"{line.subject_type}:{line.subject}"
    return base64.b64encode(sealing.seal(text.encode(), CONTEXT)).decode()


def _context(line: ProcessingEntry, span: bytes) -> SpanContext:
    number = int.from_bytes(bytes(span), "big")
    return SpanContext(line.trace.int, number, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
