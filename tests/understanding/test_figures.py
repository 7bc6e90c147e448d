"""How well free words are understood, on texts that nothing was trained on; the floors are below what was measured."""

import pytest

from bot.understanding import Understander, fold, guess_language, shipped_phrases
from bot.understanding.intents import DIALOGS, INTENTS, NONE, read_phrases
from bot.understanding.lexicon import LANGUAGES
from tools.bench.understanding import SHELF, STRANGE, Figures, heard_language, outcomes

FLOORS = {"hy": (0.70, 0.75), "ru": (0.60, 0.75), "uz": (0.72, 0.8), "ka": (0.65, 0.85), "en": (0.55, 0.75)}
SUPPORT = {"delivery", "return", "warranty", "login", "payment", "payment_failed", "cancel_order", "broken"}


@pytest.mark.req("A6")
@pytest.mark.parametrize("language", LANGUAGES)
def test_most_texts_are_acted_on_and_hardly_one_wrongly(shipped: Understander, language: str) -> None:
    """What customers want is done, or asked about; doing the wrong thing unasked is the exception."""
    figures = Figures.of(outcomes(shipped, language))
    right, rejected = FLOORS[language]

    assert figures.texts >= 60
    assert figures.right >= right
    assert figures.wrong <= 0.05
    assert figures.precision >= 0.94
    assert figures.right + figures.asked * figures.held >= 0.8
    assert figures.rejected >= rejected
    assert figures.acted_on_unknown <= 0.05


@pytest.mark.req("A6")
@pytest.mark.parametrize("intent", ["price", "demo", "availability", "general"])
def test_what_sales_hear_most_is_understood(shipped: Understander, intent: str) -> None:
    """Prices, a demo, free times and general questions: in five languages together, seldom something else."""
    found = [each for code in LANGUAGES for each in outcomes(shipped, code) if each.label == intent]

    assert sum(each.right for each in found) >= 0.75 * len(found)


@pytest.mark.req("A14")
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_for_booking_are_understood(shipped: Understander, language: str) -> None:
    """Booking, moving, cancelling and looking up a visit, as customers of each language put it."""
    found = [each for each in outcomes(shipped, language) if each.label in DIALOGS]

    assert sum(each.right for each in found) >= 0.75 * len(found)


@pytest.mark.req("A31")
@pytest.mark.parametrize("language", LANGUAGES)
def test_support_matters_are_understood(shipped: Understander, language: str) -> None:
    """Delivery, return, guarantee, signing in, payment, cancelling, «does not work», as each language puts it."""
    found = [each for each in outcomes(shipped, language) if each.label in SUPPORT]

    assert {each.label for each in found} == SUPPORT
    assert sum(each.right for each in found) >= 0.8 * len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_measured_was_not_trained_on(language: str) -> None:
    """A text that is measured or tuned on stands nowhere among the phrases."""
    phrases = {fold(each) for said in shipped_phrases().values() for each in said[language]}
    held = {
        fold(text)
        for shelf in ("intents", "tuning")
        for texts in read_phrases(SHELF / shelf / f"{language}.yaml").values()
        for text in texts
    }

    assert held & phrases - {""} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_phrases_in_every_language(language: str) -> None:
    """No intent is left out of a language, neither in what is shipped nor in what is measured."""
    every = {*DIALOGS, *INTENTS}
    labelled = read_phrases(SHELF / "intents" / f"{language}.yaml")

    assert set(shipped_phrases()) == {*every, NONE}
    assert all(len(said[language]) >= 10 for said in shipped_phrases().values())
    assert set(labelled) == {*every, STRANGE}
    assert len(labelled[STRANGE]) >= 25


@pytest.mark.req("A14")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_short_texts_is_heard(language: str) -> None:
    """One word in any letters mostly tells the language, three nearly always; a wrong guess is rare."""
    right, wrong, _ = heard_language(language, "one")
    right_of_three, wrong_of_three, _ = heard_language(language, "three")

    assert (right, right_of_three) >= (0.6, 0.8)
    assert right_of_three >= 0.8
    assert max(wrong, wrong_of_three) <= 0.11


def test_a_name_says_nothing_of_the_language() -> None:
    """A customer who gives a name is not answered in another language for it."""
    names = read_phrases(SHELF / "languages" / "names.yaml")["one"]

    assert [name for name in names if guess_language(name) is not None] == []
