"""Words that a provider answers itself: no firm may lead a customer to type one, wherever the firm can write it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.business.fitting import Code, Finding, check_channels, program_code
from bot.texts import LANGUAGES
from integrations.channels import limits
from tests.business.channel_firm import Tree, as_it_is, each, line_of, put, write

ROOT = Path(__file__).parents[2]
PROGRAM = program_code(ROOT)
NOTHING = Code({}, ())
Files = dict[str, Tree]

WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "START", "YES", "UNSTOP", "HELP", "INFO")
"""What Twilio documents for text messages: words that sign off, that sign on again, and that ask for help."""

SHORT = dict.fromkeys(LANGUAGES, "{}")
PLACES: tuple[tuple[str, tuple[str | int, ...], object], ...] = (
    ("menu.yaml", ("main", "title", "en"), "{}"),
    ("menu.yaml", ("main", "items", 0, "label", "en"), "{}"),
    ("menu.yaml", ("main", "items", 0, "short"), SHORT),
    ("answers.yaml", (0, "next", "label", "ru"), "{}"),
    ("answers.yaml", (0, "next", "short"), SHORT),
    ("answers.yaml", (0, "phrases", "en"), ["{}", "fin"]),
    ("forms.yaml", ("visit", "title", "hy"), "{}"),
    ("forms.yaml", ("visit", "questions", 0, "options", 1, "label", "uz"), "{}"),
    ("forms.yaml", ("visit", "questions", 0, "options", 1, "short"), SHORT),
    ("business.yaml", ("services", "cut", "name", "en"), "{}"),
    ("business.yaml", ("services", "cut", "short"), SHORT),
    ("business.yaml", ("services", "cut", "phrases"), {"en": ["{}"]}),
    ("business.yaml", ("branches", "north", "name", "ka"), "{}"),
    ("business.yaml", ("branches", "north", "short"), SHORT),
    ("business.yaml", ("specialists", "bob", "name", "en"), "{}"),
    ("business.yaml", ("specialists", "bob", "short"), SHORT),
    ("business.yaml", ("leads", "what", 0, "label", "en"), "{}"),
    ("business.yaml", ("leads", "what", 0, "short"), SHORT),
    ("business.yaml", ("leads", "what", 0, "phrases"), {"uz": ["{}"]}),
    ("business.yaml", ("feedback", "scale"), ["{}", "fin"]),
    ("triggers.yaml", ("booking", "en"), ["fin", "{}"]),
)
"""Everywhere in a folder where a firm writes what customers type or press."""


def findings(folder: Path, *channels: str, code: Code = NOTHING, change: Callable[[Files], None]) -> list[Finding]:
    business = write(folder, change)
    return list(check_channels(business, folder, {name: limits(name) for name in channels}, code))


def faults(found: list[Finding]) -> list[str]:
    return [str(each) for each in found if each.level == "fault"]


def says(word: str, file: str, way: tuple[str | int, ...], value: object) -> Callable[[Files], None]:
    """Write a word at a place of the firm that rates its help, so that the scale is asked as well."""

    def change(files: Files) -> None:
        put(files, "business.yaml", "dialogs", value=["booking", "qualification", "feedback"])
        put(files, file, *way, value=_filled(value, word))

    return change


def _filled(value: object, word: str) -> object:
    if isinstance(value, dict):
        return {key: _filled(each, word) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, word) for each in value]
    return str(value).format(word)


@pytest.mark.req("F24")
@pytest.mark.parametrize("word", ["CANCEL", "end!"])
@pytest.mark.parametrize(("file", "way", "value"), PLACES)
def test_a_word_that_the_provider_answers_itself_is_refused(
    tmp_path: Path, file: str, way: tuple[str | int, ...], value: object, word: str
) -> None:
    """Who types END to Twilio is signed off there; at another provider of text messages it is a word like others."""
    change = says(word, file, way, value)

    found = faults(findings(tmp_path, "sms_twilio", "sms_playmobile", change=change))

    assert found
    assert all(f"'{word}' is a word that the provider answers itself; take another" in each for each in found)
    assert all("playmobile" not in each for each in found)
    assert found[0].startswith(f"{file}:{line_of(tmp_path, file, word)}  ")
    assert faults(findings(tmp_path, "sms_playmobile", change=change)) == []


@pytest.mark.req("F24")
@pytest.mark.parametrize("word", [form for word in WORDS for form in (word, word.capitalize())])
def test_every_word_of_the_provider_is_known(tmp_path: Path, word: str) -> None:
    """The provider does not mind upper and lower case, nor does the proof; the same word in a sentence is none."""
    way = ("main", "items", 0, "label", "en")

    [fault] = faults(findings(tmp_path, "sms_twilio", change=says(word, "menu.yaml", way, "{}")))
    assert fault == (
        f"menu.yaml:{line_of(tmp_path, 'menu.yaml', word)}  main.items[1].label:"
        f" '{word}' is a word that the provider answers itself; take another (sms_twilio: en)"
    )
    assert faults(findings(tmp_path, "sms_twilio", change=says(word, "menu.yaml", way, "{} of the visit"))) == []


@pytest.mark.req("F24")
def test_whatsapp_by_twilio_has_the_words_that_sign_off(tmp_path: Path) -> None:
    """A Messaging Service with Advanced Opt-Out takes END on WhatsApp too; YES and HELP are a firm's own words there."""
    way = ("main", "items", 0, "label", "en")
    found = {
        word: [each for each in faults(findings(tmp_path, "whatsapp_twilio", change=says(word, "menu.yaml", way, "{}")))
               if "answers itself" in each]
        for word in ("End", "Yes", "Help")
    }  # fmt: skip

    assert found["End"][0].startswith(
        f"menu.yaml:{line_of(tmp_path, 'menu.yaml', 'Help')}  main.items[1].label: 'End' is"
    )
    assert found["Yes"] == found["Help"] == []


