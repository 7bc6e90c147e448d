"""Whom a campaign reaches, on both databases; and that no crash tells anybody twice or leaves anybody out."""

from datetime import UTC, datetime
from functools import partial

import pytest

from bot.events import CampaignWork, Contact, Envelope
from bot.ports.clock import micros
from bot.ports.store import Conflict, Store
from bot.records.campaigns import Audience, Begin, Draft, Reach, Segment, contacts, find_campaign, reach
from bot.router import Router
from bot.runtime import Engine
from bot.store.sqlite import SqliteStore
from bot.testing import MemoryMedia, Mouthpiece, VirtualClock
from bot.testing.room import Room
from handlers import ACTORS, ROUTES
from handlers.campaign import CHUNK, CHUNK_LASTS
from tests.contracts.schema import ask, change
from tests.runtime.house import MONDAY, barber

FIRM, ROOM = "shears", "staff/room/main/-1001"
DAY = 86_400 * 1_000_000


async def talks(store: Store, who: str, state: str = "{}", *, person: str = "", seq: int = 1) -> None:
    """A conversation, and the customer it is linked to."""
    actor = who if "/" in who else f"webchat/site/{who}"
    await change(store, "INSERT INTO actors (business, actor, seq, state) VALUES (?, ?, ?, ?)", FIRM, actor, seq, state)
    if person:
        await change(store, "INSERT INTO contacts (business, actor, customer, linked_at) VALUES (?, ?, ?, 1)", FIRM,
                     actor, person)  # fmt: skip


async def reached(store: Store, segment: Segment = Segment()) -> Reach:  # noqa: B008  a frozen struct
    return await store.read(partial(reach, FIRM, segment, "en"))


@pytest.mark.req("F16")
async def test_only_conversations_that_may_be_written_to_are_reached(store: Store) -> None:
    """Rooms, topics and channels without free words fall away; STOP and blocked contacts are counted apart."""
    await talks(store, "ann", '{"language":"ru","greeted":true}')
    await talks(store, "telegram/main/5")
    await talks(store, "sms_twilio/main/5")
    await talks(store, "staff/telegram/main/-1")
    await talks(store, "stopped", '{"language":"ru","stopped":true}')
    await talks(store, "blocked", '{"blocked":true}')
    await change(store, "INSERT INTO actors (business, actor) VALUES ('other', 'webchat/site/x')")

    assert await reached(store) == Reach(2, 1, 1, {"ru": 1, "en": 1})


async def test_no_words_of_a_customer_look_like_a_refusal(store: Store) -> None:
    """An answer that reads like our own state is still an answer."""
    await talks(store, "ann", '{"stack":[{"dialog":"booking","id":"1","answers":{"notes":"\\"stopped\\":true"}}]}')

    assert (await reached(store)).people == 1


@pytest.mark.req("F16")
async def test_a_person_is_told_once_and_stopped_everywhere(store: Store) -> None:
    """Somebody with two contacts gets it where they write more; who wrote STOP on one of them gets it on none."""
    await talks(store, "ann", person="c1", seq=3)
    await talks(store, "telegram/main/1", person="c1", seq=9)
    await talks(store, "bea", '{"stopped":true}', person="c2")
    await talks(store, "telegram/main/2", person="c2")
    await talks(store, "telegram/main/3", '{"blocked":true}', person="c3", seq=50)
    await talks(store, "cid", person="c3")
    campaign = await begun(store)

    assert await reached(store) == Reach(2, 1, 0, {"en": 2})
    assert await store.read(partial(contacts, FIRM, campaign, 0, 10)) == ["telegram/main/1", "webchat/site/cid"]


