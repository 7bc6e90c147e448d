"""Numbers, languages, labels and the compared forms of a text."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import bot.understanding
from bot.understanding import Word, clean, fold, global_word, guess_language, match_label, read_number, same, skeleton
from bot.understanding.lexicon import LANGUAGES, source

LABELS = {
    "clean": ["Cleaning", "Уборка"],
    "deep": ["Deep cleaning"],
    "hair": ["Haircut", "Стрижка", "Վարսահարդարում"],
    "one": ["1"],
}


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "2", "2"),
        ("en", "two", "2"),
        ("ru", "два", "2"),
        ("ru", "нас будет двое", "2"),
        ("ru", "12 500", "12500"),
        ("ru", "12,5", "12.5"),
        ("en", "1 000.50", "1000.50"),
        ("en", "1,500", "1500"),
        ("en", "1.500", "1.500"),
        ("en", "1,000,000", "1000000"),
        ("ru", "1.000,50", "1000.50"),
        ("ru", "0,500", "0.500"),
        ("ru", "25 000 драм", "25000"),
        ("ru", "2 тысячи", "2000"),
        ("ru", "5к", "5000"),
        ("ru", "двадцать пять", "25"),
        ("ru", "две тысячи пятьсот", "2500"),
        ("hy", "հինգ", "5"),
        ("hy", "տասներկու", "12"),
        ("hy", "5 հազար", "5000"),
        ("hy", "erku", "2"),
        ("ka", "ათი", "10"),
        ("ka", "ორი", "2"),
        ("ka", "khuti", "5"),
        ("uz", "o‘n ikki", "12"),
        ("uz", "ўн", "10"),
        ("uz", "yigirma besh", "25"),
        ("uz", "beshta", "5"),
        ("en", "٣", "3"),
        ("en", "५", "5"),
        ("en", "-5", "-5"),
        ("en", "$20", "20"),
        ("en", "one hundred twenty", "120"),
    ],
)
def test_a_number_is_read_in_words_and_digits(language: str, text: str, number: str) -> None:
    """Numbers are understood in words, in digits of any script, and with any habit of separators."""
    assert read_number(text, language) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "1,500"),
        ("hy", "1.500"),
        ("en", "5 or 6"),
        ("ru", "2-3"),
        ("en", "one two"),
        ("en", "A5"),
        ("en", "2e5"),
        ("en", "none"),
        ("en", ""),
    ],
)
def test_a_number_with_two_readings_is_asked(language: str, text: str) -> None:
    """Two numbers, or a thousand that may be a decimal, are asked again."""
    assert read_number(text, language) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Привет, сколько стоит?", "ru"),
        ("Хочу записаться на стрижку", "ru"),
        ("стрижка", "ru"),
        ("privet, skolko stoit", "ru"),
        ("здравствуйте", "ru"),
        ("Нархи қанча?", "uz"),
        ("Эртага бормоқчиман", "uz"),
        ("салом", "uz"),
        ("Salom, narxi qancha?", "uz"),
        ("Assalomu alaykum", "uz"),
        ("yozilmoqchiman", "uz"),
        ("ertaga soat 5 da", "uz"),
        ("Hello, how much?", "en"),
        ("Tomorrow at 5", "en"),
        ("Can you help me", "en"),
        ("Բարև ձեզ", "hy"),
        ("Barev dzez", "hy"),
        ("Inchqan arje?", "hy"),
        ("გამარჯობა", "ka"),
        ("gamarjoba", "ka"),
        ("ra ghirs", "ka"),
        ("12345", None),
        ("ok", None),
        ("Anna", None),
        ("Каримов", None),
        ("👍", None),
        ("", None),
    ],
)
def test_the_language_of_a_message_is_guessed_or_left_open(text: str, language: str | None) -> None:
    """The language shows in script, letters and common words; a name or a number shows none."""
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("cleaning", ("clean",)),
        ("УБОРКА!", ("clean",)),
        ("I want a cleaning please", ("clean",)),
        ("deep cleaning pls", ("deep",)),
        ("Haircut", ("hair",)),
        ("strizhka", ("hair",)),
        ("mne strizhka zavtra", ("hair",)),
        ("varsahardarum vaghy", ("hair",)),
        ("хочу стрижку", ("hair",)),
        ("haircat", ("hair",)),
        ("varsahardarum", ("hair",)),
        ("1", ("one",)),
        ("уборка или стрижка", ("clean", "hair")),
        ("at 1 pm", ()),
        ("nothing of that", ()),
        ("", ()),
        ("?", ()),
    ],
)
def test_a_typed_answer_finds_its_label(text: str, keys: tuple[str, ...]) -> None:
    """A choice may be typed exactly, in other letters, within a sentence or with a slip; two matches are both given."""
    assert match_label(text, LABELS) == keys


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  HELLO,  World! ", "hello world"),
        ("Ёлка", "елка"),
        ("և", "եւ"),
        ("Բարև՜", "բարեւ"),
        ("ե՞րբ", "երբ"),
        ("oʻzbek", "o'zbek"),
        ("o‘zbek", "o'zbek"),
        ("o`zbek", "o'zbek"),
        ("tog‘", "tog'"),
        ("'go'", "go"),
        ("x\u200by", "xy"),
        ("\u202eabc", "abc"),
        ("ｆｕｌｌ", "full"),
        ("٣", "3"),
        ("a\x00b", "a b"),
        ("\ud800a", "a"),
        ("👍🏽", "👍"),
        ("а́", "а"),
    ],
)
def test_spelling_noise_is_folded_away(text: str, folded: str) -> None:
    """Case, punctuation, invisible marks and kinds of apostrophes do not make another label."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("завтра", "zavtra"),
        ("пятницу", "pyatnitsu"),
        ("воскресенье", "voskresenye"),
        ("հաշիվ", "hashiv"),
        ("վաղը", "vaghy"),
        ("երեկոյան", "yerekoyan"),
        ("ժամը", "zhamy"),
        ("ხვალ", "khval"),
        ("ხვალ", "xval"),
        ("საათზე", "saatze"),
        ("тўрт", "to'rt"),
        ("чоршанба", "chorshanba"),
        ("қачон", "qachon"),
    ],
)
def test_native_spelling_and_transliteration_are_the_same(native: str, latin: str) -> None:
    """A word typed in Latin letters is the word."""
    assert skeleton(native) == skeleton(latin)
    assert same(native, latin)


