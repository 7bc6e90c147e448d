"""Whole conversations over both channels, with the sample clinic."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

import main
from bot.events import Operator, OperatorSaid
from bot.ports.store import Query
from bot.runtime import Tenant
from bot.texts import t
from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY, visits
from tests.integrations.meta.pages.conftest import NETWORKS
from tests.integrations.meta.pages.talking import PagesTalk
from tests.standins.meta import DropAfter
from tests.standins.meta.pages_people import Person

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
        talk = stack.enter_context(request.param(clinic(), ROUTES, now=MONDAY, actors=ACTORS))
        yield talk.opens().says("Hello, show me the menu please").taps("Menu")


def in_words(text: str) -> str:
    """A text of ours in the language of the clinic's desk."""
    return clinic().phrasebook.say(t(text), clinic().business.desk_language)


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
    """Nothing of a withdrawn message stands any more, that it was withdrawn does, and nobody is answered because of it."""
    talk.says("my secret")
    number = talk.reads(Query("SELECT MAX(seq) FROM messages WHERE author = 'customer'"))[0][0]
    before = len(talk.ani.screen)
    talk.ani.withdraws(talk.ani.last)
    talk.arrives()

    last = talk.reads(Query("SELECT body FROM messages WHERE author = 'customer' ORDER BY seq DESC LIMIT 1"))
    assert json.loads(last[0][0]) == {"text": "", "replaces": number}
    assert written(talk, "my secret") == 0
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


@pytest.mark.req("B7", "B9")
@pytest.mark.parametrize("over", [OverMessenger, OverInstagram], ids=NETWORKS)
def test_a_comment_begins_a_dialog_that_goes_on_in_messages(over: type[PagesTalk]) -> None:
    """Somebody asks for a visit under a post: one line in public, one private message, and there they book it."""
    with over(clinic(), ROUTES, now=MONDAY, actors=ACTORS) as talk:
        comment = talk.page.comment(talk.ani, "I want to book teeth cleaning")
        talk.arrives()
        begun = list(talk.screen)
        talk.taps("Kentron").taps("Mon 23 Nov, 14:00").says("Anna", "+374 91 123456").taps("Yes, that is right")

        assert comment.replies == [PUBLIC_LINE]
        assert len(begun) == 1
        assert visits(talk) == [("2026-11-23T14:00", "booked")]
        assert [c.status for c in talk.graph.calls("messages") if "comment_id" in c.fields["recipient"]] == [200]
        assert parked(talk) == []


@pytest.mark.req("B7", "B9")
@pytest.mark.parametrize("over", [OverMessenger, OverInstagram], ids=NETWORKS)
def test_a_complaint_in_public_is_a_case_that_goes_on_in_messages(over: type[PagesTalk]) -> None:
    """The team has one case, sees what was said in public and what in private, and answers where nobody else reads."""
    with over(clinic(), ROUTES, now=MONDAY, actors=ACTORS) as talk:
        talk.page.comment(talk.ani, "HUMAN")
        talk.arrives()
        public = [in_words("in public") in each for each in talk.room.texts() if "HUMAN" in each]
        talk.says("My order is 4711").staff("We are looking into it")

        assert public == [True]
        assert talk.screen[-1].endswith("We are looking into it")
        assert talk.reads(Query("SELECT actor FROM cases")) == [(f"{over.network}/main/{talk.ani.id}",)]
        assert any("My order is 4711" in each for each in talk.room.texts())


@pytest.mark.req("B7")
def test_an_operator_answers_a_comment_of_somebody_who_is_silent(talk: PagesTalk) -> None:
    """While a human is in charge the bot says nothing to a comment; the private message is the human's, days later too."""
    talk.says("HUMAN").staff("Yes?")
    talk.waits(timedelta(days=9))
    comment = talk.page.comment(talk.ani, "Nobody answers!")
    talk.arrives()
    silent = list(comment.replies)
    talk.waits(timedelta(days=2)).staff("I am sorry")

    assert silent == []
    assert comment.replies == [PUBLIC_LINE]
    assert talk.screen[-1].endswith("I am sorry")


@pytest.mark.req("B7")
def test_what_is_said_in_public_answers_no_question(talk: PagesTalk) -> None:
    """A dialog asks in private, the person comments on a picture: that is no answer, and a number is no choice."""
    talk.taps("Book a visit")
    for text in ("1", "So beautiful", "Teeth cleaning"):
        talk.page.comment(talk.ani, text)
        talk.arrives()
    talk.taps("Teeth cleaning").taps("Kentron").taps("Mon 23 Nov, 14:00")
    talk.says("Anna", "+374 91 123456").taps("Yes, that is right")

    assert visits(talk) == [("2026-11-23T14:00", "booked")]
    assert parked(talk) == []


@pytest.mark.req("B7")
def test_a_comment_is_never_answered_twice_in_private(talk: PagesTalk) -> None:
    """The answer of Meta is lost, the message is said again, and the person reads it once."""
    talk.waits(timedelta(days=2))
    before = len(talk.ani.screen)
    talk.graph.faults.once("messages", DropAfter())
    talk.page.comment(talk.ani, "Where are you?")
    talk.arrives().waits(timedelta(minutes=5))

    assert len(talk.ani.screen) == before + 1


