"""What every dialog gives its customer for free, shown on small dialogs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.chat import Chat
from bot.dialog import Dialog, Next, NotDeclared, Offer, after, ask, silent
from bot.events import Pressed
from bot.ports.store import Query
from bot.testing import Talk
from bot.texts import spoken, t
from tests.dialogs.parlour import Open

CAKES = [Offer("plum", spoken("Plum"), phrases=("plums",)), Offer("nut", spoken("Walnut"))]


def sizes(dialog: Any) -> list[Offer]:
    return [Offer(f"{dialog.cake}-{size}", spoken(f"{size} {dialog.cake}")) for size in ("small", "large")]


class Order(Dialog):
    """Order a cake."""

    cake = ask.choice(spoken("Which cake?"), CAKES, label=spoken("Cake"))
    size = ask.choice(spoken("Which size?"), sizes, label=spoken("Size"))
    count = ask.number(spoken("How many?"), least=Decimal(1), most=Decimal(9), label=spoken("Count"))
    day = ask.day(spoken("For which day?"), label=spoken("Day"))
    candles = ask.yes_no(spoken("Candles?"), when=lambda order: order.cake == "plum", label=spoken("Candles"))
    words = ask.text(spoken("What shall stand on it?"), skip=spoken("Nothing"), label=spoken("Words"))
    agreed = ask.confirm(spoken("Right?"))

    async def done(self, chat: Chat) -> None:
        told = (self.cake, self.size, self.count, self.day, self.candles, self.words)
        chat.say(spoken(f"Done: {told!r}"))


TO_THE_SUMMARY = ("Do order", "plum", "small plum", "2", "25.12", "yes", "Anna 5")


@pytest.fixture
def order(opened: Open) -> Talk:
    return opened(Order)


@pytest.fixture
def summed(order: Talk) -> Talk:
    return order.says(*TO_THE_SUMMARY)


def test_answers_are_values_and_not_texts(summed: Talk) -> None:
    """What was typed is read once, where it was asked, and from then on is a day, a number, a yes."""
    summed.says("yes")

    told = ("plum", "plum-small", Decimal(2), date(2026, 12, 25), True, "Anna 5")
    assert summed.heard[-1] == f"Done: {told!r}"


@pytest.mark.req("A43")
def test_one_question_a_message_with_its_place(order: Talk) -> None:
    """Every message asks one thing and says which of about how many it is."""
    order.says("Do order")
    places = []
    for text in TO_THE_SUMMARY[1:]:
        assert order.heard[-1].count("?") == 1
        places.append(order.messages[-1].progress or pytest.fail("no progress"))
        order.says(text)

    assert [(each.step, each.of) for each in places] == [(1, 6), (2, 7), (3, 7), (4, 7), (5, 7), (6, 7)]


def test_a_question_that_does_not_apply_is_not_asked(order: Talk) -> None:
    """Candles are for plum cakes."""
    order.says("Do order", "walnut", "small nut", "2", "25.12")

    assert order.asking == "words"


def test_a_refused_answer_keeps_the_question_open(order: Talk) -> None:
    """A customer who types a day that does not exist is told so and asked again."""
    order.says("Do order", "plum", "1", "2", "31.02")

    assert order.heard[-1] == "There is no such day as 31.02.\n\nFor which day?"
    assert order.asking == "day"


@pytest.mark.req("A8")
def test_after_the_third_refusal_a_human_is_offered(order: Talk) -> None:
    """Twice the question is explained; the third time a person is offered, and the question stays open."""
    order.says("Do order", "plum", "1", "ten thousand")
    order.says("-4")
    assert "Talk to a person" not in order.buttons
    order.says("?!")

    assert "HUMAN" in order.heard[-1]
    assert order.buttons[-1] == "Talk to a person"
    assert order.asking == "count"


@pytest.mark.parametrize(
    ("text", "why"),
    [("0", "smallest"), ("10", "largest"), ("1" * 400, "write a number"), ("many", "write a number"), ("12.5e400", "")],
)
def test_a_number_out_of_bounds_is_explained(order: Talk, text: str, why: str) -> None:
    """Nothing that is typed for a number gets past its bounds, nor breaks anything."""
    order.says("Do order", "plum", "1", text)

    assert why in order.heard[-1]
    assert order.asking == "count"


@pytest.mark.req("F4")
def test_a_changed_answer_asks_only_what_depends_on_it(summed: Talk) -> None:
    """Another cake means another size; how many, for when and which words stay."""
    summed.presses("Change something").presses("Cake").says("walnut")
    assert summed.asking == "size"
    summed.says("large nut")

    assert summed.asking == "agreed"
    summed.says("yes")
    assert summed.heard[-1] == f"Done: {('nut', 'nut-large', Decimal(2), date(2026, 12, 25), True, 'Anna 5')!r}"


@pytest.mark.req("F4")
@pytest.mark.parametrize("how", ["Count", "count"])
def test_what_is_to_change_can_be_named_at_the_summary(summed: Talk, how: str) -> None:
    """Instead of pressing twice the customer may write what is wrong."""
    summed.says(how)

    assert summed.asking == "count"
    summed.says("3")
    assert summed.asking == "agreed"
    assert "Count: 3" in summed.heard[-1]


@pytest.mark.req("F4")
def test_a_no_at_the_summary_asks_what_to_change(summed: Talk) -> None:
    """Who says no is not sent away but asked what is wrong."""
    summed.says("no")

    assert summed.heard[-1] == "What shall we change?"
    assert "Cake" in summed.buttons


@pytest.mark.req("F4")
def test_back_goes_to_the_question_before(summed: Talk) -> None:
    """BACK opens the last answered question again, and once more the one before."""
    summed.says("back")
    assert summed.asking == "words"
    summed.says("back")
    assert summed.asking == "candles"
    summed.says("no", "Bea")

    assert summed.asking == "agreed"
    assert "Words: Bea" in summed.heard[-1]


@pytest.mark.req("F4")
def test_back_at_the_first_question_says_so(order: Talk) -> None:
    """There is nothing before the first question, and the dialog stays."""
    order.says("Do order", "back")

    assert order.heard[-1] == "This is the first question.\n\nWhich cake?"
    assert order.asking == "cake"


@pytest.mark.req("F4")
def test_cancel_leaves_the_dialog(summed: Talk) -> None:
    """After CANCEL nothing is asked any more, and the menu is there."""
    summed.says("cancel")

    assert summed.state.stack == []
    assert summed.heard[-1] == "All right, I have left that.\n\nWelcome."


def test_help_explains_and_asks_again(summed: Talk) -> None:
    """HELP says what can be done and repeats the open question."""
    summed.says("help")

    assert "HUMAN, BACK, LEAVE" in summed.heard[-2]
    assert summed.heard[-1].endswith("Right?")
    assert summed.asking == "agreed"


@pytest.mark.req("F4")
def test_a_question_in_the_middle_is_answered_and_the_dialog_goes_on(order: Talk) -> None:
    """«Is there parking?» is answered, and the open question asked again where it stood."""
    order.says("Do order", "plum", "1", "parking")

    assert order.heard[-2:] == ["There is a yard.", "How many?"]
    assert order.asking == "count"


@pytest.mark.req("F4")
def test_a_question_in_the_middle_of_free_words_is_answered_too(order: Talk) -> None:
    """Also where any words would do for an answer, the customer's own question is heard as one."""
    order.says(*TO_THE_SUMMARY[:-1], "parking")

    assert order.heard[-2:] == ["There is a yard.", "What shall stand on it?"]


