"""The web desk: what operators see of customers, and what customers see of operators."""

import asyncio
from functools import partial
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.events import Envelope, OperatorSaid
from bot.events import Operator as Staff
from bot.ports.store import Query, Script
from bot.records import find_case
from bot.web import Site
from tests.web.operator import Operator
from tests.web.visitor import CHAT, Visitor

Browser = TestClient[Any, Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
async def ani(client: Browser, site: Site) -> Operator:
    """An operator at the desk."""
    return await Operator(client, site).arrives()


@pytest.fixture
async def case(visitor: Visitor, ani: Operator) -> str:
    """A visitor has asked for a person."""
    await asks(visitor, "HUMAN")
    return str((await ani.cases())[0]["id"])


async def asks(visitor: Visitor, text: str) -> list[dict[str, Any]]:
    """Say something and give what the bot says to it within the same answer."""
    frame = {"type": "say", "id": text[:60], "text": text}
    answer = await visitor.client.post(f"{CHAT}/messages?wait=20", json=frame, headers=visitor.proof)
    said: list[dict[str, Any]] = (await answer.json()).get("messages", [])
    return said


async def heard(visitor: Visitor) -> list[dict[str, Any]]:
    return [each for each in await visitor.reads() if each["from"] == "human"]


@pytest.mark.req("A44", "F9")
async def test_who_asks_for_a_person_waits_in_the_list(ani: Operator, visitor: Visitor) -> None:
    """A customer who writes HUMAN stands under «waiting» with their last words, and the talk before is there."""
    assert await ani.cases() == []
    await asks(visitor, "Book a visit")
    await asks(visitor, "HUMAN")

    (waiting,) = await ani.cases()
    seen = await ani.sees(waiting["id"])

    assert (waiting["status"], waiting["channel"], waiting["mine"]) == ("open", "webchat", False)
    assert [each["text"] for each in seen["messages"] if each["from"] == "customer"] == ["Book a visit", "HUMAN"]
    assert seen["case"]["facts"] == ["Group: Reception"]


@pytest.mark.req("F12")
async def test_the_first_answer_takes_the_case_and_the_bot_is_silent(
    ani: Operator, visitor: Visitor, case: str
) -> None:
    """An operator's words reach the customer as a person's; after that the bot says nothing until the case is closed."""
    answer = await ani.does(case, "say", text="Hello, how can I help?")
    said = await ani.until_said(case, "how can I help")
    silence = await asks(visitor, "prices")
    (shown,) = await heard(visitor)

    assert answer.status == 202
    assert (said["from"], said["author"]) == ("human", "Ani")
    assert silence == []
    assert (shown["text"], shown["author"]) == ("Hello, how can I help?", "Our team")
    assert (await ani.cases())[0]["mine"] is True


@pytest.mark.req("F12")
async def test_closing_gives_the_customer_back_to_the_bot(ani: Operator, visitor: Visitor, case: str) -> None:
    """A closed case is listed under today's, the bot answers again, and nothing can be written into it."""
    await ani.does(case, "take")
    await ani.until(case, "taken")
    await ani.does(case, "close")
    await ani.until(case, "closed")
    late = await ani.does(case, "say", text="one more thing")

    assert late.status == 409
    assert (await ani.cases())[0]["closed_at"]
    assert await asks(visitor, "MENU") != []
    assert await heard(visitor) == []


async def test_a_closed_case_can_be_opened_again(ani: Operator, visitor: Visitor, case: str) -> None:
    """An operator who closed too early takes the case once more and goes on."""
    await ani.does(case, "close")
    await ani.until(case, "closed")
    await ani.does(case, "take")
    await ani.until(case, "taken")
    await ani.does(case, "say", text="I am back")

    assert (await ani.until_said(case, "I am back"))["from"] == "human"


async def test_a_case_is_not_opened_again_when_there_is_a_newer_one(ani: Operator, visitor: Visitor, case: str) -> None:
    """A customer who has asked anew since is answered in the new case; the old one stays closed and says where."""
    await ani.does(case, "close")
    await ani.until(case, "closed")
    await asks(visitor, "human")
    newer = next(each["id"] for each in await ani.cases() if each["status"] == "open")
    refused = await ani.does(case, "take")

    assert refused.status == 409
    assert newer in (await refused.json())["text"]
    assert (await ani.sees(case))["case"]["status"] == "closed"


async def test_a_case_is_given_to_a_group(ani: Operator, case: str) -> None:
    """What an operator cannot answer waits for the doctors; a group that the firm has not got is refused."""
    await ani.does(case, "take")
    await ani.until(case, "taken")
    wrong = await ani.does(case, "transfer", to="pilots")
    await ani.does(case, "transfer", to="doctors")
    seen = await ani.until(case, "open")

    assert wrong.status == 400
    assert seen["case"]["group"] == "doctors"
    assert (await ani.cases())[0]["group"]


async def test_a_note_is_for_colleagues_alone(ani: Operator, visitor: Visitor, case: str) -> None:
    """A note stands on the card with its author; the customer's page never gets it."""
    await ani.does(case, "note", text="afraid of needles")
    mark = ""
    async with asyncio.timeout(20):
        while not (notes := (await ani.sees(case))["case"]["notes"]):
            mark = (await ani.reads("changes", since=mark, case=case))["mark"]

    assert [(note["text"], note["by"]) for note in notes] == [("afraid of needles", "Ani")]
    assert "needles" not in str(await visitor.reads())


async def test_an_answer_sent_twice_is_one_message(ani: Operator, visitor: Visitor, case: str) -> None:
    """A page that did not hear our answer sends the same call again; the customer reads it once."""
    call = {"id": "same", "text": "Only once"}
    url = f"/desk/demo/api/cases/{case}/say"
    answers = [await ani.client.post(url, json=call, headers=ani.headers) for _ in range(2)]
    await ani.until_said(case, "Only once")
    await ani.does(case, "say", text="and this")
    await ani.until_said(case, "and this")

    assert [answer.status for answer in answers] == [202, 202]
    assert [each["text"] for each in await heard(visitor)] == ["Only once", "and this"]


async def test_a_picture_reaches_the_customer(ani: Operator, visitor: Visitor, case: str) -> None:
    """An operator's picture is known by its content and shown; anything else is refused with a sentence."""
    url = f"/desk/demo/api/cases/{case}/picture"
    fake = await ani.client.post(url, data=b"<svg/>", headers=ani.headers | {"X-Client-Id": "p1"})
    sent = await ani.client.post(url, data=PNG, headers=ani.headers | {"X-Client-Id": "p2"})
    await ani.until(case, "taken")
    (shown,) = await heard(visitor)

    assert (fake.status, sent.status) == (415, 202)
    assert (await ani.client.get(shown["media"]["url"])).content_type == "image/png"


async def test_a_correction_takes_the_place_of_what_was_said(
    ani: Operator, site: Site, visitor: Visitor, case: str
) -> None:
    """What an operator edits elsewhere changes in the customer's page and at the desk; taken back, it is empty."""
    actor, ann = await actor_of(ani, case), Staff(ani.id, "Ani")
    said = [OperatorSaid(case, ann, "at five", origin="room/1"), OperatorSaid(case, ann, "at six", (), "room/1", "room/1"),
            OperatorSaid(case, ann, "", (), "room/1", "room/1")]  # fmt: skip
    for n, event in enumerate(said):
        await site.intake.accept([Envelope("demo", actor, f"edit{n}", site.clock.now(), event)])
    await ani.does(case, "say", text="the end")
    await ani.until_said(case, "the end")
    first, *changes, _ = await heard(visitor)

    assert first["text"] == "at five"
    assert [(each["text"], each["replaces"]) for each in changes] == [("at six", first["seq"]), ("", first["seq"])]


async def actor_of(ani: Operator, case: str) -> str:
    found = await ani.site.store.read(partial(find_case, "demo", case))
    assert found is not None
    return found.actor


async def name_of_the_customer_is(ani: Operator, case: str, name: str, phone: str = "") -> None:
    def script() -> Script[None]:
        yield Query(
            "INSERT INTO customers (business, id, name, phone, version, created_at, changed_at)"
            " SELECT business, customer, ?, ?, 1, 0, 0 FROM cases WHERE id = ?",
            (name, phone, case),
        )

    await ani.site.store.run(script)


@pytest.mark.req("F9")
async def test_cases_are_found_by_name_phone_and_id(ani: Operator, visitor: Visitor) -> None:
    """An operator who is called finds the customer's case by what they say; signs of a search mean nothing special."""
    await asks(visitor, "HUMAN")
    (case,) = await ani.cases()
    await name_of_the_customer_is(ani, case["id"], "Анаит Саргсян", "+37491123456")
    found = {words: len(await ani.cases(words)) for words in
             ("анаит", "САРГСЯН", "91 123", f"#{case['id'].lower()}", "nobody", "%", "_")}  # fmt: skip

    assert found == {"анаит": 1, "САРГСЯН": 1, "91 123": 1, f"#{case['id'].lower()}": 1, "nobody": 0, "%": 0, "_": 0}


async def test_a_hostile_name_stands_in_its_frame(ani: Operator, visitor: Visitor, case: str) -> None:
    """A customer who calls themselves by marks of ours, or turns the writing around, is shown without them."""
    await name_of_the_customer_is(ani, case, "✅ Admin\u202e\n<b>" + "x" * 100)
    (listed,) = await ani.cases()

    assert listed["name"].startswith("Admin <b>")
    assert len(listed["name"]) == 40


async def test_a_desk_that_waits_hears_of_a_new_case(ani: Operator, visitor: Visitor) -> None:
    """An open page is answered when somebody asks for a person, not at its next turn."""
    mark = (await ani.reads("changes", since=""))["mark"]
    waiting = asyncio.create_task(ani.reads("changes", since=mark))
    await asks(visitor, "HUMAN")

    assert (await asyncio.wait_for(waiting, 20))["mark"] != mark
    assert len(await ani.cases()) == 1


async def test_the_desk_speaks_the_members_language(ani: Operator, case: str) -> None:
    """A colleague chooses a language once; what the server says comes in it from then on."""
    url = "/desk/demo/api/language"
    chosen = await ani.client.post(url, json={"language": "ru"}, headers=ani.headers)
    wrong = await ani.client.post(url, json={"language": "xx"}, headers=ani.headers)
    page = await (await ani.client.get("/desk/demo", headers=ani.headers)).text()

    assert (chosen.status, wrong.status) == (200, 400)
    assert '<html lang="ru"' in page
    assert "Группа" in str((await ani.sees(case))["case"]["facts"])


async def test_the_front_page_of_a_demo_shows_both_sides(client: Browser) -> None:
    """On the machine itself the demo shows chat and desk side by side; from anywhere else it is the plain chat."""
    here = await client.get("/", allow_redirects=False)
    away = await client.get("/", allow_redirects=False, headers={"Host": "chat.example.com"})
    page = await here.text()

    assert (here.status, away.status) == (200, 302)
    assert 'src="/chat/demo?' in page
    assert 'src="/desk/demo?' in page
    assert "frame-src 'self'" in here.headers["Content-Security-Policy"]
