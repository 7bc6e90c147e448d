"""What becomes of a message that is sent, and of a bot that is welcomed, looked at and connected."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.events import Contact, Media, Pressed, Reachable, Receipt
from bot.ports.accounts import Problems, Written, read_account
from bot.ports.channel import (
    Closes,
    Fetches,
    Inbound,
    NotSigned,
    Paced,
    PerhapsSent,
    Retry,
    Sent,
    Told,
    Tracking,
    Undeliverable,
)
from bot.ports.doctor import Doctored, Finding
from bot.replies import Choice, Message, Speak
from integrations.channels.viber import CHANNELS, Viber
from tests.integrations.kit import NOW, PUBLIC_URL, Hands
from tests.integrations.viber.conftest import account, delivered, kit
from tests.standins.viber import TOKEN, ViberServer
from tests.standins.viber.delivering import HEADER
from tests.standins.viber.server import Broken, Customer

MENU = Message("What would you like?", (Choice("cut", "A cut", Speak("menu")), Choice("back", "Back", Speak("back"))))


async def say(viber: Viber, contact: Contact, message: Message) -> list[object]:
    return [await viber.send(contact, request) for request in viber.render(message, 42)]


@pytest.mark.req("F1")
async def test_a_message_arrives_and_its_button_leads_back(
    viber: Viber, api: ViberServer, ani: Customer, contact: Contact
) -> None:
    """The customer sees words and buttons; what they press is the choice under our message 42."""
    [outcome] = await say(viber, contact, MENU)
    (pressed,) = viber.receive(delivered(encoded(api.press(ani, "A cut")))).envelopes

    assert outcome == Sent(ani.screen[0].token)
    assert (ani.screen[0].text, [label for label, _ in ani.screen[0].buttons]) == (MENU.text, ["A cut", "Back"])
    assert isinstance(pressed.event, Pressed)
    assert (pressed.event.message, pressed.event.choice) == (42, "cut")


async def test_what_became_of_it_comes_under_the_same_name(
    viber: Viber, api: ViberServer, ani: Customer, contact: Contact
) -> None:
    """The token is larger than what a double holds, and is the same to the last digit."""
    [outcome] = await say(viber, contact, Message("Hello"))
    assert isinstance(outcome, Sent)

    for state in ("delivered", "seen", "failed"):
        (told,) = viber.receive(delivered(encoded(api.receipt(state, ani, outcome.provider_id)))).envelopes
        assert isinstance(told.event, Receipt)
        assert (told.event.provider_id, told.actor) == (outcome.provider_id, contact.actor)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (5, "blocked"),
        (6, "blocked"),
        (11, "blocked"),
        (21, "blocked"),
        (23, "window"),
        (3, "refused"),
        (13, "refused"),
        (99, "refused"),
    ],
)
async def test_a_refusal_says_what_to_do_with_the_customer(
    viber: Viber, api: ViberServer, contact: Contact, status: int, outcome: str
) -> None:
    """Viber answers 200 and says no in `status`."""
    api.statuses.append(status)
    [found] = await say(viber, contact, Message("my secret words"))

    assert isinstance(found, Undeliverable)
    assert found.outcome == outcome
    assert "secret" not in found.reason
    assert viber.trouble == ""


async def test_somebody_who_left_is_blocked_until_they_come_back(
    viber: Viber, api: ViberServer, ani: Customer, contact: Contact
) -> None:
    """Who is no longer subscribed is blocked, and reachable again after they subscribe."""
    (left,) = viber.receive(delivered(encoded(api.leave(ani)))).envelopes
    [outcome] = await say(viber, contact, Message("Hello"))
    api.message(ani, type="text", text="hi")
    [again] = await say(viber, contact, Message("Hello"))

    assert left.event == Reachable(ok=False)
    assert isinstance(outcome, Undeliverable)
    assert (outcome.outcome, type(again)) == ("blocked", Sent)


async def test_too_many_messages_wait(viber: Viber, api: ViberServer, contact: Contact) -> None:
    """Only this customer's line waits; Viber does not say how long."""
    api.statuses.append(12)
    [outcome] = await say(viber, contact, Message("Hello"))

    assert isinstance(outcome, Retry)
    assert (outcome.after, outcome.scope) == (timedelta(minutes=1), "line")


@pytest.mark.parametrize("status", [2, 7, 8, 9, 10, 15, 24])
async def test_an_account_that_is_refused_waits_longer_each_time(
    viber: Viber, api: ViberServer, clock: Hands, contact: Contact, status: int
) -> None:
    """Nothing is asked meanwhile, a person is told what to mend, and nothing of it is secret."""
    api.account_status = status
    waits = []
    for _ in range(9):
        [outcome] = await say(viber, contact, Message("Hello"))
        assert isinstance(outcome, Retry)
        assert outcome.scope == "account"
        waits.append(outcome.after.total_seconds())
        clock.at += outcome.after
    asked = len(api.calls)
    early = await say(viber, contact, Message("Hello"))

    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert viber.trouble
    assert TOKEN not in viber.trouble + repr(viber) + repr(viber.account)
    assert asked == 9
    assert [type(each) for each in early] == [Retry]


