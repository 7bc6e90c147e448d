"""Several answers in one message: what a typed choice also says for later questions of its dialog."""

import msgspec
import pytest

from bot.chat import Chat
from bot.dialog import Dialog, Offer, ask
from bot.ports.calendar import Wish
from bot.testing import Talk
from bot.texts import Text
from bot.understanding import says_nothing, without_label
from tests.dialogs.parlour import Open

BOOK = {
    "en": "Book a visit", "ru": "Записаться", "uz": "Qabulga yozilish", "hy": "Գրանցվել այցի", "ka": "ვიზიტზე ჩაწერა",
}  # fmt: skip
TOMORROW, FRIDAY = "2026-11-24", "2026-11-27"
AT_FIVE = ("17:00:00", "17:00:00")
SAID = [
    ("en", "teeth cleaning tomorrow", TOMORROW, None),
    ("en", "cleaning tomorrow at 5", TOMORROW, AT_FIVE),
    ("en", "I'd like a cleaning on Friday after 5 pm please", FRIDAY, ("17:00:00", "23:59:00")),
    ("en", "clening tomorrow", TOMORROW, None),
    ("ru", "чистка зубов завтра", TOMORROW, None),
    ("ru", "мне чистку на завтра в 5", TOMORROW, AT_FIVE),
    ("ru", "хочу чистку в пятницу после обеда", FRIDAY, ("12:00:00", "18:00:00")),
    ("ru", "chistka zavtra", TOMORROW, None),
    ("uz", "tish tozalash ertaga", TOMORROW, None),
    ("uz", "тиш тозалаш эртага", TOMORROW, None),
    ("uz", "menga tish tozalash ertaga soat 5 da", TOMORROW, AT_FIVE),
    ("uz", "ertaga tish tozalash kerak", TOMORROW, None),
    ("hy", "ատամների մաքրում վաղը", TOMORROW, None),
    ("hy", "ուզում եմ մաքրում վաղը ժամը 5-ին", TOMORROW, AT_FIVE),
    ("hy", "մաքրում ուրբաթ օրը ճաշից հետո", FRIDAY, ("12:00:00", "18:00:00")),
    ("ka", "კბილების წმენდა ხვალ", TOMORROW, None),
    ("ka", "მინდა წმენდა ხვალ 5 საათზე", TOMORROW, AT_FIVE),
    ("ka", "წმენდა პარასკევს საღამოს", FRIDAY, ("18:00:00", "22:00:00")),
]
UNSURE = [
    ("en", "cleaning, but not tomorrow"),
    ("en", "cleaning for two people tomorrow"),
    ("en", "cleaning, I leave town tomorrow"),
    ("en", "cleaning tomorrow, not at 5"),
    ("en", "Teeth cleaning"),
    ("ru", "чистка, только не завтра"),
    ("ru", "чистка, завтра уезжаю"),
    ("uz", "tish tozalash, ertaga emas"),
    ("hy", "մաքրում, բայց ոչ վաղը"),
    ("ka", "წმენდა, ოღონდ არა ხვალ"),
]


class Errand(Dialog):
    """Choices and a number; two of the questions are for who wants wine."""

    what = ask.choice(
        Text("What?"), [Offer("tea", Text("Evening tea")), Offer("wine", Text("Wine"))], label=Text("What")
    )
    story = ask.text(Text("Why?"), when=lambda now: now.what == "wine", label=Text("Why"))
    glass = ask.choice(
        Text("Glass?"), [Offer("big", Text("Big")), Offer("small", Text("Small"))], when=lambda now: now.what == "wine"
    )
    where = ask.choice(
        Text("Where?"), [Offer("in", Text("Inside")), Offer("out", Text("Outside"))], label=Text("Where")
    )
    phone = ask.phone(Text("Phone?"), label=Text("Phone"))
    agreed = ask.confirm(Text("Right?"))

    async def done(self, chat: Chat) -> None:
        chat.say(Text("Done."))


def wished(talk: Talk) -> tuple[str | None, tuple[str, str] | None]:
    """The day that is wished for, and from when till when."""
    frame = talk.state.frame
    wish = frame and frame.notes.get("wish")
    if not wish:
        return None, None
    found = msgspec.json.decode(wish, type=Wish)
    assert found.first_day == found.last_day
    times = (str(found.earliest), str(found.latest)) if found.earliest or found.latest else None
    return str(found.first_day), times


@pytest.mark.req("F4", "A14")
@pytest.mark.parametrize(("language", "text", "day", "times"), SAID)
def test_a_chosen_service_keeps_the_day_that_was_said_with_it(
    opened: Open, language: str, text: str, day: str, times: tuple[str, str] | None
) -> None:
    """«Cleaning tomorrow at 5» answers the question for the service and says when: the times offered follow."""
    talk = opened(language=language).says(BOOK[language], text)

    assert talk.asking == "branch"
    assert wished(talk) == (day, times)