@pytest.mark.req("F4")
def test_another_dialog_interrupts_and_is_followed_by_the_first(opened: Open) -> None:
    """Who orders something else in the middle comes back to the open question afterwards."""
    talk = opened(Order, Table)
    talk.says("Do order", "plum").presses("Do table")
    assert talk.asking == "seats"
    talk.says("4")

    assert talk.heard[-2:] == ["Table for 4", "Which size?"]
    assert talk.asking == "size"


class Table(Dialog):
    """Keep a table."""

    seats = ask.number(spoken("How many seats?"))

    async def done(self, chat: Chat) -> None:
        if not self.frame.for_field:
            chat.say(spoken(f"Table for {self.seats}"))


class Party(Dialog):
    """A party has a table."""

    theme = ask.text(spoken("Theme?"))
    table = ask.dialog("table")
    agreed = ask.confirm(spoken("Right?"))

    async def done(self, chat: Chat) -> None:
        chat.say(spoken(f"{self.theme} {self.table}"))


@pytest.mark.req("F5")
def test_a_dialog_inside_a_dialog_answers_one_question_of_it(opened: Open) -> None:
    """The inner dialog's answers are the outer one's, which then goes on."""
    talk = opened(Party, Table)
    talk.says("Do party", "pirates", "4", "yes")

    assert talk.heard[-1] == "pirates {'seats': '4'}"
    assert talk.state.stack == []