def test_different_short_words_and_signs_are_not_the_same() -> None:
    """Two signs, or two short words that only sound alike, are two labels."""
    assert not same("👍", "👎")
    assert not same("օր", "or")
    assert not same("", "")


def test_stored_text_is_fit_for_every_database() -> None:
    """What is stored has no NUL, no half characters, no control codes and one kind of line end."""
    cleaned = clean("a\x00b\ud800c\x07d\r\ne\rf\tg e\u0301")

    assert cleaned.text == "a\ufffdb\ufffdcd\ne\nf\tg \u00e9"
    assert cleaned.original_length == 17
    assert not cleaned.truncated


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    """A megabyte is cut to the limit and its length is kept."""
    cleaned = clean("x" * 1_000_000)

    assert (len(cleaned.text), cleaned.original_length, cleaned.truncated) == (16_000, 1_000_000, True)


def test_the_public_names_are_sorted_and_exist() -> None:
    """The package's face lists its names in order, and each is there."""
    names = bot.understanding.__all__

    assert names == sorted(names)
    assert all(hasattr(bot.understanding, name) for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_word_does_what_its_section_says(language: str) -> None:
    """No shipped word is taken for another one, and none was lost to YAML's truth values."""
    for name, phrases in source(language)["words"].items():
        for phrase in phrases:
            heard = global_word(phrase)
            names = [fold(n) for other in LANGUAGES for n in source(other)["never"]]
            assert heard is Word(name) or fold(phrase) in names, f"{phrase!r} is {heard}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_ships_every_word(language: str) -> None:
    """A customer has all global words in each language."""
    assert set(source(language)["words"]) == set(Word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_held_out_phrase_stands_in_the_lexicon(language: str) -> None:
    """The phrases the grammar is measured with are not listed in its data."""
    data = (Path(bot.understanding.__file__).parent / "data" / f"{language}.yaml").read_text(encoding="utf-8")
    held_out = yaml.safe_load((Path(__file__).parent / "phrases" / f"{language}.yaml").read_text(encoding="utf-8"))[
        "held_out"
    ]
    listed = {piece.strip(" \"'") for piece in re.split(r"[\[\],\n]", data)}

    assert len(held_out) >= 10
    assert not listed & {
        phrase for phrase, _ in held_out if " " in phrase.replace("'", " ") and len(phrase.split()) > 2
    }
