"""Every figure is counted by hand on a small firm, on both databases."""

import pytest

from bot.ports.store import Store
from bot.records import figures
from bot.records.figures import Figures, Mean
from tests.contracts.schema import change

MINUTE = 60 * 1_000_000
SINCE, UNTIL = 1000 * MINUTE, 2000 * MINUTE
FIRM = "shears"


async def put(store: Store, table: str, **values: object) -> None:
    """One row, as if it had happened."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    await change(store, f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())


async def said(store: Store, actor: str, seq: int, author: str, minute: int, firm: str = FIRM) -> None:
    await put(store, "messages", business=firm, actor=actor, seq=seq, author=author, body="{}", at=minute * MINUTE)


async def case(store: Store, name: str, actor: str, opened: int, closed: int | None = None, **more: str) -> None:
    values = {"kind": "handoff", "customer": actor, **more}
    await put(store, "cases", business=FIRM, id=name, actor=actor, status="open", title="", body="{}", version=1,
              opened_at=opened * MINUTE, changed_at=opened * MINUTE,
              closed_at=None if closed is None else closed * MINUTE, **values)  # fmt: skip


async def visit(store: Store, name: str, made: int, status: str = "booked", changed: int | None = None) -> None:
    await put(store, "bookings", business=FIRM, id=name, customer="c", actor="a", service="cut", specialist="ani",
              branch="centre", starts_at=0, local_start="", zone="", minutes=60, resource="", first_cell=0, end_cell=0,
              status=status, name="", phone="", version=1, created_at=made * MINUTE,
              changed_at=(changed or made) * MINUTE)  # fmt: skip


@pytest.mark.req("F17", "A47")
async def test_figures_are_what_a_hand_counts(store: Store) -> None:
    """What lies in the span counts, its first instant included; what lies outside or with another firm does not."""
    for seq, minute in ((1, 999), (2, 1000), (3, 1500), (4, 2000)):
        await said(store, "w/s/ann", seq, "customer", minute)
    await said(store, "w/s/bea", 1, "customer", 1999)
    await said(store, "w/s/bea", 2, "bot", 1999)
    await said(store, "w/s/other", 1, "customer", 1500, firm="clinic")
    await visit(store, "v1", 1000)
    await visit(store, "v2", 900, "cancelled", 1100)
    await visit(store, "v3", 900)
    await case(store, "k1", "w/s/ann", 1100, 1160)
    await case(store, "k2", "w/s/ann", 1200, 1220, kind="complaint")
    await case(store, "k3", "w/s/bea", 1300)
    await case(store, "l1", "w/s/bea", 1400, kind="lead")
    await said(store, "w/s/ann", 5, "human", 1104)
    await said(store, "w/s/ann", 6, "human", 1202)
    await said(store, "w/s/bea", 3, "human", 1290)
    found = await store.read(lambda: figures.figures(FIRM, SINCE, UNTIL))

    assert found == Figures(messages=3, conversations=2, booked=1, cancelled=1, leads=1, opened=3, closed=2, returned=1,
                            first_answer=180, resolution=2400, ratings=())  # fmt: skip


@pytest.mark.req("A47")
async def test_ratings_are_meant_by_operator(store: Store) -> None:
    """Each operator has the sum and number of what customers gave; what nobody had taken counts for nobody."""
    for name in ("ani", "bob"):
        await put(store, "members", business=FIRM, id=name, name=name.title(), role="operator", active=1, created_at=1,
                  changed_at=1)  # fmt: skip
    given = (
        ("1", "ani", 5, 1500),
        ("2", "ani", 4, 1999),
        ("3", "bob", 1, 1500),
        ("4", "", 1, 1500),
        ("5", "ani", 1, 2000),
    )
    for name, member, value, minute in given:
        await put(store, "ratings", business=FIRM, case_id=name, customer="c", member=member, value=value, most=5,
                  at=minute * MINUTE)  # fmt: skip
    found = await store.read(lambda: figures.ratings(FIRM, SINCE, UNTIL))

    assert found == (Mean("Ani", 9, 2, 5), Mean("Bob", 1, 1, 5))


async def test_quarters_say_when_it_was_busy(store: Store) -> None:
    """Messages and visits are counted by the quarter of an hour, which every day of every zone begins with."""
    for seq, minute in ((1, 1000), (2, 1004), (3, 1005)):
        await said(store, "w/s/ann", seq, "customer", minute)
    await visit(store, "v1", 1006)

    assert await store.read(lambda: figures.messages_by_quarter(FIRM, SINCE, UNTIL)) == {
        990 * MINUTE: 2, 1005 * MINUTE: 1}  # fmt: skip
    assert await store.read(lambda: figures.visits_by_quarter(FIRM, SINCE, UNTIL)) == {1005 * MINUTE: 1}


async def test_an_empty_firm_has_figures_too(store: Store) -> None:
    """On its first day a firm reads zeros, and no time that was never measured."""
    found = await store.read(lambda: figures.figures(FIRM, SINCE, UNTIL))

    assert found == Figures(0, 0, 0, 0, 0, 0, 0, 0, None, None, ())
