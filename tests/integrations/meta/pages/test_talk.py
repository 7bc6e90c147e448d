"""Whole conversations over both channels, with the sample clinic."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

import main
from bot.ports.store import Query
from bot.runtime import Tenant
from handlers import ROUTES
from tests.dialogs.parlour import MONDAY, visits
from tests.integrations.meta.pages.conftest import NETWORKS
from tests.integrations.meta.pages.talking import PagesTalk

PUBLIC_LINE = "We have written to you."


@cache
def clinic() -> Tenant:
    """The shipped sample firm."""
    return main.tenant_of(Path("businesses/demo"))


class OverMessenger(PagesTalk):
    network = "messenger"
    settings = {"comments": "answer", "comment_line": PUBLIC_LINE}  # noqa: RUF012  nobody changes it


class OverInstagram(OverMessenger):
    network = "instagram"


class Inviting(PagesTalk):
    network = "instagram"
    settings = {"comments": "invite", "comment_line": PUBLIC_LINE}  # noqa: RUF012  the same


@pytest.fixture(params=[OverMessenger, OverInstagram], ids=NETWORKS)
def talk(request: pytest.FixtureRequest) -> Iterator[PagesTalk]:
    """Ani, who writes English and has the menu before her."""
    with ExitStack() as stack:
        talk = stack.enter_context(request.param(clinic(), ROUTES, now=MONDAY))
        yield talk.opens().says("Hello, show me the menu please").taps("Menu")


def parked(talk: PagesTalk) -> list[object]:
    """Events that could not be handled."""
    return talk.reads(Query("SELECT error FROM inbox WHERE state IN ('failed', 'parked')"))


def written(talk: PagesTalk, words: str) -> int:
    """How often these words of the customer stand in the transcript."""
    rows = talk.reads(
        Query("SELECT COUNT(*) FROM messages WHERE author = 'customer' AND body LIKE ?", (f'%"{words}"%',))
    )
    count: int = rows[0][0]
    return count


def booking(talk: PagesTalk) -> PagesTalk:
    """Everything is chosen, and the bot asks whether it is right."""
    talk.taps("Book a visit").taps("Teeth cleaning").taps("Kentron").taps("Mon 23 Nov, 14:00")
    return talk.says("Anna", "+374 91 123456")


@pytest.mark.req("F1", "F3")
def test_a_typed_title_works_when_the_quick_replies_are_gone(talk: PagesTalk) -> None:
    """Quick replies go away with the next message; whoever types what stood on one is understood."""
    talk.taps("Services and prices")
    with pytest.raises(AssertionError, match="no quick reply"):
        talk.taps("Addresses and hours")
    talk.says("addresses and hours")

    assert "47 Tumanyan Street" in talk.screen[-1]


@pytest.mark.req("F1")
def test_typed_titles_answer_the_questions_of_a_dialog(talk: PagesTalk) -> None:
    """Somebody who never taps, or sits where quick replies are not shown, books the same visit."""
    talk.says("Book a visit", "teeth cleaning", "kentron", "Mon 23 Nov, 14:00", "Anna", "+374 91 123456")
    talk.says("yes, that is right")

    assert visits(talk) == [("2026-11-23T14:00", "booked")]


@pytest.mark.req("F1")
def test_a_visit_is_booked_by_tapping(talk: PagesTalk) -> None:
    """The dialog that knows no channel works on this one."""
    booking(talk).taps("Yes, that is right")

    assert visits(talk) == [("2026-11-23T14:00", "booked")]


def test_a_delivery_that_comes_again_changes_nothing(talk: PagesTalk) -> None:
    """Meta delivers twice when it is not sure; the person is answered once."""
    talk.ani.says("Doctors")
    talk.page.deliveries.waiting *= 2
    before = len(talk.ani.screen)
    talk.arrives()

    assert len(talk.ani.screen) == before + 1


def test_what_cannot_be_shown_is_answered(talk: PagesTalk) -> None:
    """A message that Instagram shows to no program is not met with silence."""
    before = len(talk.ani.screen)
    talk.ani.sends_nothing_readable()
    talk.arrives()

    assert len(talk.ani.screen) == before + 1
    assert parked(talk) == []


def test_what_is_withdrawn_is_emptied(talk: PagesTalk) -> None:
    """A withdrawn message is followed by one that takes its place without a word, and nobody is answered because of it."""
    talk.says("my secret")
    number = talk.reads(Query("SELECT MAX(seq) FROM messages WHERE author = 'customer'"))[0][0]
    before = len(talk.ani.screen)
    talk.ani.withdraws(talk.ani.last)
    talk.arrives()

    last = talk.reads(Query("SELECT body FROM messages WHERE author = 'customer' ORDER BY seq DESC LIMIT 1"))
    assert json.loads(last[0][0]) == {"text": "", "replaces": number}
    assert len(talk.ani.screen) == before
    assert parked(talk) == []


def test_who_is_with_another_app_is_not_answered(talk: PagesTalk) -> None:
    """What they write is kept for whoever looks, and the bot goes on when the conversation is ours again."""
    before = len(talk.ani.screen)
    talk.page.hand_over(talk.ani)
    talk.says("Doctors")
    unanswered = len(talk.ani.screen)
    talk.page.hand_back(talk.ani)
    talk.says("Doctors")

    assert unanswered == before
    assert len(talk.ani.screen) == before + 1
    assert written(talk, "Doctors") == 2


@pytest.mark.req("B7")
def test_a_comment_opens_a_private_conversation(talk: PagesTalk) -> None:
    """What is asked in public is answered in private; what is tapped there goes on in the person's own conversation."""
    comment = talk.page.comment(talk.ani, "Where are you?")
    talk.arrives()
    answer = talk.screen[-1]
    talk.says("Doctors")

    assert comment.replies == [PUBLIC_LINE]
    assert answer != PUBLIC_LINE
    assert "Lilit Petrosyan" in "".join([talk.screen[-1], *talk.offered])


@pytest.mark.req("B7")
def test_a_firm_that_invites_greets_in_private() -> None:
    """Whoever comments is greeted where nobody reads along; what they wrote stands in the transcript for the staff."""
    with Inviting(clinic(), ROUTES, now=MONDAY) as talk:
        comment = talk.page.comment(talk.ani, "How much is a cleaning?")
        talk.arrives()

        assert len(talk.ani.screen) == 1
        assert len(talk.offered) > 5
        assert comment.replies == [PUBLIC_LINE]
        assert written(talk, "How much is a cleaning?") == 1
        assert parked(talk) == []


@pytest.mark.req("F15")
def test_after_a_day_the_bot_keeps_silent(talk: PagesTalk) -> None:
    """A reminder that comes due after the window is not sent, and Meta is not even asked."""
    talk.taps("Book a visit").taps("Teeth cleaning").taps("Kentron").says("27.11")
    talk.taps(talk.offered[0]).says("Anna", "+374 91 123456").taps("Yes, that is right")
    talk.waits(timedelta(days=5))
    given_up = talk.reads(Query("SELECT kind, error FROM outbox WHERE state = 'failed'"))

    assert given_up == [("reminder", "the bot may answer for 24 hours after the customer's last word")]
    assert {call.status for call in talk.graph.calls("messages")} == {200}
