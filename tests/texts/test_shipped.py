"""The five catalogues that come with the house, read as a customer of each language would."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.texts import Text, t
from bot.texts.catalogue import CATALOGUES, load_catalogue
from bot.understanding import Word, global_word
from tests.texts.reading import BOOK, LANGUAGES
from tools.messages import fields, find_messages

ROOT = CATALOGUES.parent
MESSAGES = {message.id: message for message in find_messages(ROOT)[0]}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
BUTTON_CHARS = 20  # WhatsApp Cloud API, interactive reply buttons
BUTTONS = {"Option", "Offer", "SlotKind"}  # a text that is given to one of these by position stands on a button
LABELS = {"skip", "short", "more", "title"}
SPEAKING = {"Menu": Word.MENU, "‹ Back": Word.BACK, "Cancel": Word.CANCEL, "Talk to a person": Word.HUMAN,
            "Skip": Word.SKIP, "Yes": Word.YES, "No": Word.NO}  # fmt: skip
WORDS_IN_TEXTS = sorted(each for each in MESSAGES if any(map(global_word, re.findall(r"\b[A-Z]{4,}\b", each))))
THE_SAME = {"Bot", "Demo", "Login", "Video", "operator"}  # words that Uzbek has as they are


def sentences(language: str) -> Iterator[str]:
    """Every wording of a catalogue, in every plural form."""
    catalogue = load_catalogue(language)
    for message in MESSAGES.values():
        if message.plural:
            yield from {catalogue.ngettext(message.id, message.plural, count) for count in (0, 1, 2, 5, 21)}
        else:
            yield catalogue.gettext(message.id)


@pytest.mark.req("A13")
@pytest.mark.parametrize("language", TRANSLATED)
def test_every_value_of_every_text_reaches_the_customer(language: str) -> None:
    """No translation forgets the day, the price or the phone number that the English sentence says."""
    for message in MESSAGES.values():
        marks = {name: f"⟦{name}⟧" for name in fields(message.plural or message.id)}
        said = BOOK.say(Text(message.id, marks, plural=message.plural, count=2), language)
        assert all(mark in said for mark in marks.values()), (language, message.id)
        assert "{" not in said, (language, said)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_in_english(language: str) -> None:
    """A sentence of words, not of signs and values, differs from the English one."""
    catalogue = load_catalogue(language)
    worded = [each for each in MESSAGES if re.search(r"[A-Za-z]", re.sub(r"\{.*?\}", "", each))]

    left = [each for each in worded if catalogue.gettext(each) == each and not MESSAGES[each].plural]
    assert [each for each in left if language != "uz" or each not in THE_SAME] == []


@pytest.mark.req("A44")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("english", WORDS_IN_TEXTS)
def test_a_word_that_we_ask_for_works_when_it_is_typed(english: str, language: str) -> None:
    """«Write HUMAN» names, in each language, a word that brings a human there, and the words stand in one order."""
    asked = [global_word(word) for word in re.findall(r"\b[A-Z]{4,}\b", english)]

    assert [global_word(word) for word in capitals(load_catalogue(language).gettext(english))] == asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("label", SPEAKING)
def test_a_button_that_says_a_word_can_be_typed(label: str, language: str) -> None:
    """A customer who types what stands on the button is understood like one who presses it, also without buttons."""
    assert global_word(BOOK.say(t(label), language)) is SPEAKING[label]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_fits_the_narrowest_channel(language: str) -> None:
    """WhatsApp shows 20 characters; what is longer would have to be a list or a number."""
    long = {said for label in buttons() if len(said := BOOK.say(t(label), language)) > BUTTON_CHARS}

    assert long == set()


@pytest.mark.req("A13")
@pytest.mark.parametrize(
    ("language", "never"),
    [
        ("hy", r"\bձե[րզ]|\bդուք\b|\bդու\b|\bքեզ\b|[?!]|:(?!\S)"),
        ("ru", r"(?i:\b(ты|тебе|тебя|тво[йяеёи])\b)|(?<=[\w,] )В(ы|ас|ам|аш\w*)\b"),
        ("uz", r"['`´ʻʼ]|\b[Ss]en\b|\b[Ss]ening\b"),
        ("ka", r"\bშენ\b|\bშენი\b|[\"”]"),
    ],
)
def test_every_text_keeps_one_polite_tone(language: str, never: str) -> None:
    """«Вы», «Դուք», «siz», «თქვენ»; and the marks that the language writes with."""
    assert [said for said in sentences(language) if re.search(never, said)] == []


def capitals(said: str) -> list[str]:
    """The words that a sentence asks to type: in capitals, or in quotes where the script has none."""
    if quoted := re.findall("„(.+?)“", said):
        return quoted
    parts = ([word for word in part.split() if word.isupper() and len(word) > 1] for part in re.split("[,.:։՝]", said))
    return [" ".join(part) for part in parts if part]


def buttons() -> set[str]:
    """The ids that stand on buttons: given to an option or an offer, or named as a label of a question."""
    found = set()
    for room in ("bot", "handlers", "dialogs"):
        for path in sorted((ROOT / room).rglob("*.py")):
            found |= set(_labels(path))
    return found


def _labels(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    named = {to.id: node.value for node in tree.body if isinstance(node, ast.Assign) for to in _names(node)}
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            given += [each.value for each in node.keywords if each.arg in LABELS]
            if isinstance(node.func, ast.Name) and node.func.id in BUTTONS:
                given += node.args[:2]
        elif isinstance(node, ast.Assign) and any(to.id in LABELS for to in _names(node)):
            given.append(node.value)
        for each in given:
            yield from _texts(named.get(each.id, each) if isinstance(each, ast.Name) else each)


def _names(node: ast.Assign) -> list[ast.Name]:
    return [to for to in node.targets if isinstance(to, ast.Name)]


def _texts(node: ast.expr) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "t":
            yield from (str(each.value) for each in call.args[:1] if isinstance(each, ast.Constant))