@pytest.mark.req("F5")
def test_cancel_inside_an_inner_dialog_leaves_both(opened: Open) -> None:
    """A question that is part of a dialog cannot be left open by leaving the part."""
    talk = opened(Party, Table)
    talk.says("Do party", "pirates", "cancel")

    assert talk.state.stack == []


class Jumper(Dialog):
    """Goes where it never said it would."""

    one = ask.text(spoken("One?"))
    two = ask.text(spoken("Two?"))

    @after(two)
    async def jump(self, chat: Chat) -> Next:
        return self.again("one")


@pytest.mark.req("F5")
def test_a_jump_that_was_not_declared_is_a_fault(opened: Open) -> None:
    """The customer gets a human, and the author reads which rule went where."""
    talk = opened(Jumper)
    talk.says("Do jumper", "a", "b").waits(timedelta(minutes=2))

    (error,) = talk.reads(Query("SELECT error FROM inbox WHERE state = 'parked'"))
    assert error == ("NotDeclared: jumper.jump goes to 'one', may_go=()",)
    assert any(text.startswith("Sorry, something went wrong") for text in talk.heard)


def test_a_jump_to_no_question_is_refused_when_it_is_written() -> None:
    """A misspelt question in `may_go` is found when the module is loaded, not when a customer gets there."""
    with pytest.raises(NotDeclared, match="elsewhere"):

        class Astray(Dialog):
            one = ask.text(spoken("One?"))

            @after(one, may_go=("elsewhere",))
            async def jump(self, chat: Chat) -> None: ...


class Mill(Dialog):
    """Answers itself without end."""

    one = ask.text(spoken("One?"))
    two = ask.dialog("")

    @after(one, may_go=("two",))
    async def on(self, chat: Chat) -> Next:
        return self.again("two")

    three = ask.text(spoken("Three?"), known=lambda _: "x")

    @after(three, may_go=("two",))
    async def turn(self, chat: Chat) -> Next:
        self.frame.answers.pop("three")
        return self.again("two")


@pytest.mark.req("F5")
def test_a_dialog_that_runs_in_a_circle_is_cut(opened: Open) -> None:
    """A dialog that goes on without asking is stopped with a clear error, and the customer gets a human."""
    talk = opened(Mill)
    talk.says("Do mill", "a").waits(timedelta(minutes=2))

    (error,) = talk.reads(Query("SELECT error FROM inbox WHERE state = 'parked'"))
    assert error == ("Runaway: mill passed 40 questions without asking one",)
    assert talk.reads(Query("SELECT kind FROM cases")) == [("handoff",)]


class Patient(Dialog):
    """Asks once whether somebody is still there."""

    one = ask.text(spoken("One?"))
    two = ask.text(spoken("Two?"))

    @silent(one, two, wait=ask.minutes(10))
    async def still_there(self, chat: Chat) -> None:
        chat.say(t("Menu"))

    async def dropped(self, chat: Chat) -> None:
        chat.say(spoken("dropped"))


def test_a_silence_is_answered_once_a_dialog(opened: Open) -> None:
    """What a dialog says into a silence it says once, at whichever question; then it ends after its time."""
    talk = opened(Patient)
    talk.says("Do patient").waits(timedelta(minutes=11))
    assert talk.heard[-1] == "Menu"
    talk.says("a").waits(timedelta(days=2))
    assert talk.heard[-1] == "Two?"
    talk.waits(timedelta(days=2))

    assert talk.state.stack == []
    assert talk.heard.count("Menu") == 1


