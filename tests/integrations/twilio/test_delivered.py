"""Deliveries as they come over the net: from the stand-in, to an address of ours, in whatever order and however often."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.events import Envelope, Event, Pressed, Receipt, Said
from bot.ports.channel import Inbound, NotSigned
from bot.rendering import named
from bot.replies import Message
from integrations.channels.twilio.sms.channel import Sms
from integrations.channels.twilio.whatsapp.channel import WhatsApp
from tests.integrations.twilio.conftest import ANI, NOW, Open, choices, say
from tests.standins.twilio import TwilioServer


class House:
    """Takes deliveries as the web does: each event once; it can be unable to write for a while, or slow to answer."""

    def __init__(self) -> None:
        self.channels: dict[str, WhatsApp | Sms] = {}
        self.envelopes: dict[str, Envelope] = {}
        self.broken = 0
        self.url = ""

    @property
    def events(self) -> list[Event]:
        return [each.event for each in self.envelopes.values()]

    async def take(self, request: web.Request) -> web.Response:
        name, headers = request.match_info["name"], {key.lower(): value for key, value in request.headers.items()}
        if self.broken:
            self.broken -= 1
            return web.Response(status=503)
        url = f"{self.url}{request.raw_path}"
        try:
            delivery = self.channels[name].receive(
                Inbound("clinic", "main", await request.read(), NOW, headers, url=url)
            )
        except NotSigned:
            return web.Response(status=401)
        for each in delivery.envelopes:
            self.envelopes.setdefault(each.dedupe_key, each)
        return web.Response(body=delivery.answer.body, content_type=delivery.answer.kind)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Where deliveries arrive."""
    made, app = House(), web.Application()
    app.router.add_post("/webhooks/{name}/main", made.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
def whatsapp(connect: Open, house: House) -> WhatsApp:
    """WhatsApp, in a house at that address."""
    found: WhatsApp = connect("whatsapp_twilio", public_url=house.url)
    house.channels["whatsapp_twilio"] = found
    return found


@pytest.fixture
def sms(connect: Open, house: House) -> Sms:
    """SMS, in a house at that address."""
    found: Sms = connect("sms_twilio", public_url=house.url)
    house.channels["sms_twilio"] = found
    return found


@pytest.mark.req("F1")
async def test_a_question_is_asked_pressed_and_followed(whatsapp: WhatsApp, api: TwilioServer, house: House) -> None:
    """The button that the customer sees leads back to its choice, and Twilio's reports to its message."""
    hook, ani = f"{house.url}/webhooks/whatsapp_twilio/main", api.person(f"whatsapp:{ANI}", "whatsapp:+37410000000")
    await api.deliver(hook, ani.says("Բարև"))
    await say(whatsapp, Message("Which?", choices(2)), 42)
    asked = api.messages[0]
    await api.report(asked, "sent", "delivered", "read")
    label, data, _ = asked.seen.options[1]
    answer = await api.deliver(hook, ani.presses(label, data))

    assert (answer.status, answer.kind) == (200, "text/xml")
    assert [type(each) for each in house.events] == [Said, Receipt, Receipt, Receipt, Pressed]
    assert [
        (each.state, each.provider_id, each.message, each.part) for each in house.events if isinstance(each, Receipt)
    ] == [(state, asked.sid, 42, 0) for state in ("sent", "delivered", "read")]
    assert data == named(42, "1")
    assert {each.actor for each in house.envelopes.values()} == {f"whatsapp_twilio/main/{ANI}"}


async def test_reports_in_any_order_and_twice_are_told_apart(sms: Sms, api: TwilioServer, house: House) -> None:
    """Each state once, whatever comes first."""
    await say(sms, Message("Hello"), 7)
    for state in ("delivered", "sent", "delivered"):
        await api.deliver(api.messages[0].callback, api.status(api.messages[0], state))

    assert [each.state for each in house.events if isinstance(each, Receipt)] == ["delivered", "sent"]


@pytest.mark.req("F15")
async def test_a_message_after_the_window_fails_later(whatsapp: WhatsApp, api: TwilioServer, house: House) -> None:
    """Twilio takes it, and tells with 63016; so the conversation hears that it did not arrive."""
    await say(whatsapp, Message("Hello"), 7, silence=timedelta(hours=23))
    await api.report(api.messages[0], "sent")
    (event,) = house.events

    assert isinstance(event, Receipt)
    assert (event.state, event.outcome, event.message) == ("failed", "window", 7)


@pytest.mark.parametrize("name", ["whatsapp_twilio", "sms_twilio"])
async def test_what_could_not_be_written_down_comes_again(
    whatsapp: WhatsApp, sms: Sms, api: TwilioServer, house: House, name: str
) -> None:
    """The address asks Twilio for repeats, so a database that is away for a moment loses nobody's word, nor a report."""
    hook = f"{house.url}/webhooks/{name}/main#rc=3&rp=ct,rt,5xx"
    prefix = "whatsapp:" if name == "whatsapp_twilio" else ""
    house.broken = 2
    await api.deliver(hook, api.person(f"{prefix}{ANI}", f"{prefix}+37410000000").says("Hello"))
    house.broken = 1
    await say(house.channels[name], Message("Hello"), 7)
    await api.report(api.messages[0], "sent")

    assert [type(each) for each in house.events] == [Said, Receipt]
    assert [each.status for each in api.delivered] == [503, 503, 200, 503, 200]


async def test_the_fallback_address_takes_what_the_first_could_not(sms: Sms, api: TwilioServer, house: House) -> None:
    """It is the same, and the form has two more fields that say why."""
    house.broken = 1
    hook = f"{house.url}/webhooks/sms_twilio/main"
    await api.deliver(hook, api.person(ANI, "+15017122661").says("Hello"), fallback=hook)

    assert [each.text for each in house.events if isinstance(each, Said)] == ["Hello"]


async def test_a_delivery_to_another_address_is_not_ours(sms: Sms, api: TwilioServer, house: House) -> None:
    """What Twilio signed for another account is not taken here."""
    api.token = "another token of another account"
    posted = await api.deliver(f"{house.url}/webhooks/sms_twilio/main", api.person(ANI, "+15017122661").says("Hello"))

    assert posted.status == 401
    assert house.events == []


async def test_a_file_of_a_customer_can_be_had(whatsapp: WhatsApp, api: TwilioServer, house: House) -> None:
    """It lies with Twilio under the name that the event gives it."""
    ani = api.person(f"whatsapp:{ANI}", "whatsapp:+37410000000")
    await api.deliver(f"{house.url}/webhooks/whatsapp_twilio/main", ani.sends((b"a tooth", "image/jpeg"), body="Look"))
    (event,) = house.events

    assert isinstance(event, Said)
    assert await whatsapp.fetch(event.media[0].name) == b"a tooth"