async def test_a_revoked_token_is_trouble_until_it_is_known_again(
    api: ViberServer, viber: Viber, clock: Hands, contact: Contact
) -> None:
    """A refused token shows as trouble and holds the account; once it is taken the trouble is gone."""
    api.token = "another"
    await say(viber, contact, Message("Hello"))
    [waiting] = await say(viber, contact, Message("Hello"))
    trouble, asked = viber.trouble, len(api.calls)
    api.token = TOKEN
    clock.at += timedelta(seconds=6)
    [outcome] = await say(viber, contact, Message("Hello"))

    assert isinstance(waiting, Retry)
    assert (trouble, asked) == ("Viber: the token is refused", 1)
    assert (type(outcome), viber.trouble) == (Sent, "")


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        ("outage", Retry, 0),
        ("gateway", PerhapsSent, 0),
        ("page", PerhapsSent, 0),
        ("drop", PerhapsSent, 0),
        ("drop after", PerhapsSent, 1),
        ("garbled after", PerhapsSent, 1),
    ],
)
async def test_whether_it_was_sent_is_not_guessed(
    viber: Viber, api: ViberServer, ani: Customer, contact: Contact, fault: Broken, kind: type, arrived: int
) -> None:
    """What may have arrived is never called lost, and what was surely not taken is tried again."""
    api.faults.append(fault)
    [outcome] = await say(viber, contact, Message("Hello"))

    assert isinstance(outcome, kind)
    assert len(ani.screen) == arrived


async def test_a_server_that_is_not_there_was_not_asked(clock: Hands, contact: Contact) -> None:
    """Without a connection nothing was sent, so it may be sent again."""
    nowhere = Viber(account("http://127.0.0.1:9"), kit(clock))
    [outcome] = await say(nowhere, contact, Message("Hello"))
    await nowhere.close()
    await nowhere.close()
    [closed] = await say(nowhere, contact, Message("Hello"))

    assert isinstance(outcome, Retry)
    assert outcome.scope == "provider"
    assert isinstance(closed, Retry)


