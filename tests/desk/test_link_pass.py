"""Going on in another messenger by a link that says who one is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.business.business import Account
from bot.events import Contact, Opened, Said
from bot.ports.store import Query, Script
from bot.records.passes import VALID, found_in, holder, issue
from bot.runtime import Tenant
from bot.testing import Talk
from handlers import ACTORS, ROUTES
from tests.desk.conftest import MONDAY

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ANN = "c0123456789abcdef"
THERE, THIRD = "telegram/main/7", "whatsapp_cloud/main/37491000001"
ACCOUNTS = (
    Account.model_construct(id="test", channel="webchat"),
    Account.model_construct(id="main", channel="telegram", public="nur_dental_bot"),
    Account.model_construct(id="main", channel="whatsapp_cloud", public="+37410000000"),
)


@pytest.fixture
def talk(clinic: Tenant) -> Iterator[Talk]:
    """A firm that customers also find in Telegram and WhatsApp."""
    business = clinic.business.model_copy(update={"accounts": ACCOUNTS})
    with Talk(replace(clinic, business=business), ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        row = (talk.business.slug, "webchat_secret", "firm")

        def start() -> Script[None]:
            yield Query("INSERT INTO settings (business, name, value) VALUES (?, ?, ?)", row)

        talk.does(talk.store.run(start))
        yield talk.opens()


def tokens(talk: Talk) -> list[str]:
    """What the two links carry: to Telegram, to WhatsApp."""
    telegram, whatsapp = (urlsplit(link.url) for link in talk.messages[-1].links)
    return [parse_qs(telegram.query)["start"][0], parse_qs(whatsapp.query)["text"][0]]


def person(talk: Talk, actor: str) -> str:
    rows = talk.reads(Query("SELECT customer FROM contacts WHERE actor = ? AND unlinked_at IS NULL", (actor,)))
    return str(rows[0][0]) if rows else ""


@pytest.mark.req("B9")
@pytest.mark.parametrize("wish", ["Another messenger", "другой мессенджер"])
def test_a_link_takes_the_matter_along(talk: Talk, wish: str) -> None:
    """The customer asks in words of any language, opens the link, and the open case goes on there."""
    talk.says("HUMAN", wish)
    telegram, whatsapp = tokens(talk)
    talk.happens(Opened("en", telegram), actor=THERE)
    talk.happens(Said(whatsapp), actor=THIRD)

    assert [link.label for link in talk.messages[-1].links] == ["Telegram", "WhatsApp"]
    assert person(talk, THERE) == person(talk, THIRD) == person(talk, talk.contact.actor) != ""
    assert talk.reads(Query("SELECT actor FROM cases")) == [(THIRD,)]


@pytest.mark.req("B9")
def test_the_button_of_help_offers_it(talk: Talk) -> None:
    """Nobody has to know the words."""
    talk.says("help").presses("Another messenger")

    assert len(talk.messages[-1].links) == 2


@pytest.mark.req("B9")
def test_a_link_works_once_and_for_an_hour(talk: Talk) -> None:
    """Who finds it later, or opens it second, is greeted as anybody else."""
    talk.says("Another messenger")
    telegram, whatsapp = tokens(talk)
    talk.happens(Opened("en", telegram), actor=THERE)
    talk.happens(Opened("en", telegram), actor="telegram/main/8")
    talk.waits(VALID + timedelta(seconds=5))
    talk.happens(Said(whatsapp), actor=THIRD)

    assert person(talk, THERE) == person(talk, talk.contact.actor)
    assert person(talk, "telegram/main/8") == person(talk, THIRD) == ""


@given(st.text(alphabet="abc_-XYZ019", min_size=38, max_size=38))
def test_what_was_not_signed_is_nobodys(forged: str) -> None:
    """A token of letters that somebody made up opens nothing."""
    assert holder("firm", "clinic", f"go-{forged}", NOW) == ""


def test_a_pass_is_the_firms_and_for_its_time() -> None:
    """Another firm's, another secret's, a changed and an old one are nobody's; it fits what Telegram gives back."""
    token = issue("firm", "clinic", ANN, NOW)
    changed = f"{token[:10]}{'A' if token[10] != 'A' else 'B'}{token[11:]}"

    assert holder("firm", "clinic", token, NOW + VALID - timedelta(seconds=1)) == ANN
    assert holder("firm", "salon", token, NOW) == holder("other", "clinic", token, NOW) == ""
    assert holder("firm", "clinic", changed, NOW) == holder("firm", "clinic", token, NOW + VALID) == ""
    assert len(token) <= 64
    assert found_in(f"Go on: {token}.") == token
    assert found_in(f"x{token}") == found_in(f"{token}x") == ""


@pytest.mark.req("B9")
@pytest.mark.parametrize(("here", "offered"), [("webchat", ["Viber"]), ("telegram", [])])
def test_a_link_to_viber_is_offered_where_it_can_be_opened(clinic: Tenant, here: str, offered: list[str]) -> None:
    """Viber has no address of the web; in Telegram its own would be letters, and nobody is offered nothing."""
    accounts = (
        Account.model_construct(id="test", channel=here),
        Account.model_construct(id="main", channel="viber", public="nur.dental"),
        Account.model_construct(id="main", channel="sms_twilio", public="+15017122661"),
    )
    tenant = replace(clinic, business=clinic.business.model_copy(update={"accounts": accounts}))
    with Talk(tenant, ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        row = (talk.business.slug, "webchat_secret", "firm")

        def start() -> Script[None]:
            yield Query("INSERT INTO settings (business, name, value) VALUES (?, ?, ?)", row)

        talk.does(talk.store.run(start))
        talk.contact = Contact(here, "test", "7")
        buttons = talk.opens().says("help").buttons
        links = talk.says("Another messenger").messages[-1].links

    assert [link.label for link in links] == offered
    assert ("Another messenger" in buttons) is bool(offered)
    for link in links:
        token = found_in(link.url)
        assert token
        assert link.url == f"viber://pa?chatURI=nur.dental&context={token}"
