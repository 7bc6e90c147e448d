"""What free words mean: whole phrases, the firm's own words, likeness, and what is left unknown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import Band, Understander, Vocabulary, shipped_phrases
from bot.understanding.intents import NONE, read_phrases
from bot.understanding.understander import OFFERED
from tools.bench.understanding import LANGUAGES, SHELF

ANY = st.text(st.characters(exclude_categories=()), max_size=80)  # lone surrogates included


@pytest.fixture(scope="module")
def fresh() -> Understander:
    """One whose model is not ready yet."""
    return Understander.of(Vocabulary(shipped_phrases(), {"answer:parking": ("parking",)}, {"booking": ("haircut",)}))


@pytest.mark.req("A6")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("How much?", "price"),
        ("СКОЛЬКО СТОИТ", "price"),
        ("skolko stoit", "price"),
        ("ra ghirs", "price"),
        ("inch arje", "price"),
        ("нархи қанча", "price"),
        ("narxi qancha?", "price"),
        ("gde moy zakaz", "delivery"),
        ("chi ashxatum", "broken"),
        ("madloba", "thanks"),
    ],
)
def test_a_whole_phrase_is_understood_before_the_model_is_ready(fresh: Understander, text: str, key: str) -> None:
    """From the first moment, in capitals, in other letters, in either alphabet of Uzbek."""
    reading = fresh.read(text, "en")

    assert not fresh.ready
    assert (reading.band, reading.guesses[0].key, reading.whole) == (Band.SURE, key, True)


def test_courtesy_around_a_phrase_is_left_out(fresh: Understander) -> None:
    """«Hello, how much? Thank you» asks for a price."""
    for text in ("Hello, how much? Thank you", "здравствуйте сколько стоит спасибо", "barev dzez inch arje"):
        assert fresh.read(text, "en").guesses[0].key == "price", text
    assert fresh.read("Hello", "en").guesses[0].key == "greeting"


def test_the_firms_own_words_count_within_a_sentence(fresh: Understander) -> None:
    """An answer's phrase and a service's name are heard in a longer text, with or without the model."""
    assert fresh.read("where is your parking please", "en").guesses[0].key == "answer:parking"
    assert fresh.read("me and my brother want a haircut", "en").guesses[0].key == "booking"


@pytest.mark.req("A6")
def test_a_price_is_asked_even_where_a_service_is_named(shipped: Understander) -> None:
    """«How much is a haircut» is no booking, with the model and before it."""
    hinted = Understander.of(Vocabulary(shipped_phrases(), {}, {"booking": ("haircut", "стрижка")}))
    for model in (None, shipped._model):
        hinted._model = model

        assert hinted.read("сколько будет стоить стрижка", "ru").guesses[0].key == "price"
        assert hinted.read("стрижка на завтра", "ru").guesses[0].key == "booking"


@pytest.mark.req("A6")
def test_what_is_likely_is_asked_about_and_never_done(shipped: Understander) -> None:
    """Between the bands the likeliest are offered, three at most, likeliest first, and `none` never is."""
    read = [
        shipped.read(text, code)
        for code in LANGUAGES
        for texts in read_phrases(SHELF / "intents" / f"{code}.yaml").values()
        for text in texts
    ]
    asked = [reading for reading in read if reading.band is Band.ASK]

    assert asked
    for reading in asked:
        scores = [guess.score for guess in reading.guesses]
        assert 1 <= len(scores) <= OFFERED
        assert scores == sorted(scores, reverse=True)
        assert NONE not in {guess.key for guess in reading.guesses}
    assert all(len(reading.guesses) == 1 for reading in read if reading.band is Band.SURE)
    assert all(not reading.guesses for reading in read if reading.band is Band.UNKNOWN)


@pytest.mark.req("A6")
@pytest.mark.parametrize(
    "text",
    ["31.02", "5", "+374 91 123456", "👍👍👍", "???", "", " ", "\x00", "asdfgh", "Գագիկ", "x" * 16_000, "\ud800"],
)
def test_what_is_no_talk_means_nothing(shipped: Understander, text: str) -> None:
    """Numbers, dates, smileys, keys hit by chance, names and noise are never taken for a wish."""
    assert shipped.read(text, "en").band is Band.UNKNOWN


@settings(max_examples=200, deadline=None)
@given(ANY, st.sampled_from([*LANGUAGES, "fr", ""]))
def test_any_text_can_be_read(shipped: Understander, text: str, language: str) -> None:
    """Whatever a customer types, reading it is no error."""
    shipped.read(text, language)
    shipped.read(f"{text} сколько стоит {text}" * 200, language)


def test_a_phrase_of_two_meanings_is_asked_about() -> None:
    """Where a firm gives one phrase to two things, the customer is asked, unless their language decides."""
    phrases = {"price": {"en": ("rate",), "ru": ("оценка",)}, "complaint": {"en": ("rate us",), "ru": ("rate",)}}
    understander = Understander.of(Vocabulary(phrases))

    assert understander.read("Rate!", "ka").band is Band.ASK
    assert [guess.key for guess in understander.read("rate", "ru").guesses] == ["complaint"]
    assert [guess.key for guess in understander.read("rate", "en").guesses] == ["price"]