OWN_DIALOG = """\
from bot.dialog import Dialog, ask
from bot.texts import t


class Tattoo(Dialog):
    place = ask.choice(t("Where?"), [ask.Offer("arm", t("Arm")), ask.Offer("end", t("End"))])
    size = ask.text(t("How large?"), skip=t("Quit"))
"""


def test_a_firms_own_dialog_is_held_to_it(tmp_path: Path) -> None:
    """A developer is told file and line of a button that says such a word."""
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "tattoo.py").write_text(OWN_DIALOG, "utf-8")

    found = faults(findings(tmp_path, "sms_twilio", change=as_it_is))

    assert [each.partition(":")[0] + each[each.index(":") : each.index("  ")] for each in found] == [
        "dialogs/tattoo.py:6",
        "dialogs/tattoo.py:7",
    ]


def texts(own: Tree) -> Callable[[Files], None]:
    return lambda files: files.update({"texts.yaml": own})


def test_a_word_of_the_program_that_is_reserved_is_told_and_can_be_said_otherwise(tmp_path: Path) -> None:
    """The shipped «Yes» is no fault of the firm's; with a wording of its own it is no matter at all."""
    shipped = findings(tmp_path, "sms_twilio", code=PROGRAM, change=as_it_is)
    own = findings(tmp_path, "sms_twilio", code=PROGRAM, change=texts({"Yes": each("x") | {"en": "Indeed"}}))
    worse = findings(tmp_path, "sms_twilio", code=PROGRAM, change=texts({"Yes": each("x") | {"en": "Quit"}}))

    line = line_of(ROOT / "locales" / "en" / "LC_MESSAGES", "dragoman.po", 'msgid "Yes"')
    [note] = [each for each in shipped if each.problem.place == "Yes"]
    assert (note.level, note.problem.file) == ("note", "locales/en/LC_MESSAGES/dragoman.po")
    assert note.problem.line in (line, line - 1)  # the entry begins with a comment
    assert [each for each in own if each.problem.place == "Yes"] == []
    assert faults(worse)[0].startswith("texts.yaml:6  Yes: 'Quit' is a word that the provider answers itself")


def test_a_shipped_label_with_another_form_is_shown_in_that(tmp_path: Path) -> None:
    """«Cancel» signs off at Twilio, so «Never mind» stands there; a firm's own wording of it is looked at all the same."""
    shipped = findings(tmp_path, "sms_twilio", code=PROGRAM, change=as_it_is)
    worse = findings(tmp_path, "sms_twilio", code=PROGRAM, change=texts({"Cancel": each("x") | {"en": "Quit"}}))

    assert [each for each in shipped if each.problem.place == "Cancel"] == []
    assert faults(worse)[0].startswith("texts.yaml:6  Cancel: 'Quit' is a word that the provider answers itself")


def test_a_country_that_cannot_answer_is_told(tmp_path: Path) -> None:
    """Twilio brings no answers from Armenia; a local carrier does, and who is elsewhere hears nothing of it."""
    unanswered = "customers in this country cannot answer on this channel"
    [note] = [each for each in findings(tmp_path, "sms_twilio", "sms_playmobile", change=as_it_is)
              if unanswered in str(each)]  # fmt: skip
    line = line_of(tmp_path, "business.yaml", "region:")
    abroad = findings(tmp_path, "sms_twilio", change=lambda files: put(files, "business.yaml", "region", value="US"))

    assert (note.level, note.problem.file, note.problem.line) == ("note", "business.yaml", line)
    assert "(sms_twilio)" in str(note)
    assert not any(unanswered in str(each) for each in abroad)
