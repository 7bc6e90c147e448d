"""Traces for OpenTelemetry, when somebody asked for them: intake, step and send of one event in one picture.

The ids of a trace and of its spans are made from the event's own id, so that whoever takes the step, in whatever
process, continues the same trace without anything being carried along. Spans are written when the work is done. Without
`OTEL_EXPORTER_OTLP_ENDPOINT` nothing of it is imported, and the parts find `None` where their `Traces` would be.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import blake2b
from time import time_ns
from typing import TYPE_CHECKING, Any

from bot.events import Envelope

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from bot.store.inbox import Accepted, Claimed
    from bot.store.outbox import Result

VARIABLES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class NoTracing(Exception):
    """Traces were asked for and their packages are not installed."""


def wanted() -> bool:
    """Whether the environment names a place for traces."""
    return any(os.environ.get(each) for each in VARIABLES)


def open_traces(role: str = "all") -> Traces | None:
    """Traces to where the environment says; None when it names no place.

    Raises `NoTracing` when the extra is not installed.
    """
    if not wanted():
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise NoTracing("OTEL_EXPORTER_OTLP_ENDPOINT is set, and traces need: pip install '.[tracing]'") from error
    return Traces(OTLPSpanExporter(), role)


class Traces:
    """Writes the spans of this process; what they say of an event is its kind, business and channel, never its words."""

    def __init__(self, exporter: SpanExporter, role: str = "all", *, at_once: bool = False) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        self._ids = ids = made_ids()
        resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "dragoman"), "role": role})
        self._provider = TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
        self._provider.add_span_processor(SimpleSpanProcessor(exporter) if at_once else BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("dragoman")

    def accepted(self, envelopes: Sequence[Envelope], accepted: Sequence[Accepted], seconds: float) -> None:
        """Events were written down; a repeat has a span already."""
        for envelope, place in zip(envelopes, accepted, strict=True):
            if place.fresh:
                event = f"{envelope.business}/{place.actor}#{place.seq}"
                told = _told(envelope.business, place.actor, type(envelope.event).__name__)
                self._write("intake", event, "", seconds, told)

    def stepped(self, claimed: Claimed, seconds: float, outcome: str) -> None:
        """A step ended."""
        told = _told(claimed.business, claimed.actor, type(claimed.event).__name__)
        told |= {"dragoman.outcome": outcome, "dragoman.attempt": claimed.attempts + 1}
        event = f"{claimed.business}/{claimed.actor}#{claimed.seq}"
        self._write("step", event, "intake", seconds, told, bad=outcome in {"failed", "parked"}, again=claimed.starts)

    def sent(self, result: Result, seconds: float) -> None:
        """A try to send ended."""
        parcel = result.parcel
        told = _told(parcel.business, parcel.actor, parcel.kind) | {"dragoman.outcome": result.state}
        event, _, place = f"{parcel.business}/{parcel.key}".rpartition(".")
        again = f"{place}.{parcel.attempts}"
        self._write("send", event, "step", seconds, told, bad=result.state in {"failed", "expired"}, again=again)

    def _write(
        self, name: str, event: str, parent: str, seconds: float, told: dict[str, Any], *, bad: bool = False, again: Any = 0
    ) -> None:  # fmt: skip
        from opentelemetry import trace
        from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags

        whole, ended = _id(event, 16), time_ns()
        context = trace.set_span_in_context(trace.INVALID_SPAN)
        if parent:
            above = SpanContext(whole, span_of(event, parent), is_remote=True, trace_flags=TraceFlags(1))
            context = trace.set_span_in_context(NonRecordingSpan(above))
        # A step that is tried again is a span of its own; what it sends hangs on the first.
        own = span_of(event, name) if again in (0, 1) else _id(f"{event}/{name}/{again}", 8)
        self._ids.next = (whole, own)
        span = self._tracer.start_span(name, context, attributes=told, start_time=ended - round(seconds * 1e9))
        if bad:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended)

    def close(self) -> None:
        """Send what is left; waits for the other side, so not for the loop's thread."""
        self._provider.shutdown()


def made_ids() -> Any:
    """An id generator that gives the ids that were set as its `next`."""
    from opentelemetry.sdk.trace.id_generator import IdGenerator

    class Made(IdGenerator):
        next: tuple[int, int] = (1, 1)

        def generate_trace_id(self) -> int:
            return self.next[0]

        def generate_span_id(self) -> int:
            return self.next[1]

    return Made()


def span_of(event: str, name: str) -> int:
    """The id of an event's span of that name."""
    return _id(f"{event}/{name}", 8)


def _id(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest()) or 1


def _told(business: str, actor: str, kind: str) -> dict[str, Any]:
    return {"dragoman.business": business, "dragoman.channel": actor.partition("/")[0], "dragoman.kind": kind}
