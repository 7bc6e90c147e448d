"""Traces: an event is one picture over all processes that had a part in it; without an endpoint there are none."""

import subprocess
import sys
from datetime import timedelta

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot.chat import Chat
from bot.events import Event
from bot.ports.store import Store
from bot.tracing import Traces, open_traces
from tests.ops.conftest import Written
from tests.runtime.house import House


def traced(house: House) -> InMemorySpanExporter:
    """Have a process draw its traces into memory."""
    exporter = InMemorySpanExporter()
    engine = house.engine
    engine.intake.traces = engine.stepper.traces = engine.sender.traces = Traces(exporter, at_once=True)
    return exporter


def ids(span: ReadableSpan) -> tuple[int, int]:
    context = span.get_span_context()
    assert context is not None
    return context.trace_id, context.span_id


def above(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


async def one_talk(store: Store, *houses: House) -> list[ReadableSpan]:
    """Each process does a part; what they have drawn, in order."""
    first, *others = houses
    exporters = [traced(each) for each in houses]
    await first.hears("hello")
    for each in others:
        await each.engine.stepper.work()
        await each.engine.sender.work()
    await first.settles()
    return [span for exporter in exporters for span in exporter.get_finished_spans()]


@pytest.mark.req("F28")
async def test_an_event_is_one_trace_from_intake_to_send(store: Store, logged: Written) -> None:
    """The step hangs on the intake and the send on the step; what they say of it is business, channel and kind."""
    house = House(store)
    house.engine.sender._open = True  # a step hands its rows over
    intake, step, send = await one_talk(store, house)

    assert [intake.name, step.name, send.name] == ["intake", "step", "send"]
    assert len({ids(intake)[0], ids(step)[0], ids(send)[0]}) == 1
    assert (intake.parent, above(step), above(send)) == (None, ids(intake)[1], ids(step)[1])
    assert (send.attributes or {})["dragoman.outcome"] == "sent"
    assert step.attributes == {
        "dragoman.business": house.slug, "dragoman.channel": "webchat", "dragoman.kind": "Said",
        "dragoman.outcome": "done", "dragoman.attempt": 1,
    }  # fmt: skip


async def test_another_process_continues_the_trace(store: Store, logged: Written) -> None:
    """What one took in and another handled is one trace, though nothing was carried along."""
    intake, step = await one_talk(store, House(store), House(store, worker="two"))

    assert ids(intake)[0] == ids(step)[0]
    assert above(step) == ids(intake)[1]


async def test_a_step_that_failed_is_marked_and_its_next_try_is_a_span_of_its_own(
    store: Store, logged: Written
) -> None:
    """Every try is seen, the bad ones in red, without the words of the fault."""

    async def choke(chat: Chat, event: Event) -> None:
        raise ZeroDivisionError("on the words of Ani")

    house = House(store, choke)
    exporter = traced(house)
    await house.hears("hello")
    await house.settles()
    await house.waits(timedelta(minutes=2))
    spans = [each for each in exporter.get_finished_spans() if (each.attributes or {}).get("dragoman.kind") == "Said"]
    tries = [each for each in spans if each.name == "step"]

    assert [(each.attributes or {})["dragoman.outcome"] for each in tries] == ["failed"] * 4 + ["parked"]
    assert {each.status.status_code for each in tries} == {StatusCode.ERROR}
    assert len({ids(each) for each in tries}) == 5
    assert "Ani" not in "".join(each.to_json() for each in exporter.get_finished_spans())


def test_without_an_endpoint_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that draws no traces and is not scraped pays for neither, not even by an import."""
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    code = (
        "import sys, main, bot.web, bot.web.watch, bot.runtime;"
        "print([name for name in ('opentelemetry', 'prometheus_client') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert open_traces() is None
    assert found.stdout.strip() == "[]"


def test_an_endpoint_is_enough_to_have_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of OpenTelemetry say where they go; no other setting is needed."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    opened = open_traces("worker")

    assert opened is not None
    opened.close()