async def test_a_segment_is_by_tag_language_and_visit(store: Store) -> None:
    """Tags of open cases, the language that is spoken, and a visit since a day choose who is meant."""
    await talks(store, "ann", '{"language":"ru"}', person="c1")
    await talks(store, "bea", '{"language":"ka"}', person="c2")
    await talks(store, "cid", person="c3")
    for name, actor, tags, closed in (
        ("1", "ann", '["vip"]', None),
        ("2", "bea", '["vip"]', 5),
        ("3", "cid", '["v_p"]', None),
    ):
        await change(
            store,
            "INSERT INTO cases (business, id, customer, actor, kind, status, tags, title, body, version, opened_at,"
            " changed_at, closed_at) VALUES (?, ?, 'c', ?, 'lead', 'open', ?, '', '{}', 1, 1, 1, ?)",
            FIRM, name, f"webchat/site/{actor}", tags, closed,
        )  # fmt: skip
    for customer, status, start in (("c2", "booked", 10 * DAY), ("c3", "cancelled", 10 * DAY), ("c1", "done", 5 * DAY)):
        await change(
            store,
            "INSERT INTO bookings (business, id, customer, actor, service, specialist, branch, starts_at, local_start,"
            " zone, minutes, resource, first_cell, end_cell, status, name, phone, version, created_at, changed_at)"
            " VALUES (?, ?, ?, 'a', '', '', '', ?, '', '', 1, '', 0, 0, ?, '', '', 1, 1, 1)",
            FIRM, customer, customer, start, status,
        )  # fmt: skip

    assert (await reached(store, Segment(tag="vip"))).languages == {"ru": 1}
    assert (await reached(store, Segment(tag="v_p"))).languages == {"en": 1}
    assert (await reached(store, Segment(language="ka"))).people == 1
    assert (await reached(store, Segment(language="en"))).people == 1
    assert (await reached(store, Segment(visited_since=9 * DAY))).languages == {"ka": 1}
    assert (await reached(store, Segment(visited_since=DAY))).people == 2


async def test_a_draft_is_sent_once_whoever_presses_when(store: Store) -> None:
    """Two presses that meet in the database freeze one list."""
    await talks(store, "ann")
    campaign = await store.read(partial(find_campaign, FIRM, await begun(store)))
    assert campaign is not None

    with pytest.raises(Conflict):
        await store.run(Begin(FIRM, campaign).apply)
    assert campaign.state == "running"


async def begun(store: Store, total: int = 0) -> str:
    """A campaign whose contacts are frozen."""
    now = micros(datetime(2026, 11, 23, tzinfo=UTC))
    await store.run(Draft(FIRM, "CAMP", {"en": "Hello"}, Audience(Segment(), "en", ROOM), "m1", total, now).apply)
    campaign = await store.read(partial(find_campaign, FIRM, "CAMP"))
    assert campaign is not None
    await store.run(Begin(FIRM, campaign).apply)
    return "CAMP"


class Process:
    """One process that sends; a new one over the same store takes up what the last one left."""

    def __init__(self, store: Store, clock: VirtualClock, ear: Mouthpiece) -> None:
        self.engine = Engine(
            store, clock, {FIRM: barber()}, Router(ROUTES, ACTORS), {(FIRM, "webchat/site"): ear}, worker="one",
            media=MemoryMedia(), providers={(FIRM, "room/main"): Room()},
        )  # fmt: skip

    async def dies_after(self, steps: int) -> None:
        """Take so many rounds of work, then be no more."""
        for _ in range(steps):
            await self.engine.stepper.work()
        await self.engine.alarm.work()


@pytest.mark.req("F16")
async def test_a_thousand_are_told_once_each_however_often_the_process_dies(store: Store) -> None:
    """Killed between any two chunks the campaign goes on where it stood: nobody twice, nobody left out."""
    names = [f"c{n:04}" for n in range(1000 if isinstance(store, SqliteStore) else 3 * CHUNK + 1)]
    rows = ", ".join(f"('{FIRM}', 'webchat/site/{name}', 1)" for name in names)
    await change(store, f"INSERT INTO actors (business, actor, seq) VALUES {rows}")
    await begun(store, len(names))
    clock, ear = VirtualClock(MONDAY), Mouthpiece("webchat")
    go = Envelope(FIRM, "campaign/CAMP", "go", clock.now(), CampaignWork("go"))
    process = Process(store, clock, ear)
    await process.engine.intake.accept([go])
    for n in range(len(names) // CHUNK + 2):
        process = Process(store, clock, ear)
        await process.dies_after(n % 3)
        await process.engine.intake.accept([go])
        await process.engine.settle()
        clock.move_to(clock.now() + CHUNK_LASTS)

    told = [Contact.of(contact.actor).address for contact, message in ear.sent if message.text.startswith("Hello")]
    assert sorted(told) == names
    assert await ask(store, "SELECT state, position FROM campaigns") == [("done", len(names))]
    assert await ask(store, "SELECT outcome, COUNT(*) FROM campaign_contacts GROUP BY outcome") == [
        ("said", len(names))
    ]
