"""A message within the limits of any channel: all of it is there, and nothing is too long."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rendering import Limits, Part, characters, lay_out, split, utf8_bytes, utf16_units
from bot.replies import Choice, Message, Progress, Speak

WHATSAPP = Limits(
    4096, asking=1024, buttons=3, label=20, rows=10, row_label=24, row_description=72, payload=200, pages=3
)
BARE = Limits(160)
HELP = Speak("help")

words = st.text("Բարև привет gamarjoba 👍🏽 ʻ .!?\n", min_size=1, max_size=400)
labels = st.lists(st.text("абвგդxyz ", min_size=1, max_size=60).filter(str.strip), max_size=40, unique_by=str.strip)


def asked(text: str, *offers: str, short: str = "", description: str = "", numbered: bool = True) -> Message:
    choices = tuple(Choice(str(n), label, HELP, short and f"{short}{n}", description) for n, label in enumerate(offers))
    return Message(text, choices, numbered=numbered)


def parts(message: Message, limits: Limits = WHATSAPP) -> list[Part]:
    return lay_out(message, limits, lambda choice: f"7.{choice.id}")


def test_three_short_labels_are_buttons() -> None:
    """What fits stands on buttons, each with what it gives back."""
    [part] = parts(asked("When?", "Today", "Tomorrow", "Later"))

    assert (part.text, part.form) == ("When?", "buttons")
    assert [(each.id, each.label) for each in part.options] == [("7.0", "Today"), ("7.1", "Tomorrow"), ("7.2", "Later")]


def test_a_declared_short_form_saves_a_button() -> None:
    """The editor's short form stands where the label is too long."""
    [part] = parts(asked("Which?", "A consultation with an X-ray picture", short="Consult "))

    assert (part.form, part.options[0].label) == ("buttons", "Consult 0")


def test_one_choice_over_the_buttons_is_a_list() -> None:
    """A fourth choice turns three buttons into a list."""
    [part] = parts(asked("When?", "1", "2", "3", "4"))

    assert (part.form, len(part.options)) == ("list", 4)


def test_what_a_short_row_leaves_out_stands_beneath_it() -> None:
    """A row with a short label says the whole one under it."""
    [part] = parts(asked("Which?", *["A consultation with an X-ray picture", "B" * 25, "C", "D"], short="S"))

    assert part.options[0].label == "S0"
    assert part.options[0].description == "A consultation with an X-ray picture"


def test_more_rows_than_fit_are_lists_one_after_another() -> None:
    """Lists that go on are numbered, and no row is left out."""
    found = parts(asked("When?", *[f"{n}:00" for n in range(24)]))

    assert [len(each.options) for each in found] == [10, 10, 4]
    assert [each.text for each in found] == ["When?", "2/3", "3/3"]


def test_labels_that_fit_nowhere_are_numbered_with_buttons_that_say_the_number() -> None:
    """Long labels stand in the text, and a press is still enough."""
    [part] = parts(asked("Which?", "a" * 100, "b" * 100))

    assert part.text == f"Which?\n\n1. {'a' * 100}\n2. {'b' * 100}"
    assert [each.label for each in part.options] == ["1", "2"]


def test_where_a_number_may_be_the_answer_no_choice_has_one() -> None:
    """«How many?» is never answered by the number of a choice."""
    [part] = parts(asked("How many?", "a" * 100, numbered=False))

    assert (part.text, part.form) == (f"How many?\n\n• {'a' * 100}", "plain")


def test_a_channel_without_buttons_says_everything_in_words() -> None:
    """By SMS the choices are numbered lines."""
    [part] = parts(asked("When?", "Today", "Tomorrow"), BARE)

    assert part == Part("When?\n\n1. Today\n2. Tomorrow")


def test_labels_that_are_the_same_in_short_are_no_buttons() -> None:
    """Two buttons that read alike would be a guess; they become numbers."""
    message = Message("Which?", (Choice("a", "A" * 30, HELP, "same"), Choice("b", "B" * 30, HELP, "same")))

    [part] = parts(message)

    assert [each.label for each in part.options] == ["1", "2"]


def test_buttons_stand_under_the_end_of_a_long_text() -> None:
    """A text too long beside buttons comes in parts, the buttons under the last."""
    text = "A sentence of some length. " * 60

    *before, last = parts(asked(text, "Yes", "No"))

    assert " ".join(each.text for each in [*before, last]).split() == text.split()
    assert len(last.text) <= 1024
    assert [each.label for each in last.options] == ["Yes", "No"]


@given(words, labels, st.booleans(), st.booleans())
def test_nothing_is_lost_and_nothing_is_too_long(text: str, offers: list[str], numbered: bool, tells: bool) -> None:
    """Whatever is asked, every choice can be made, and every word of the text is there in its order."""
    message = asked(text, *offers, numbered=numbered, description="и ещё" if tells else "")
    found = parts(Message(message.text, message.choices, progress=Progress(2, 5), numbered=numbered))

    said = " ".join(each.text for each in found)
    assert said.split()[: len(text.split())] == text.split() or not text.strip()
    for place, choice in enumerate(message.choices, start=1):
        shown = [each for part in found for each in part.options if each.id == f"7.{choice.id}"]
        whole = any(choice.label.strip() in f"{each.label} {each.description}" for each in shown)
        assert whole or " ".join(choice.label.split()) in " ".join(said.split()), place
    for part in found:
        assert part.text
        assert len(part.text) <= (1024 if part.options else 4096)
        assert len(part.options) <= {"plain": 0, "buttons": 3, "list": 10}[part.form]
        for each in part.options:
            assert 0 < len(each.label) <= (20 if part.form == "buttons" else 24)
            assert len(each.description) <= 72


@given(st.text(max_size=300), st.integers(4, 60), st.sampled_from([characters, utf16_units, utf8_bytes]))
def test_a_split_text_fits_and_keeps_its_words(text: str, most: int, measure: object) -> None:
    """In whatever unit a channel counts, no part is over its limit and no word is lost."""
    assert callable(measure)
    found = split(text, most, measure)

    assert all(0 < measure(each) <= most for each in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_what_is_seen_as_one_sign_is_not_torn() -> None:
    """A family or a hand with its colour stays in one message."""
    family = "👨‍👩‍👧"

    assert split("abcdefgh" + family, 9) == ["abcdefgh", family]
    assert split("abcdefg" + "👍🏽", 8) == ["abcdefg", "👍🏽"]
