"""The stand-in is no kinder than WhatsApp: what is a sign too long, unknown or not allowed is refused with its code."""

from typing import Any

import aiohttp
import pytest

from tests.standins.meta import TOKEN, GraphServer, Refused
from tests.standins.meta.whatsapp import NUMBER, WhatsAppPart
from tests.standins.meta.whatsapp_checks import check
from tests.standins.meta.whatsapp_people import Person
from tests.standins.meta.wire import Json

ENVELOPE = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+37491123456"}
Size = dict[str, int]


def text(size: Size) -> Json:
    return {"type": "text", "text": {"body": "x" * size["body"]}, "biz_opaque_callback_data": "x" * size["mark"]}


def interactive(kind: str, body: str, action: Json) -> Json:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action}}


def buttons(size: Size) -> Json:
    replies = [
        {"id": f"{n}" + "i" * (size["id"] - 1), "title": f"{n}" + "t" * (size["title"] - 1)}
        for n in range(size["count"])
    ]
    made = [{"type": "reply", "reply": each} for each in replies]
    return interactive("button", "x" * size["body"], {"buttons": made})


def rows(size: Size) -> Json:
    made = [
        {"id": f"{n}" + "i" * (size["id"] - 1), "title": "t" * size["title"], "description": "d" * size["about"]}
        for n in range(size["count"])
    ]
    action = {"button": "o" * size["opener"], "sections": [{"title": "s" * size["section"], "rows": made}]}
    return interactive("list", "x" * size["body"], action)


def link(size: Size) -> Json:
    parameters = {"display_text": "x" * size["label"], "url": "https://x.am/"}
    return interactive("cta_url", "x" * size["body"], {"name": "cta_url", "parameters": parameters})


def picture(size: Size) -> Json:
    return {"type": "image", "image": {"id": "1", "caption": "x" * size["caption"]}}


MAKERS: dict[str, tuple[Any, Size]] = {
    "text": (text, {"body": 4096, "mark": 512}),
    "buttons": (buttons, {"body": 1024, "count": 3, "title": 20, "id": 256}),
    "list": (rows, {"body": 4096, "count": 10, "title": 24, "about": 72, "id": 200, "opener": 20, "section": 24}),
    "link": (link, {"body": 1024, "label": 20}),
    "picture": (picture, {"caption": 1024}),
}


def code_of(fields: Json) -> int:
    try:
        check(ENVELOPE | fields)
    except Refused as refused:
        return refused.code
    return 0


@pytest.mark.parametrize(("kind", "what"), [(kind, what) for kind, (_, most) in MAKERS.items() for what in most])
def test_every_limit_of_the_facts_holds(kind: str, what: str) -> None:
    """As much as the facts say passes, and one more does not."""
    make, most = MAKERS[kind]

    assert code_of(make(most)) == 0
    assert code_of(make({**most, what: most[what] + 1})) in {100, 131009}


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "text", "text": {"body": ""}}, {"type": "text", "text": {"body": "x", "colour": "red"}},
        {"type": "text", "text": {"body": "x"}, "extra": 1}, {"type": "poem", "poem": {}}, {"type": "text"},
        {"type": "image", "image": {}}, {"type": "image", "image": {"id": "1", "link": "https://x.am/"}},
        {"type": "audio", "audio": {"id": "1", "caption": "x"}}, {"type": "location", "location": {"latitude": "a"}},
        {"type": "location", "location": {"latitude": 91, "longitude": 0}},
        interactive("button", "?", {"buttons": []}), interactive("flow", "?", {}),
        interactive("button", "?", {"buttons": [{"type": "reply", "reply": {"id": str(n), "title": "A"}} for n in (1, 2)]}),
        interactive("cta_url", "?", {"name": "cta_url", "parameters": {"display_text": "x", "url": "tel:1"}}),
        {"type": "template", "template": {"name": "Not A Name", "language": {"code": "ru"}}},
        {"type": "template", "template": {"name": "x", "language": {"code": "ru"}, "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "two\nlines"}]}]}},
    ],
    ids=lambda each: str(each)[:60],
)  # fmt: skip
def test_what_is_wrong_is_refused(fields: Json) -> None:
    """Unknown fields and kinds, empty texts, labels that are the same."""
    assert code_of(fields) >= 100


async def test_who_is_not_known_gets_the_envelope_of_an_error(graph: GraphServer, ani: Person) -> None:
    """Without a token that is good nothing is done, and the answer has Meta's form."""
    body = ENVELOPE | {"type": "text", "text": {"body": "x"}}
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            async with session.post(f"{graph.url}/v25.0/{NUMBER}/messages", json=body, headers=headers) as response:
                error = (await response.json())["error"]

                assert (response.status, error["code"], error["type"]) == (401, 190, "OAuthException")
    assert ani.screen == []


async def test_a_phone_without_its_plus_is_read_as_local(cloud: WhatsAppPart, ani: Person) -> None:
    """The country of the number that sends stands before it, so it is somebody else's."""
    body = ENVELOPE | {"to": ani.phone, "type": "text", "text": {"body": "x"}}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{cloud.graph.url}/v25.0/{NUMBER}/messages", json=body, headers=headers) as response,
    ):
        assert (response.status, (await response.json())["error"]["code"]) == (400, 131026)


async def test_a_person_is_open_for_a_day(cloud: WhatsAppPart, ani: Person) -> None:
    """The window closes twenty-four hours after their last message, and their next one opens it."""
    seen = []
    for seconds in (86_399, 2):
        cloud.graph.clock.ahead += seconds
        seen.append(ani.open)
    await ani.says("hi")

    assert [*seen, ani.open] == [True, False, True]