@pytest.mark.req("F4")
@pytest.mark.parametrize(("language", "text"), UNSURE)
def test_what_is_not_understood_to_the_last_word_is_not_taken(opened: Open, language: str, text: str) -> None:
    """«Cleaning, but not tomorrow» is a choice and no day."""
    talk = opened(language=language).says(BOOK[language], text)

    assert talk.asking == "branch"
    assert wished(talk) == (None, None)


@pytest.mark.req("F4", "A15")
def test_the_offered_times_are_those_that_were_asked_for(clinic: Talk) -> None:
    """The day is not asked for again, it is chosen from; the customer still sees everything before agreeing."""
    clinic.says("Book a visit", "cleaning tomorrow after lunch", "Kentron")

    assert clinic.asking == "slot"
    assert all(label.startswith("Tuesday 24 November, 1") for label in clinic.buttons[:3])


@pytest.mark.req("F4")
def test_a_branch_and_a_day_come_with_the_service(clinic: Talk) -> None:
    """Everything that one message answers is asked no more."""
    clinic.says("Book a visit", "cleaning at Kentron tomorrow, 091 123456")

    assert clinic.asking == "slot"
    clinic.presses(clinic.buttons[0]).says("Anna")
    assert clinic.asking == "agreed"
    assert "+374 91 123456" in clinic.heard[-1]
    assert "Kentron" in clinic.heard[-1]


@pytest.mark.req("F4")
def test_what_came_along_and_no_longer_fits_is_asked(clinic: Talk) -> None:
    """Who turns to another service is not kept to the dentist whom they named with the first."""
    clinic.says("Book a visit", "whitening with Lilit Petrosyan", "back", "filling", "Kentron")

    assert clinic.asking == "specialist"
    assert "Lilit Petrosyan" not in clinic.buttons


@pytest.mark.req("F4")
def test_the_later_choices_hear_it_too(clinic: Talk) -> None:
    """What is said with the branch counts as what is said with the service."""
    clinic.says("Book a visit", "Teeth cleaning", "Kentron, tomorrow at 5")

    assert clinic.asking == "slot"
    assert wished(clinic) == (TOMORROW, AT_FIVE)


@pytest.mark.req("F4")
def test_a_dialog_of_a_firm_hears_it_without_a_line_for_it(opened: Open) -> None:
    """Any dialog skips what was answered along the way."""
    talk = opened(Errand).says("Do errand", "evening tea outside please")

    assert talk.asking == "phone"


@pytest.mark.req("F4")
def test_the_answer_to_what_is_not_asked_is_not_understood(opened: Open) -> None:
    """«Big» answers nothing of who takes tea, so that the rest of their message is not taken either."""
    assert opened(Errand).says("Do errand", "evening tea, big, outside").asking == "where"
    assert opened(Errand).says("Do errand", "wine, big, outside", "a long day").asking == "phone"


@pytest.mark.req("F4")
def test_free_words_answer_their_own_question_only(opened: Open) -> None:
    """A number or a place in a story is a part of the story; what came with a choice still counts."""
    talk = opened(Errand).says("Do errand", "wine and 091 123456", "outside, 091 999999")

    assert talk.asking == "glass"
    talk.says("Big", "Inside")
    assert talk.asking == "agreed"
    assert "091 999999" in talk.heard[-1]
    assert "+374 91 123456" in talk.heard[-1]


@pytest.mark.parametrize(
    ("text", "names", "rest"),
    [
        ("чистку зубов завтра", ("Чистка зубов",), "завтра"),
        ("chistka zubov zavtra", ("Чистка зубов",), "zavtra"),
        ("Teeth cleaning, 25.12 at 17:30", ("Teeth cleaning", "cleaning"), ", 25.12 at 17:30"),
        ("մաքրումը՝ վաղը", ("մաքրում",), "՝ վաղը"),
        ("evening tea in the evening", ("Evening tea",), "in the"),
    ],
)
def test_the_words_of_a_label_are_taken_out(text: str, names: tuple[str, ...], rest: str) -> None:
    """However they are spelled or end; figures and marks around them stay as they were written."""
    assert without_label(text, names).split() == rest.split()


@pytest.mark.parametrize("text", ["", "I would like, please", "мне бы … на", "menga kerak", "ինձ համար", "მინდა"])
def test_words_that_only_carry_a_wish_say_nothing(text: str) -> None:
    """Courtesy and small words are no reason to doubt the rest."""
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["not", "but", "не", "только", "emas", "ոչ", "բայց", "არა", "2", "or", "или", "maybe"])
def test_words_that_turn_the_meaning_say_something(text: str) -> None:
    """A «not», an «or» or a figure that nothing accounts for keeps the rest from being taken."""
    assert not says_nothing(text)
