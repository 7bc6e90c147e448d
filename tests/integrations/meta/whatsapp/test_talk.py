"""Conversations over WhatsApp, with the sample clinic."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.ports.store import Query
from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY, visits
from tests.integrations.meta.whatsapp.talking import Over, clinic
from tests.standins.meta.whatsapp import Template


@pytest.fixture
def talk() -> Iterator[Over]:
    """Ani; WhatsApp has approved what the clinic's folder names."""
    with Over(clinic(), ROUTES, now=MONDAY, actors=ACTORS) as talk:
        wanted = [each for each in clinic().business.templates.wanted if each.channel == "whatsapp_cloud"]
        talk.cloud.templates = [Template(each.name, each.language, each.values) for each in wanted]
        yield talk


@pytest.mark.req("F15")
def test_a_reminder_leaves_in_a_language_that_whatsapp_has(talk: Over) -> None:
    """There are no Armenian templates: days later a customer who writes Armenian is reminded in the language declared."""
    talk.says("Բարև ձեզ, ուզում եմ գրանցվել այցի").taps("Ատամների մաքրում").taps("Կենտրոն").says("27.11")
    talk.taps(next(iter(talk.ani.screen[-1].options))).says("Անի", "+374 91 123456")
    talk.taps("Այո, ճիշտ է").waits(timedelta(days=4))
    (reminder,) = [call.fields["template"] for call in talk.graph.calls("messages") if "template" in call.fields]

    assert len(visits(talk)) == 1
    assert reminder["language"]["code"] == clinic().business.templates.twins["reminder"].language_for("hy") != "hy"
    assert talk.reads(Query("SELECT error FROM outbox WHERE state = 'failed'")) == []


def test_what_is_withdrawn_is_gone_from_the_desk(talk: Over) -> None:
    """Who deletes a message for everybody (where Meta tells) is not read by the next operator, who sees that it was there."""
    talk.says("HUMAN").staff("Yes?").says("my secret is Ararat", "and I live in Gyumri")
    shown = [each for each in talk.room.texts() if "Ararat" in each]
    (secret,) = talk.reads(Query("SELECT client_id FROM messages WHERE body LIKE '%Ararat%'"))[0]
    note = talk.ani.message("revoke", {"original_message_id": secret})
    talk.delivers(talk.cloud.value(messages=[note], people=[talk.ani]))
    talk.says("Hello?")

    assert len(shown) == 1
    assert not any("Ararat" in each for each in talk.room.texts())
    assert sum("Gyumri" in each for each in talk.room.texts()) == 1
    assert sum("🗑" in each for each in talk.room.texts()) == 1
    assert "Hello?" in talk.room.texts()[-1]
    assert talk.reads(Query("SELECT COUNT(*) FROM messages WHERE body LIKE '%Ararat%'")) == [(0,)]
