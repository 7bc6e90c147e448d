"""Rating a matter that people have closed."""

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.business import Feedback
from bot.events import CaseAct, Operator
from bot.ports.store import Query
from bot.records import RATING_COLUMNS, Case, all_ratings, open_cases, rating_row, to_csv
from bot.testing import Talk
from dialogs import Booking
from dialogs import Feedback as Rating
from tests.business.conftest import Faults, faults, salon
from tests.dialogs.parlour import parlour, talk_with

__all__ = ["faults", "salon"]

ANI = Operator("m1", "Ani")
QUESTION = "How did we do? Please rate our help."


def shop(feedback: str = "{}") -> Talk:
    """A barber's customer who has just opened the chat."""
    return talk_with(parlour(Rating, Booking, more=f"feedback: {feedback}")).opens()


def opened(talk: Talk, kind: str = "") -> list[Case]:
    """The cases that are open, of one kind or all."""
    return [case for case in talk.does(talk.store.read(lambda: open_cases("shears"))) if kind in ("", case.kind)]


def helped(talk: Talk) -> Talk:
    """The customer asks for a person; an operator takes the matter and closes it."""
    talk.says("HUMAN")
    (case,) = opened(talk, "handoff")
    return talk.happens(CaseAct(case.id, "take", ANI)).happens(CaseAct(case.id, "close", ANI))


def given(talk: Talk) -> list[tuple[str, int, int, str]]:
    """Operator, value, best and words of every rating."""
    return [tuple(row) for row in talk.reads(Query("SELECT member, value, most, words FROM ratings"))]


@pytest.fixture
def barber() -> Iterator[Talk]:
    """A barber's customer."""
    with shop() as talk:
        yield talk


@pytest.fixture
def asked(barber: Talk) -> Talk:
    """The same customer, who is asked how it was."""
    return helped(barber)


@pytest.mark.req("C10")
def test_a_closed_matter_is_rated_by_a_press(asked: Talk) -> None:
    """The customer is asked once, answers with a button, and the rating stands beside the operator who helped."""
    assert asked.heard[-1].endswith(QUESTION)
    assert asked.buttons == ["★", "★★", "★★★", "★★★★", "★★★★★", "Not now"]
    asked.presses("★★★★")

    assert asked.heard[-1] == "Thank you for your rating!"
    assert given(asked) == [("m1", 4, 5, "")]
    assert asked.asking == ""


@pytest.mark.req("C10", "F14")
@pytest.mark.parametrize(("scale", "said", "value", "best"), [
    ("stars", "5", 5, 5), ("stars", "⭐⭐⭐", 3, 5), ("stars", "four", 4, 5), ("stars", "4/5", 4, 5),
    ("stars", "3 of 5", 3, 5), ("stars", "Excellent!", 5, 5), ("stars", "so-so", 3, 5), ("ten", "10", 10, 10),
    ("ten", "8 out of 10", 8, 10), ("thumbs", "👍", 2, 2), ("thumbs", "👍🏽", 2, 2), ("thumbs", "yes", 2, 2),
    ("thumbs", "good", 2, 2), ("[😡, 😐, 😍]", "😍", 3, 3), ("[😡, 😐, ❤]", "❤️", 3, 3),
])  # fmt: skip
def test_a_rating_may_be_typed(scale: str, said: str, value: int, best: int) -> None:
    """A number, stars, a sign of any skin, a word: what is plainly a rating is one, on every scale."""
    with shop(f"{{scale: {scale}}}") as talk:
        helped(talk).says(said)

        assert [row[1:3] for row in given(talk)] == [(value, best)]


@pytest.mark.req("C10")
@pytest.mark.parametrize("said", ["not good", "I waited 5 hours", "0", "9", "4.5", "7/10", "thanks"])
def test_what_is_no_rating_is_not_taken_for_one(asked: Talk, said: str) -> None:
    """«Not good» is not «good», and five hours are not five stars; the question stays."""
    asked.says(said)

    assert given(asked) == []
    assert asked.heard[-1].endswith(QUESTION)


@pytest.mark.req("C10")
def test_there_is_one_rating_a_matter_and_a_mind_may_change(asked: Talk) -> None:
    """Thinking again replaces the rating; there are never two."""
    asked.presses("★★★").presses("Change my rating").presses("★★★★★")

    assert given(asked) == [("m1", 5, 5, "")]
    assert asked.heard[-1] == "Thank you for your rating!"


@pytest.mark.req("C10")
def test_an_old_button_leads_to_the_same_matter(asked: Talk) -> None:
    """Who presses a star when the question is over may rate anew: the newest closed matter is meant."""
    asked.presses("★★★").presses("★★★★★").presses("Rate our help").presses("★★★★★")

    assert given(asked) == [("m1", 5, 5, "")]


@pytest.mark.req("C10")
def test_a_bad_rating_is_heard_by_people(asked: Talk) -> None:
    """Who rates badly may say why; the staff have a complaint with it, even if the customer says no more."""
    asked.presses("★★")
    (case,) = opened(asked, "complaint")
    assert asked.heard[-1] == "I am sorry. What went wrong?"
    assert given(asked) == [("m1", 2, 5, "")]
    asked.says("I waited an hour")
    (case,) = opened(asked, "complaint")

    assert [entry.data.get("words") for entry in case.entries] == [None, "I waited an hour"]
    assert case.title.endswith(": 2/5")
    assert given(asked) == [("m1", 2, 5, "I waited an hour")]
    assert any("I waited an hour" in text for text in asked.room.texts())


