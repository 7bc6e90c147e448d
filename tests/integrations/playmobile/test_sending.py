"""How a message looks on a phone, and what becomes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Contact, Media, Receipt
from bot.ports.accounts import Problems, Written, read_account
from bot.ports.channel import Closes, PerhapsSent, Retry, Sent, Tracking, Undeliverable
from bot.ports.doctor import Doctored
from bot.rendering import utf16_units
from bot.replies import Choice, Hint, Link, Message, Progress, Speak
from integrations.channels.playmobile import CHANNELS, PlayMobile
from integrations.channels.playmobile.render import Renderer
from tests.integrations.kit import PUBLIC_URL, Hands, link_to
from tests.integrations.playmobile.conftest import HOOK, KEY, PHONE, account, delivered, kit
from tests.standins.playmobile import LOGIN, PASSWORD, PlayMobileServer, Sms
from tests.standins.playmobile.server import Broken, Status, messages_xml, reports_json

HELP = Speak("help")
RENDERER = Renderer(link_to)


def asked(text: str, *labels: str, hint: Hint = "", numbered: bool = True) -> Message:
    return Message(
        text, tuple(Choice(str(n), label, HELP) for n, label in enumerate(labels)), hint=hint, numbered=numbered
    )


def texts(message: Message) -> list[str]:
    return [each.text for each in RENDERER.texts(message, 42)]


@pytest.mark.req("F3")
def test_choices_are_numbered_lines() -> None:
    """A number that is typed picks one, unless a number may be the answer itself."""
    assert texts(asked("Qachon?", "Bugun", "Ertaga")) == ["Qachon?\n\n1. Bugun\n2. Ertaga"]
    assert texts(asked("Nechta?", "Bilmayman", numbered=False)) == ["Nechta?\n\n• Bilmayman"]


def test_how_far_it_is_is_not_said_because_it_costs() -> None:
    """Progress is left out of an SMS: each character is paid for."""
    assert texts(Message("Ism?", hint="tel", progress=Progress(2, 5), author="Aziz")) == ["Aziz\n\nIsm?"]


def test_files_and_links_are_addresses() -> None:
    """A file that has none is named."""
    files = (
        Media("image", "a.jpg", "image/jpeg", "the shop"),
        Media("place", "", "", "41.3, 69.2"),
        Media("place", "", ""),
    )
    links = (Link("https://example.com/a", "Map"), Link("tel:+998712000000", "Call"))

    assert texts(Message("Look", media=files, links=links)) == [
        f"Look\n\nMap: https://example.com/a\nCall: +998712000000\nthe shop: {PUBLIC_URL}/media/a.jpg\n41.3, 69.2\n…"
    ]


@pytest.mark.parametrize(("text", "count"), [("x" * 640, 1), ("x" * 641, 2), ("😀" * 320, 1), ("😀" * 320 + "x", 2)])
def test_a_long_text_is_several_messages(text: str, count: int) -> None:
    """Nothing is cut: what is too long for one message leaves in several."""
    assert len(texts(Message(text))) == count


def test_what_is_taken_back_is_not_said() -> None:
    """An SMS cannot be taken back, so taking back sends nothing."""
    assert texts(Message("", replaces=7)) == []


few_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(
    ["\ud83d", "ʻ" * 700, "a. " * 400]
)


@given(
    st.builds(
        Message,
        text=few_words,
        choices=st.lists(st.builds(Choice, st.just("1"), few_words, st.just(HELP)), max_size=30).map(tuple),
        author=few_words,
        links=st.lists(st.builds(Link, st.just("https://example.com/x"), few_words), max_size=2).map(tuple),
        numbered=st.booleans(),
    )
)
def test_whatever_is_said_is_there_and_no_message_is_too_long(message: Message) -> None:
    """All words, in as many messages as they need."""
    found = texts(message)

    assert all(0 < utf16_units(each) <= 640 for each in found)
    shown = squeezed("".join(found))
    labels = [*(each.label for each in message.choices), *(each.label for each in message.links)]
    for words in (message.text, message.author, *labels):
        assert squeezed(words) in shown


def squeezed(text: str) -> str:
    """A text without what a cut may take: white space, and what is no character."""
    return "".join(each for each in text if each.isprintable() and not each.isspace() and each != "\ufffd")


async def say(channel: PlayMobile, contact: Contact, message: Message) -> list[object]:
    return [await channel.send(contact, request) for request in channel.render(message, 42)]


@pytest.mark.req("F35")
async def test_a_message_arrives_under_a_name_that_leads_back(
    channel: PlayMobile, api: PlayMobileServer, contact: Contact
) -> None:
    """Reports do not say whom they are about, so the name of each part does."""
    outcomes = await say(channel, contact, Message("salom " * 200))
    reports = reports_json(*[(each.id, "Delivered") for each in api.phones])
    told = [each.event for each in channel.receive(delivered(reports)).envelopes]

    assert outcomes == [Sent(f"{PHONE}.42.0.main"), Sent(f"{PHONE}.42.1.main")]
    assert [each.recipient for each in api.phones] == [PHONE] * 2
    assert " ".join(each.text for each in api.phones) == ("salom " * 200).strip()
    assert told == [Receipt("delivered", f"{PHONE}.42.{n}.main", 42, n) for n in range(2)]


async def test_a_part_that_is_sent_again_has_the_same_name(
    channel: PlayMobile, api: PlayMobileServer, contact: Contact
) -> None:
    """A repeat carries the id of the first try, so the broker can tell."""
    api.faults.append("drop after")
    [lost] = await say(channel, contact, Message("salom"))
    [sent] = await say(channel, contact, Message("salom"))

    assert isinstance(lost, PerhapsSent)
    assert sent == Sent(f"{PHONE}.42.0.main")
    assert api.phones == [Sms(PHONE, f"{PHONE}.42.0.main", "3700", "salom")] * 2


@pytest.mark.parametrize(
    ("fault", "kind", "scope"),
    [
        ("outage", Retry, "provider"),
        ("busy", Retry, "account"),
        ("gateway", PerhapsSent, ""),
        ("drop", PerhapsSent, ""),
    ],
)
async def test_whether_it_was_sent_is_not_guessed(
    channel: PlayMobile, api: PlayMobileServer, contact: Contact, fault: Broken, kind: type, scope: str
) -> None:
    """What was surely not taken is tried again, everything else may have arrived."""
    api.faults.append(fault)
    [outcome] = await say(channel, contact, Message("salom"))

    assert isinstance(outcome, kind)
    assert getattr(outcome, "scope", "") == scope


@pytest.mark.parametrize("code", ["101", "105", "202", "404", "405", "406"])
async def test_what_the_broker_refuses_is_given_up(
    channel: PlayMobile, api: PlayMobileServer, contact: Contact, code: str
) -> None:
    """The code is told, and nothing of the message."""
    api.codes.append(code)
    [outcome] = await say(channel, contact, Message("my secret words"))

    assert isinstance(outcome, Undeliverable)
    assert outcome.outcome == "refused"
    assert code in outcome.reason
    assert "secret" not in outcome.reason
    assert channel.trouble == ""


async def test_a_fault_of_the_broker_s_is_waited_out(
    channel: PlayMobile, api: PlayMobileServer, contact: Contact
) -> None:
    """A broker that fails is asked again later; the message is not given up."""
    api.codes.append("100")
    [outcome] = await say(channel, contact, Message("salom"))

    assert isinstance(outcome, Retry)
    assert outcome.scope == "provider"


@pytest.mark.parametrize("what", ["login", "locked"])
async def test_an_account_that_is_refused_waits_longer_each_time(
    channel: PlayMobile, api: PlayMobileServer, clock: Hands, contact: Contact, what: str
) -> None:
    """Nothing is asked meanwhile, a person is told what to mend, and nothing of it is secret."""
    api.password = "another" if what == "login" else PASSWORD
    api.codes.extend(["102"] * 8 if what == "locked" else [])
    waits = []
    for _ in range(8):
        [outcome] = await say(channel, contact, Message("salom"))
        [meanwhile] = await say(channel, contact, Message("salom"))
        assert isinstance(outcome, Retry)
        assert outcome == Retry(outcome.after, channel.trouble, "account")
        assert isinstance(meanwhile, Retry)
        waits.append(outcome.after.total_seconds())
        clock.at += outcome.after
    trouble, api.password = channel.trouble, PASSWORD
    [sent] = await say(channel, contact, Message("salom"))

    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    assert trouble == ("Play Mobile: the login is refused" if what == "login" else "Play Mobile: the account is locked")
    assert (type(sent), channel.trouble) == (Sent, "")


async def test_a_broker_that_is_not_there_was_not_asked(clock: Hands, contact: Contact) -> None:
    """Without a connection nothing was sent, so it may be sent again."""
    nowhere = PlayMobile(account("http://127.0.0.1:9"), kit(clock))
    [outcome] = await say(nowhere, contact, Message("salom"))
    await nowhere.close()
    await nowhere.close()
    [closed] = await say(nowhere, contact, Message("salom"))

    assert isinstance(outcome, Retry)
    assert outcome.scope == "provider"
    assert isinstance(closed, Retry)


async def test_an_account_is_looked_at_without_sending_anything(channel: PlayMobile, api: PlayMobileServer) -> None:
    """A login that is taken, one that is not, an account that is locked, a broker that is out of order."""
    good = await channel.examine()
    api.codes.append("102")
    locked = await channel.examine()
    api.faults.append("outage")
    away = await channel.examine()
    api.faults.append("drop")
    broken = await channel.examine()
    api.login = "another"
    refused = await channel.examine()

    found = [*good, *locked, *away, *broken, *refused]
    assert [each.fine for each in found] == [True, False, False, False, False]
    assert all(each.how for each in found[1:])
    assert api.phones == []
    assert PASSWORD not in str(found)


async def test_who_sets_it_up_is_told_what_to_write_to_play_mobile(channel: PlayMobile) -> None:
    """The address is whole but for its key."""
    [finding] = await channel.connect()

    assert f"{HOOK}?key=" in finding.what
    assert KEY not in str(finding)


@pytest.mark.parametrize("status", ["Transmitted", "Delivered", "NotDelivered", "Rejected", "Expired", "Failed"])
def test_reports_that_come_twice_have_one_key(deaf: PlayMobile, status: Status) -> None:
    """Two states of one message are two."""
    first, again, other = (
        deaf.receive(delivered(reports_json((f"{PHONE}.1.0.main", each)))).envelopes[0].dedupe_key
        for each in (status, status, "Delivered" if status != "Delivered" else "Failed")
    )

    assert first == again != other


def test_the_channel_shows_no_secret(deaf: PlayMobile) -> None:
    """And it can what the house looks for."""
    assert isinstance(deaf, Tracking)
    assert isinstance(deaf, Closes)
    assert isinstance(deaf, Doctored)
    assert not any(secret in repr(deaf) + repr(deaf.account) for secret in (PASSWORD, KEY))
    assert deaf.receive(delivered(messages_xml(("1", PHONE, "salom")))).envelopes[0].actor.endswith(f"/{PHONE}")


def test_what_is_wrong_with_its_settings_is_said_before_it_is_opened() -> None:
    """No sentence shows a secret."""
    settings = {"login": f"{LOGIN}:", "originator": "x" * 12, "colour": "red"}
    written = Written("salon", "sms_playmobile", "main", {"password": "SMS_PASSWORD", "key": "SMS_KEY"}, settings)
    with pytest.raises(Problems) as found:
        read_account(written, CHANNELS["sms_playmobile"], {"SMS_PASSWORD": PASSWORD, "SMS_KEY": "brief-key"}, "")

    assert len(found.value.lines) == 5
    assert not any(secret in str(found.value) for secret in (PASSWORD, "brief-key"))


@pytest.mark.parametrize("address", ["ftp://example.com", "example.com", "http://"])
def test_an_address_that_is_none_is_told_at_the_start(address: str) -> None:
    """Not when the first message is to leave."""
    with pytest.raises(ValueError, match="no address of the web"):
        CHANNELS["sms_playmobile"].open(account(address), kit(Hands()))
