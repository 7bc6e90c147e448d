"""Puts the figures of all parts of a process together, under the names of the catalogue."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.metrics.depth import Depth
from bot.metrics.figures import CommitFigures, Histogram
from bot.runtime import Engine
from bot.runtime.pulse import Pulse

BREAKERS = {"closed": 0, "half-open": 1, "open": 2}


class Sample(NamedTuple):
    """One value of a metric; `labels` are the values in the catalogue's order."""

    name: str
    value: float | Histogram
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the figures lie."""

    engine: Engine
    pulse: Pulse
    release: str
    rejections: Mapping[str, int]
    connections: int


def samples(sources: Sources, depth: Depth | None) -> Iterator[Sample]:
    """Every value that there is to show."""
    yield Sample("dragoman_info", 1, (sources.release, sources.engine.role))
    yield from _database(sources.engine, depth)
    yield from _work(sources.engine)
    yield from _sends(sources.engine)
    yield from _edge(sources)


def _database(engine: Engine, depth: Depth | None) -> Iterator[Sample]:
    yield Sample("dragoman_database_up", int(depth is not None))
    figures = getattr(engine.store, "figures", None)
    if isinstance(figures, CommitFigures):
        yield Sample("dragoman_commit_scripts", figures.groups)
        yield Sample("dragoman_commits_refused_total", figures.failed)
    if depth is None:
        return
    for labels, (count, seconds) in depth.due.items():
        yield Sample("dragoman_queue_depth", count, labels)
        yield Sample("dragoman_queue_lag_seconds", seconds, labels)
    for labels, count in depth.rows.items():
        yield Sample("dragoman_waiting", count, labels)
    for business, count in depth.parked.items():
        yield Sample("dragoman_parked", count, (business,))
    for listener in engine.listeners:
        yield Sample("dragoman_poller", int(depth.heard.get(listener.token, False)), (listener.token,))


def _work(engine: Engine) -> Iterator[Sample]:
    taken, steps, floods = engine.intake.figures, engine.stepper.figures, engine.intake.floods
    yield Sample("dragoman_accepted_total", taken.events)
    yield Sample("dragoman_repeats_total", taken.repeats)
    yield Sample("dragoman_accept_seconds", taken.seconds)
    yield Sample("dragoman_unheard_total", floods.unheard if floods else 0)
    yield Sample("dragoman_put_back_total", floods.put_back if floods else 0)
    for labels, count in steps.outcomes.items():
        yield Sample("dragoman_steps_total", count, labels)
    yield Sample("dragoman_step_seconds", steps.seconds)
    yield Sample("dragoman_claims_refused_total", steps.refused)


def _sends(engine: Engine) -> Iterator[Sample]:
    sent = engine.sender.figures
    joined: Counter[tuple[str, str]] = Counter()
    for (port, outcome), count in sent.outcomes.items():
        joined[port.partition("/")[0], outcome] += count
    for labels, count in joined.items():
        yield Sample("dragoman_sends_total", count, labels)
    yield Sample("dragoman_send_seconds", sent.seconds)
    yield Sample("dragoman_delivery_seconds", sent.waited)
    for labels, outlet in engine.sender.outlets.known.items():
        yield Sample("dragoman_breaker_state", BREAKERS[outlet.breaker.state], labels)
    for account, trouble in engine.accounts().items():
        yield Sample("dragoman_account_trouble", int(bool(trouble)), (account,))


def _edge(sources: Sources) -> Iterator[Sample]:
    for reason, count in sources.rejections.items():
        yield Sample("dragoman_rejections_total", count, (reason,))
    yield Sample("dragoman_connections", sources.connections)
    if sources.engine.relay is not None:
        yield Sample("dragoman_wire_up", int(sources.engine.relay.up))
    yield Sample("dragoman_loop_lag_seconds", sources.pulse.worst)
    yield Sample("dragoman_loop_stalls_total", sources.pulse.stalls)