def test_an_answer_in_time_keeps_the_silence_away(opened: Open) -> None:
    """Who answers within the time is not asked whether they are there."""
    talk = opened(Patient)
    talk.says("Do patient").waits(timedelta(minutes=9)).says("a").waits(timedelta(minutes=9)).says("b")
    talk.waits(timedelta(days=9))

    assert "Menu" not in talk.heard


def test_after_stop_a_silence_stays_silent(opened: Open) -> None:
    """Who wrote STOP is not written to because they do not answer."""
    talk = opened(Patient)
    talk.says("Do patient", "STOP")
    said = len(talk.heard)
    talk.waits(timedelta(days=9))

    assert [text for text in talk.heard[said:] if text != "dropped"] == []
    assert talk.state.stack == []


def test_an_interrupted_dialog_ends_by_itself_too(opened: Open) -> None:
    """When the upper dialog runs out the one below it does not wait for ever."""
    talk = opened(Order, Table)
    talk.says("Do order", "plum").presses("Do table")
    assert [frame.dialog for frame in talk.state.stack] == ["order", "table"]
    talk.waits(timedelta(days=30))

    assert talk.state.stack == []


@pytest.mark.req("F7")
def test_a_button_pressed_twice_counts_once(order: Talk) -> None:
    """A double tap on an answer does not answer the next question as well."""
    order.says("Do order").presses("Plum").presses("Plum")

    assert order.asking == "size"
    assert order.heard.count("Which size?") == 1


def test_an_earlier_button_changes_that_answer(order: Talk) -> None:
    """Who presses another cake two questions later has changed the cake, and is asked its size."""
    order.says("Do order").presses("Plum").presses("small plum").presses("Walnut")

    assert order.asking == "size"
    assert order.buttons[:2] == ["small nut", "large nut"]


def test_a_button_of_a_dialog_that_is_over_offers_to_begin_anew(summed: Talk) -> None:
    """Last month's button does not act on today's order."""
    summed.says("yes")
    summed.waits(timedelta(days=30)).presses("Plum")

    assert summed.heard[-1].startswith("That question has been answered or has run out.")
    assert summed.state.stack == []


def test_a_button_of_an_earlier_round_does_not_answer_this_one(summed: Talk) -> None:
    """Two orders of one kind are not mixed up."""
    old = next(line for line in summed._lines() if line.message.choices and line.message.choices[0].label == "Plum")
    summed.says("yes", "Do order", "walnut")
    summed.happens(Pressed(old.seq, "0"))

    assert summed.heard[-1].startswith("That question has been answered or has run out.")
    assert summed.asking == "size"


@pytest.mark.req("F4")
def test_skip_leaves_a_question_open(order: Talk) -> None:
    """A question that may stay open has a button for that, and the word works too; the summary leaves it out."""
    order.says(*TO_THE_SUMMARY[:-1]).presses("Nothing")

    assert order.asking == "agreed"
    assert "Words" not in order.heard[-1]


LOOKED: list[str] = []


def rooms(_: Any) -> list[Offer]:
    LOOKED.append("rooms")
    return [Offer("red", spoken("Red")), Offer("blue", spoken("Blue"))]


def doors(dialog: Any) -> list[Offer]:
    return [Offer(f"{dialog.room}-door", spoken("The door"))]


class Enter(Dialog):
    """Enter a room by its only door."""

    room = ask.choice(spoken("Which room?"), rooms)
    door = ask.choice(spoken("Which door?"), doors)
    agreed = ask.confirm(spoken("Go in?"))

    async def done(self, chat: Chat) -> None:
        chat.say(spoken(f"In by {self.door}"))


def test_what_can_be_chosen_is_looked_up_once_a_question(opened: Open) -> None:
    """Putting a question asks a slow calendar once, also where a single offer would not have been asked about."""
    talk = opened(Enter)
    LOOKED.clear()
    talk.presses("Do enter")

    assert LOOKED == ["rooms"]


def test_an_only_offer_is_taken_and_follows_what_it_was_made_from(opened: Open) -> None:
    """The only door is not asked for; in another room it is another door."""
    talk = opened(Enter).says("Do enter").presses("Red")
    assert talk.asking == "agreed"
    talk.presses("Blue").presses("Yes, that is right")

    assert talk.heard[-1] == "In by blue-door"
