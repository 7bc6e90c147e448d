"""Customers who want the same at the same moment, through the whole engine and on both databases."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

import main
from bot.events import Pressed
from bot.ports.store import Store
from bot.records import check_occupancy
from bot.store import transcript
from handlers import ROUTES
from tests.runtime.house import House

CLINIC = Path("businesses/demo")
TO_THE_TIMES = ("/start", "Book a visit", "cleaning", "Any branch")


def clinic(store: Store, worker: str = "one") -> House:
    return House(store, tenant=main.tenant_of(CLINIC), route=ROUTES, worker=worker)


async def choice(house: House, who: str, label: str) -> Pressed:
    """A press of the newest button that begins with these words."""
    lines = await house.store.read(partial(transcript.after, house.slug, f"webchat/site/{who}", 0, 1000))
    for line in reversed(lines):
        for each in line.message.choices:
            if each.label.startswith(label):
                return Pressed(line.seq, each.id)
    raise LookupError(label)


async def at_once(house: House) -> None:
    """Take every step that is due, all of them at the same time."""
    while claimed := await house.claims():
        await asyncio.gather(*(house.engine.stepper.step(each) for each in claimed))
    await house.settles()


async def said_to(house: House, who: str) -> list[str]:
    lines = await house.store.read(partial(transcript.after, house.slug, f"webchat/site/{who}", 0, 1000))
    return [line.message.text for line in lines if line.author == "bot"]


async def brought_to_the_times(house: House, people: list[str]) -> None:
    for who in people:
        for text in TO_THE_TIMES:
            await house.hears(text, who, key=f"{who}:{text}")
    await at_once(house)


@pytest.mark.req("F7", "A15")
async def test_of_ten_who_press_one_time_one_keeps_it_and_nine_are_told(store: Store) -> None:
    """Ten customers see the same first time and press it at once: one goes on, nine read that it is taken."""
    house = clinic(store)
    people = [f"c{n}" for n in range(10)]
    await brought_to_the_times(house, people)
    for who in people:
        await house.hears(await choice(house, who, "Monday 23 November, 1"), who)
    await at_once(house)
    lasts = [(await said_to(house, who))[-1] for who in people]

    assert sorted(last.partition("\n")[0] for last in lasts) == [
        *["That time has just been taken."] * 9, "What is your name?"]  # fmt: skip
    assert await house.store.read(lambda: check_occupancy(house.slug)) == []


@pytest.mark.req("F7", "A17", "A18")
async def test_when_all_confirm_at_once_every_time_has_one_visit(store: Store) -> None:
    """Whoever is told that they are booked has a visit of their own, and there are no other visits."""
    house = clinic(store)
    people = [f"c{n}" for n in range(8)]
    await brought_to_the_times(house, people)
    for who in people:
        await house.hears(await choice(house, who, "Monday 23 November, 1"), who)
        await house.hears("Anna", who)
        await house.hears("091 123456", who)
    await at_once(house)
    assert await house.rows("SELECT id FROM bookings") == []
    for who in people:
        await house.hears("yes", who, key=f"{who}:yes")
        await house.hears("yes", who, key=f"{who}:yes")
    await at_once(house)
    booked = [who for who in people if any("You are booked." in text for text in await said_to(house, who))]
    rows = await house.rows("SELECT actor, starts_at, resource FROM bookings WHERE status = 'booked'")

    assert booked
    assert sorted(row[0] for row in rows) == [f"webchat/site/{who}" for who in booked]
    assert len({row[1:] for row in rows}) == len(rows)
    assert await house.store.read(lambda: check_occupancy(house.slug)) == []


@pytest.mark.req("F7")
async def test_two_processes_give_one_time_to_one_customer(store: Store) -> None:
    """The race is decided by the database, so it does not matter that the two customers are served by two processes."""
    one, two = clinic(store, "one"), clinic(store, "two")
    await brought_to_the_times(one, ["ann", "bea"])
    for who in ("ann", "bea"):
        await one.hears(await choice(one, who, "Monday 23 November, 1"), who)
    (first,), (second,) = await one.claims(1), await two.claims(1)
    await asyncio.gather(one.engine.stepper.step(first), two.engine.stepper.step(second))
    await one.settles()
    lasts = {(await said_to(one, who))[-1].partition("\n")[0] for who in ("ann", "bea")}

    assert lasts == {"What is your name?", "That time has just been taken."}
