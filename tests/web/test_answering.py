"""Providers that want more than «taken»: what the step says in the answer, and a yes to their question whether to deliver."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.events import Contact, Envelope, Said
from bot.ports.channel import Answer, Delivery, Inbound, Outcome, Sent, Told
from bot.replies import Message
from bot.web import Site, build_app
from bot.web.webhooks import Hook

ADDRESS = "/webhooks/radio/main?step=2&of=%D5%A1"


class Radio:
    """A channel whose provider says our answer at once; it asks for the word «over» before it delivers."""

    name = "radio"

    def __init__(self, seconds: float = 10) -> None:
        self.seconds = seconds
        self.came: list[Inbound] = []

    def receive(self, inbound: Inbound) -> Delivery:
        self.came.append(inbound)
        actor = Contact(self.name, inbound.account, "7").actor
        envelope = Envelope(inbound.business, actor, inbound.body.decode(), inbound.at, Said("menu"), answer=True)
        return Delivery([envelope], Answer(b"wait", "text/plain", 503), _said, self.seconds)

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        return [message.text]

    async def send(self, contact: Contact, request: str) -> Outcome:
        return Sent()

    def subscribe(self, query: Mapping[str, str]) -> Answer | None:
        return Answer(b"yes", "text/plain") if query.get("word") == "over" else None


def _said(told: Sequence[Told]) -> Answer:
    return Answer(" | ".join(each.message.text for each in told).encode(), "text/plain")


def on(site: Site, radio: Radio) -> "TestClient[Any, Any]":
    return TestClient(TestServer(build_app(replace(site, hooks={("radio", "main"): Hook("demo", radio)}))))


async def test_what_is_said_stands_in_the_answer(site: Site) -> None:
    """The messages of the step are the answer; a call that comes twice gets the same, from one step."""
    radio = Radio()
    async with on(site, radio) as provider:
        answers = [await (await provider.post(ADDRESS, data=b"call 1")).text() for _ in range(2)]

    assert answers[0] == answers[1] != ""
    assert [each.url for each in radio.came] == [f"{site.public_url}{ADDRESS}"] * 2


async def test_who_waits_for_too_long_is_asked_to_come_again(site: Site) -> None:
    """While there is no answer yet the provider gets the one that holds it up."""
    await site.engine.stop()
    async with on(site, Radio(seconds=0)) as provider:
        answer = await provider.post(ADDRESS, data=b"call 1")
        said = await answer.text()

    assert (answer.status, said) == (503, "wait")


@pytest.mark.parametrize(("query", "status"), [("word=over", 200), ("word=out", 403), ("", 403)])
async def test_who_asks_whether_to_deliver_must_know_the_word(site: Site, query: str, status: int) -> None:
    """A yes only for a subscription that we have asked for."""
    async with on(site, Radio()) as provider:
        answer = await provider.get(f"/webhooks/radio/main?{query}")
        elsewhere = await provider.get(f"/webhooks/radio/other?{query}")

    assert (answer.status, elsewhere.status) == (status, 404)