@pytest.mark.req("B7")
def test_a_firm_that_invites_greets_in_private() -> None:
    """Whoever comments is greeted where nobody reads along; what they wrote stands in the transcript for the staff."""
    with Inviting(clinic(), ROUTES, now=MONDAY, actors=ACTORS) as talk:
        comment = talk.page.comment(talk.ani, "How much is a cleaning?")
        talk.arrives()
        offered = list(talk.offered)
        talk.taps(offered[0])

        assert len(offered) > 5
        assert len(talk.ani.screen) == 2
        assert comment.replies == [PUBLIC_LINE]
        assert written(talk, "How much is a cleaning?") == 1
        assert parked(talk) == []


@pytest.mark.req("B7", "F19")
def test_a_comment_takes_no_stop_back() -> None:
    """Who wrote STOP and comments later is not invited, and gets no news either; START is still a word of their own."""
    with Inviting(clinic(), ROUTES, now=MONDAY, actors=ACTORS) as talk:
        talk.says("Hello, show me the menu please", "STOP")
        before = len(talk.ani.screen)
        comment = talk.page.comment(talk.ani, "Nice photo!")
        talk.arrives()

        assert (len(talk.ani.screen), comment.replies) == (before, [])
        assert '"stopped":true' in talk.reads(Query("SELECT state FROM actors WHERE actor LIKE 'instagram/%'"))[0][0]
        talk.says("START")
        assert "You will get our messages again." in talk.screen[-1]


@pytest.mark.req("B7", "F15")
def test_a_reminder_is_no_answer_to_a_comment(talk: PagesTalk) -> None:
    """While a human is in charge a comment waits for their answer; a reminder leaves on its own way meanwhile."""
    booking(talk).taps("Yes, that is right").says("HUMAN").staff("Yes?")
    comment = talk.page.comment(talk.ani, "Nobody answers!")
    talk.arrives().waits(timedelta(hours=2))
    reminded = [each for each in talk.ani.screen if "A reminder of your visit" in str(each)]
    silent = list(comment.replies)
    talk.staff("I am sorry")

    assert len(reminded) == 1
    assert silent == []
    assert comment.replies == [PUBLIC_LINE]


@pytest.mark.req("F15")
@pytest.mark.parametrize(
    "opens", [lambda ani: ani.follows("promo_7"), lambda ani: ani.posts_back("Start", "GET_STARTED")]
)
def test_whoever_opens_the_conversation_is_answered(talk: PagesTalk, opens: Callable[[Person], None]) -> None:
    """A link that is followed and the button that begins a conversation open the window, without a word."""
    talk.waits(timedelta(days=2))
    before = len(talk.ani.screen)
    opens(talk.ani)
    talk.arrives()

    assert len(talk.ani.screen) == before + 1
    assert "tag" not in talk.graph.calls("messages")[-1].fields


@pytest.mark.req("F15")
def test_reading_opens_nothing(talk: PagesTalk) -> None:
    """Who has only looked is not written to after the window."""
    talk.waits(timedelta(days=8))
    calls = len(talk.graph.calls("messages"))
    talk.ani.reads()
    talk.arrives().happens(OperatorSaid("none", Operator("7", "Aram"), "Hello"))

    assert talk.reads(Query("SELECT state FROM outbox WHERE kind = 'relay'")) == [("failed",)]
    assert len(talk.graph.calls("messages")) == calls


@pytest.mark.req("B7", "F15")
def test_a_comment_opens_no_window(talk: PagesTalk) -> None:
    """Meta lets us write for a day after a message, not after a comment that was answered; a human needs the reason then."""
    talk.waits(timedelta(days=2))
    talk.page.comment(talk.ani, "Nice!")
    talk.arrives()
    calls = len(talk.graph.calls("messages"))
    talk.happens(OperatorSaid("none", Operator("7", "Aram"), "Hello"))
    (last,) = talk.graph.calls("messages")[calls:]

    assert talk.reads(Query("SELECT state FROM outbox WHERE kind = 'relay'")) == [("sent",)]
    assert last.fields["tag"] == "HUMAN_AGENT"


@pytest.mark.req("F15")
def test_after_a_day_the_bot_keeps_silent(talk: PagesTalk) -> None:
    """A reminder that comes due after the window is not sent, and Meta is not even asked."""
    talk.taps("Book a visit").taps("Teeth cleaning").taps("Kentron").says("27.11")
    talk.taps(talk.offered[0]).says("Anna", "+374 91 123456").taps("Yes, that is right")
    talk.waits(timedelta(days=5))
    given_up = talk.reads(Query("SELECT kind, error FROM outbox WHERE state = 'failed'"))

    assert given_up == [("reminder", "the bot may answer for 24 hours after the customer's last word")]
    assert {call.status for call in talk.graph.calls("messages")} == {200}
