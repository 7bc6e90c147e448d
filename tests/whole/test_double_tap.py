"""Impatient fingers: every button twice at once, over two lines."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.crash.audit import Audit, Findings, opened
from tests.crash.page import Page
from tests.crash.person import BOOKED, NAMES, Person
from tests.crash.program import Program

pytestmark = pytest.mark.whole


def choice_for(person: Person, message: dict[str, Any]) -> str | None:
    """The button that a person presses; None where there is something to type."""
    reply = person.reply_to(message["text"]) if message.get("choices") else None
    return message["choices"][int(reply) - 1]["id"] if reply else None


async def same_visitor(page: Page, page_on: Callable[[str], Page]) -> Page:
    """The same visitor's second window."""
    second = page_on("by REST")
    second.token = page.token
    await second.open()
    return second


async def tap_through(first: Page, second: Page) -> dict[str, Any]:
    """Book a visit, pressing each button in both windows at the same moment."""
    person = Person(first, "book", random.Random(5))
    frame = first.say("Book a visit")
    while True:
        message = await first.answer_to(frame, lambda text: BOOKED in text or person.reply_to(text) is not None)
        if BOOKED in message["text"]:
            return message
        await second.sees(message["seq"])
        choice = choice_for(person, message)
        if choice is None:
            frame = first.say(person.reply_to(message["text"]) or NAMES[0])
            continue
        frame, other = first.press(message["seq"], choice), second.press(message["seq"], choice)
        await asyncio.gather(first.accepted(frame), second.accepted(other))


@pytest.mark.req("F7")
async def test_every_button_pressed_twice_books_one_visit(program: Program, page: Callable[[str], Page]) -> None:
    """A customer whose every tap arrives twice, in two windows, has one visit and is told of it once."""
    first = page("by socket")
    await first.open()
    second = await same_visitor(first, page)
    told = await tap_through(first, second)
    await first.answer_to(first.say("menu"), lambda text: "Nur Dental" in text)
    for each in (first, second):
        await each.close()
    assert await program.stop() == 0
    store = await opened(program.database_url)
    rows = await Audit(store, Findings()).rows("SELECT id, status FROM bookings")
    await store.close()

    assert [(row[1], row[0] in told["text"]) for row in rows] == [("booked", True)]
    assert sum(BOOKED in line["text"] for line in first.shown) == 1
