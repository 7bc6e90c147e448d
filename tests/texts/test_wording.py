"""Which words are said, and that what customers type stays what they typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Lines, Localized, Phrasebook, Text, spoken, t
from tests.texts.reading import BOOK, LANGUAGES

TALKS = st.sampled_from(LANGUAGES)


def test_the_firms_own_words_come_before_ours() -> None:
    """A salon that says «Каталог» for its menu says it everywhere."""
    book = Phrasebook("ru", {"Menu": Localized({"ru": "Каталог"})})

    assert book.say(t("Menu"), "ru") == "Каталог"


def test_where_the_firm_has_no_words_of_its_own_ours_stand() -> None:
    """Own wording in Russian leaves the other languages as they are."""
    book = Phrasebook("ru", {"Menu": Localized({"ru": "Каталог"})})

    assert book.say(t("Menu"), "ka") == "მენიუ"


def test_a_text_that_nobody_has_translated_is_english() -> None:
    """A firm's own dialog may say what the catalogues lack; it is said as it was written."""
    assert BOOK.say(t("An unheard-of sentence with {what}.", what="holes"), "hy") == (
        "An unheard-of sentence with holes."
    )


def test_a_language_that_we_do_not_have_is_answered_in_english() -> None:
    """A profile in Danish is no reason to fail."""
    assert BOOK.say(t("Menu"), "da") == "Menu"


@pytest.mark.parametrize(
    ("wordings", "said"),
    [
        ({"en": "Cut", "ru": "Стрижка", "hy": "Սանրվածք"}, "Սանրվածք"),
        ({"en": "Cut", "ru": "Стрижка"}, "Стрижка"),
        ({"en": "Cut"}, "Cut"),
        ({"hy": "", "ru": "Стрижка"}, "Стрижка"),
        ({}, ""),
    ],
)
def test_a_text_of_the_firm_falls_back_to_its_first_language(wordings: dict[str, str], said: str) -> None:
    """Asked for Armenian: the Armenian words, else those of the firm's first language, else what there is."""
    assert Phrasebook("ru").say(Localized(wordings), "hy") == said


def test_a_text_of_the_firm_is_said_in_the_language_of_the_sentence_around_it() -> None:
    """The name of a service inside a sentence of ours is in the same language."""
    service = Localized({"en": "Haircut", "ru": "Стрижка"})

    assert BOOK.say(t("{label}: {value}", label=t("Service"), value=service), "ru") == "Услуга: Стрижка"


def test_lines_without_words_leave_no_gap() -> None:
    """What the firm has not filled in is not seen to be missing."""
    said = BOOK.say(Lines((spoken("One"), spoken(""), Localized({}), spoken("Two"))), "en")

    assert said == "One\nTwo"


@pytest.mark.parametrize("typed", ["{phone}", "{}", "{0.__class__}", "}{", "{{text}}", "%(text)s", "{text!r:>99}"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_braces_that_a_customer_types_are_only_braces(typed: str, language: str) -> None:
    """What a customer wrote is shown to them as they wrote it, whatever it would mean to a programmer."""
    assert typed in BOOK.say(t("I did not find “{text}” here.", text=typed), language)


@given(st.text(), TALKS)
def test_any_words_of_a_customer_survive_inside_a_text(typed: str, language: str) -> None:
    """Nothing is lost, doubled or read as a template: around the words stands exactly the sentence."""
    before, after = BOOK.say(t("I did not find “{text}” here.", text="\0"), language).split("\0")

    assert BOOK.say(t("I did not find “{text}” here.", text=typed), language) == before + typed + after


@given(st.text(), st.text(), TALKS)
def test_values_of_one_text_do_not_touch_each_other(label: str, value: str, language: str) -> None:
    """A name that looks like another value's place stays a name."""
    sign = BOOK.say(t("{label}: {value}", label="", value=""), language)

    assert BOOK.say(t("{label}: {value}", label=label, value=value), language) == label + sign + value


@given(st.text(min_size=1), TALKS)
def test_any_text_of_the_firm_survives_inside_a_text(wording: str, language: str) -> None:
    """A service named «Cut {new}» breaks no sentence that names it."""
    name = Localized({language: wording})

    assert BOOK.say(t("Did you mean {address}?", address=name), language).count(wording) >= 1
    assert BOOK.say(spoken(wording), language) == BOOK.say(name, language) == wording


def test_a_text_without_words_says_nothing() -> None:
    """A dialog without a title shows no catalogue header on a button."""
    assert Phrasebook().say(t(""), "ru") == ""


def test_a_sentence_says_the_braces_that_it_has_doubled() -> None:
    """A text that nothing is written into is written as the others are, however often it is said."""
    braces = t("Write {{name}} here.")

    assert [BOOK.say(braces, "en") for _ in range(2)] == ["Write {name} here."] * 2
    with pytest.raises(KeyError):
        BOOK.say(t("Write {name} here."), "en")


def test_the_same_text_is_said_with_its_values_and_without() -> None:
    """What was said once says nothing of what is said next."""
    assert BOOK.say(t("A {{brace}}."), "en") == "A {brace}."
    assert BOOK.say(t("A {{brace}}.", unused="x"), "en") == "A {brace}."
    assert BOOK.say(Text("One", plural="Many", count=1), "en") == "One"
    assert BOOK.say(Text("One", plural="Many", count=2), "en") == "Many"
