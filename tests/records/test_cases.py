"""Matters of a customer, opened and closed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.ports.step import Scope
from bot.records import Case, Cases, open_cases
from tests.records.steps import ANN, BEA, NOW, Steps

T = TypeVar("T")


async def do(steps: Steps, act: Callable[[Cases], Awaitable[T]], actor: str = ANN) -> T:
    async def handler(scope: Scope) -> T:
        return await act(Cases.bind(scope))

    return await steps.run(handler, actor)


async def opened(steps: Steps) -> list[Case]:
    return await steps.store.read(lambda: open_cases("shears"))


async def test_a_case_keeps_what_was_said(steps: Steps) -> None:
    """An operator finds title, summary, tags, deadline and what the customer wrote."""
    due = NOW + timedelta(minutes=30)
    id_ = await do(
        steps,
        lambda c: c.open("handoff", title="Ann", summary="Pain", body={"text": "it hurts"}, tags=["urgent"], due=due),
    )
    (case,) = await opened(steps)

    assert (case.id, case.kind, case.status, case.title, case.summary) == (id_, "handoff", "open", "Ann", "Pain")
    assert (case.tags, case.due_at, case.opened_at, case.closed_at) == (("urgent",), due, NOW, None)
    assert [(entry.at, entry.data) for entry in case.entries] == [(NOW, {"text": "it hurts"})]


async def test_who_asks_for_a_human_twice_has_one_case(steps: Steps) -> None:
    """The second time is an entry of the case that is open; tags are joined, an empty summary hides none."""
    first = await do(steps, lambda c: c.open("handoff", title="Ann", summary="Pain", body={"n": "1"}, tags=["a", "b"]))
    second = await do(steps, lambda c: c.open("handoff", title="Ann B.", body={"n": "2"}, tags=["b", "c"]))
    (case,) = await opened(steps)

    assert first == second == case.id
    assert (case.title, case.summary, case.tags) == ("Ann B.", "Pain", ("a", "b", "c"))
    assert [entry.data["n"] for entry in case.entries] == ["1", "2"]


async def test_one_step_that_opens_twice_opens_once(steps: Steps) -> None:
    """Within a step too, what is open is added to."""

    async def twice(cases: Cases) -> set[str]:
        return {await cases.open("form", title="One"), await cases.open("form", title="Two")}

    ids = await do(steps, twice)

    assert len(ids) == 1
    assert [len(case.entries) for case in await opened(steps)] == [2]


async def test_kinds_and_conversations_have_cases_of_their_own(steps: Steps) -> None:
    """A form beside a handoff, and another customer's handoff, are other matters."""
    await do(steps, lambda c: c.open("handoff", title="Ann"))
    await do(steps, lambda c: c.open("form", title="Ann"))
    await do(steps, lambda c: c.open("handoff", title="Bea"), BEA)

    assert len({case.id for case in await opened(steps)}) == 3


async def test_a_closed_case_stays_closed_and_the_next_matter_is_new(steps: Steps) -> None:
    """After closing, asking again opens a new case."""
    first = await do(steps, lambda c: c.open("handoff", title="Ann"))
    closed = await do(steps, lambda c: c.close("handoff"))
    again = await do(steps, lambda c: c.close("handoff"))
    second = await do(steps, lambda c: c.open("handoff", title="Ann"))

    assert (closed, again) == (first, None)
    assert [case.id for case in await opened(steps)] == [second] != [first]


async def test_nothing_is_added_where_nothing_is_open(steps: Steps) -> None:
    """An entry needs a case; the caller is told that there is none."""
    lost = await do(steps, lambda c: c.append("handoff", {"text": "hello"}))
    first = await do(steps, lambda c: c.open("handoff", title="Ann"))
    kept = await do(steps, lambda c: c.append("handoff", {"text": "hello"}))

    assert (lost, kept) == (None, first)
    assert [entry.data for entry in (await opened(steps))[0].entries] == [{}, {"text": "hello"}]


async def test_a_case_closed_while_the_customer_writes_gets_a_successor(steps: Steps) -> None:
    """An operator closes at the very moment: the customer's words open a new case instead of being lost."""
    first = await do(steps, lambda c: c.open("handoff", title="Ann"))

    async def write_while_closing(cases: Cases) -> str:
        known = await cases.current("handoff")
        if known is not None:
            await do(steps, lambda c: c.close("handoff"))
        return await cases.open("handoff", title="Ann", body={"text": "one more thing"})

    second = await do(steps, write_while_closing)

    assert second != first
    assert [case.entries[0].data for case in await opened(steps)] == [{"text": "one more thing"}]


@pytest.mark.req("F7")
async def test_steps_that_open_at_once_open_one(steps: Steps) -> None:
    """Ten ways to ask for a human at the same moment make one case with ten entries."""
    ids = await asyncio.gather(
        *(do(steps, lambda c, n=n: c.open("handoff", title="Ann", body={"n": str(n)})) for n in range(5))  # type: ignore[misc]
    )
    (case,) = await opened(steps)

    assert set(ids) == {case.id}
    assert sorted(entry.data["n"] for entry in case.entries) == ["0", "1", "2", "3", "4"]