@pytest.mark.req("C10")
def test_words_can_be_left_out(asked: Talk) -> None:
    """«Skip» ends it; the rating and the complaint stand."""
    asked.presses("★").presses("Skip")

    assert asked.heard[-1] == "Thank you. Our team will look into it."
    assert given(asked) == [("m1", 1, 5, "")]


def test_a_complaint_hears_of_a_better_rating(asked: Talk) -> None:
    """A slip of the thumb is put beside the complaint; people close it, the bot does not."""
    asked.presses("★").presses("★★★★★")
    (case,) = opened(asked, "complaint")

    assert [entry.data["rating"] for entry in case.entries] == ["1/5", "5/5"]
    assert given(asked) == [("m1", 5, 5, "")]


@pytest.mark.req("F14")
def test_a_firm_may_ask_for_no_words() -> None:
    """With `words: no` a bad rating is thanked for at once; people hear of it all the same."""
    with shop("{words: no, scale: thumbs, ask: {en: Happy?}}") as talk:
        assert helped(talk).heard[-1].endswith("Happy?")
        talk.presses("👎")

        assert talk.heard[-1] == "Thank you. Our team will look into it."
        assert len(opened(talk, "complaint")) == 1


@pytest.mark.req("C10")
def test_nobody_is_nagged_for_a_rating(asked: Talk) -> None:
    """After a day without an answer the question is gone, and nothing was said about it."""
    said = len(asked.heard)
    asked.waits(timedelta(days=3))

    assert len(asked.heard) == said
    assert asked.asking == ""


def test_not_now_is_an_answer(asked: Talk) -> None:
    """Who does not want to rate is let go; nothing is kept."""
    asked.presses("Not now")

    assert asked.asking == ""
    assert given(asked) == []


def test_what_the_rating_interrupts_goes_on_after_it(barber: Talk) -> None:
    """A customer in the middle of a booking rates, and stands where they stood."""
    barber.says("Do booking")
    question = barber.heard[-1]
    helped(barber).presses("★★★★★")

    assert barber.heard[-1] == f"Thank you for your rating!\n\n{question}"
    assert barber.asking == "service"


def test_two_closed_matters_are_not_asked_about_one_after_the_other(barber: Talk) -> None:
    """The question about an older matter is dropped when the newer one is rated."""
    helped(barber).says("cancel")
    helped(barber).presses("★★★★★")

    assert barber.asking == ""
    assert barber.state.stack == []


def test_a_matter_that_nobody_took_is_not_rated(barber: Talk) -> None:
    """A case closed without a human has no one to be rated."""
    barber.says("HUMAN")
    barber.happens(CaseAct(opened(barber)[0].id, "close", ANI))

    assert barber.asking == ""
    assert QUESTION not in barber.heard[-1]


def test_without_a_closed_matter_there_is_nothing_to_rate(barber: Talk) -> None:
    """Who asks to rate out of the blue is told so."""
    barber.says("Do feedback")

    assert barber.heard[-1] == "There is nothing to rate yet."


@pytest.mark.req("C10")
def test_ratings_leave_as_a_table(asked: Talk) -> None:
    """Case, operator, value, best, words and time stand in a CSV; a formula in a customer's words is made text."""
    asked.presses("★").says('=HYPERLINK("http://x")')
    (rating,) = asked.does(asked.store.read(lambda: all_ratings("shears")))
    text = to_csv(RATING_COLUMNS, [rating_row(rating)])

    assert rating.at == asked.clock.now()
    assert list(csv.reader(text.splitlines())) == [
        ["case", "operator", "value", "most", "words", "time"],
        [rating.case, "m1", "1", "5", '\'=HYPERLINK("http://x")', "2026-11-23T06:00:00+00:00"],
    ]


@pytest.mark.parametrize(("scale", "bad"), [(2, 1), (3, 1), (5, 2), (10, 4)])
def test_the_lower_two_fifths_are_bad(scale: int, bad: int) -> None:
    """Unless the firm says otherwise."""
    assert Feedback.model_construct(scale=tuple(map(str, range(scale)))).bad == bad


FAULTS = {
    "unknown scale": ("scale: star", "feedback.scale: there is no scale 'star'; did you mean 'stars'?"),
    "one sign": ("scale: [😡]", "feedback.scale: expected 2 to 10 different signs"),
    "twice the same": ("scale: [😡, 😡]", "feedback.scale: expected 2 to 10 different signs"),
    "a sentence": ("scale: [a very long sign, b]", "feedback.scale: 'a very long sign' is no sign"),
    "all bad": ("scale: thumbs, low: 2", "feedback: low is 2, but the best rating is 2; every rating would be bad"),
    "one language": ("ask: {en: Well?}", "feedback.ask: the wording in Русский (ru) is missing"),
}


@pytest.mark.parametrize(("written", "said"), FAULTS.values(), ids=FAULTS)
def test_a_slip_is_named_with_its_line(faults: Faults, written: str, said: str) -> None:
    """The editor reads where the slip is and what would be right."""
    found = faults(business=("staff:", f"feedback: {{{written}}}\nstaff:"))

    assert any(line.startswith(f"business.yaml:26  {said}") for line in found), found