FILES = {
    "a.jpg": ("image", "image/jpeg", "picture"),
    "big.jpg": ("image", "image/jpeg", "file"),
    "list.pdf": ("file", "application/pdf", "file"),
    "huge.zip": ("file", "application/zip", "text"),
    "film.mp4": ("video", "video/mp4", "video"),
    "long.mp4": ("video", "video/mp4", "file"),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_shown_as_what_its_size_allows(
    viber: Viber, api: ViberServer, ani: Customer, contact: Contact, name: str
) -> None:
    """What is too large for its kind is a file, what is too large for a file is a link; the size is told."""
    kind, mime, shown = FILES[name]
    outcomes = await say(viber, contact, Message("", media=(Media(kind, name, mime),)))

    assert [type(each) for each in outcomes] == [Sent]
    assert ani.screen[0].kind == shown
    assert f"{PUBLIC_URL}/media/{name}" in (ani.screen[0].media, ani.screen[0].text)


async def test_words_under_a_picture_that_is_too_large_are_not_lost(
    viber: Viber, ani: Customer, contact: Contact
) -> None:
    """A file has no words, so it is a link among them; the buttons stay."""
    choices = (Choice("0", "Yes", Speak("menu")),)
    for name in ("big.jpg", "gone.jpg"):
        await say(viber, contact, Message("Look", choices, media=(Media("image", name, "image/jpeg", "the shop"),)))

    assert [(each.kind, each.text) for each in ani.screen] == [
        ("text", f"Look\nthe shop\n{PUBLIC_URL}/media/big.jpg"),
        ("text", "Look\nthe shop"),
    ]
    assert all(each.buttons == (("Yes", "press:42.0"),) for each in ani.screen)


@pytest.fixture
async def house(viber: Viber, api: ViberServer) -> AsyncIterator[list[Told]]:
    """Takes deliveries for the channel as the web does; what is in the list is what a newcomer is told."""
    told: list[Told] = []
    asked: dict[str, int] = {}

    async def take(request: web.Request) -> web.Response:
        body, headers = await request.read(), {name.lower(): value for name, value in request.headers.items()}
        try:
            delivery = viber.receive(Inbound("salon", "main", body, NOW, headers, url=str(request.url)))
        except NotSigned:
            return web.Response(status=401)
        answer = delivery.answer
        if delivery.says is not None:
            key = delivery.envelopes[0].dedupe_key
            asked[key] = asked.get(key, 0) + 1
            answer = delivery.says(told) if asked[key] > 1 else answer
        return web.Response(status=answer.status, body=answer.body or None, content_type=answer.kind)

    app = web.Application()
    app.router.add_post("/webhooks/viber/main", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.house = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield told
    await runner.cleanup()


@pytest.mark.req("F1")
async def test_a_newcomer_is_welcomed_in_the_answer(viber: Viber, api: ViberServer, house: list[Told]) -> None:
    """Until the welcome is there Viber is told to ask again; then the newcomer sees it, with its buttons."""
    await viber.connect()
    newcomer = api.person("new=", subscribed=False)
    house += [Told(2, Message("Welcome")), Told(3, MENU)]

    reply = await api.opens(newcomer, "promo_7")

    assert reply.status == 200
    [seen] = newcomer.screen
    assert (seen.text, seen.buttons) == (
        "Welcome\n\nWhat would you like?",
        (("A cut", "press:3.cut"), ("Back", "press:3.back")),
    )


async def test_an_account_is_connected_and_looked_at(viber: Viber, api: ViberServer, house: list[Told]) -> None:
    """Viber tries the address at once; then all is well."""
    before = await viber.examine()
    [done] = await viber.connect()
    after = await viber.examine()
    api.event_types.remove("failed")
    quiet = await viber.examine()
    api.webhook = "https://chat.example.com/webhooks/viber/another"
    elsewhere = await viber.examine()

    assert [each.fine for each in before] == [True, False]
    assert done == Finding(fine=True, what=f"Viber delivers to {PUBLIC_URL}/webhooks/viber/main")
    assert [each.fine for each in after] == [True, True]
    assert [each.what for each in quiet if not each.fine] == ["Viber does not tell of failed"]
    assert elsewhere[1].what == "Viber delivers to another address"
    assert set(api.event_types) < set(api.calls[1][1]["event_types"])


async def test_what_is_wrong_with_an_account_is_a_finding(viber: Viber, api: ViberServer, clock: Hands) -> None:
    """A token that is refused, an address that does not answer, one that is not https, a Viber that is not there."""
    api.house = "http://127.0.0.1:9"
    unreached = await viber.connect()
    api.token = "another"
    refused = await viber.examine()
    open_line = account(api.url)
    plain = Viber(
        type(open_line)("salon", "viber", "main", open_line.secrets, open_line.settings, "http://a"), kit(clock)
    )
    not_https = await plain.connect()
    nowhere = Viber(account("http://127.0.0.1:9"), kit(clock))
    gone = await nowhere.examine()
    await asyncio.gather(plain.close(), nowhere.close())

    found = [*unreached, *refused, *not_https, *gone]
    assert [each.fine for each in found] == [False] * 4
    assert all(each.how for each in found)
    assert TOKEN not in str(found)
    assert found[1].what == "Viber: the token is refused"


async def test_a_file_of_a_customer_is_fetched_while_viber_has_it(viber: Viber, house: list[Told]) -> None:
    """The name of such a file is its address; one that is gone is nothing."""

    async def picture(request: web.Request) -> web.Response:
        return web.Response(body=b"a photo")

    app = web.Application()
    app.router.add_get("/y.jpg", picture)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"

    assert await viber.fetch(f"{root}/y.jpg") == b"a photo"
    assert await viber.fetch(f"{root}/gone.jpg") is None
    assert await viber.fetch("file:///etc/passwd") is None
    await runner.cleanup()


async def test_deliveries_that_come_twice_and_forged_ones_change_nothing(
    viber: Viber, api: ViberServer, ani: Customer, house: list[Told]
) -> None:
    """A repeat has the key of the first; a stranger's signature is answered 401."""
    await viber.connect()
    event = api.message(ani, type="text", text="hi")
    replies = await api.deliveries.several([event], doubled=True)
    forged = await api.deliveries.post(event, token="another")

    assert [each.status for each in replies] == [200, 200]
    assert forged.status == 401
    first, second = (viber.receive(delivered(encoded(event))).envelopes[0].dedupe_key for _ in range(2))
    assert first == second


def test_the_channel_can_what_it_says(clock: Hands) -> None:
    """The house looks for these abilities."""
    made = Viber(account(), kit(clock))

    assert isinstance(made, Tracking)
    assert isinstance(made, Paced)
    assert isinstance(made, Fetches)
    assert isinstance(made, Closes)
    assert isinstance(made, Doctored)
    assert HEADER.lower() == "x-viber-content-signature"


def test_what_is_wrong_with_its_settings_is_said_before_it_is_opened() -> None:
    """No sentence shows the token."""
    settings = {"name": "N" * 29, "avatar": "http://a", "colour": "red"}
    written = Written("salon", "viber", "main", {"token": "SALON_VIBER"}, settings)
    with pytest.raises(Problems) as found:
        read_account(written, CHANNELS["viber"], {"SALON_VIBER": "short"}, "")

    assert len(found.value.lines) == 5
    assert "short" not in str(found.value)


def encoded(event: dict[str, object]) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.parametrize("address", ["ftp://example.com", "example.com", "http://"])
def test_an_address_that_is_none_is_told_at_the_start(address: str) -> None:
    """Not when the first message is to leave."""
    with pytest.raises(ValueError, match="no address of the web"):
        CHANNELS["viber"].open(account(address), kit(Hands()))
