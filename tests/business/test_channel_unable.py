"""What a channel cannot do at all is found before customers meet it: a language that nobody reads out, a picture by phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import main
from bot.business.fitting import Code, Finding, check_channels
from bot.dialog import Dialog, ask
from bot.ports.speech import Spoken
from bot.texts import LANGUAGES, t
from integrations.channels import limits, names
from integrations.channels.twilio.voice.voices import Voices
from tests.business.channel_firm import Tree, as_it_is, each, line_of, put, write

Files = dict[str, Tree]
NOTHING = Code({}, ())
PICTURELESS = ("sms_twilio", "sms_playmobile", "voice_twilio")
MUTE = "nobody reads it out on the phone: install espeak-ng, or take the language out"


def found_in(
    folder: Path,
    *channels: str,
    change: Callable[[Files], None] = as_it_is,
    speaks: Callable[[str], bool] = lambda _: True,
    **dialogs: type[Dialog],
) -> list[Finding]:
    rows = {name: limits(name) for name in channels}
    found = check_channels(write(folder, change), folder, rows, NOTHING, dialogs, speaks)
    return [each for each in found if each.level == "fault"]


@pytest.mark.req("F25")
def test_a_language_that_nobody_reads_out_is_a_fault_on_the_phone(tmp_path: Path) -> None:
    """Twilio has no voice for Armenian, Georgian and Uzbek; without a synthesiser callers would hear nothing."""
    [fault] = found_in(tmp_path, *names(), speaks=lambda _: False)

    line = line_of(tmp_path, "business.yaml", "languages:")
    assert str(fault) == f"business.yaml:{line}  languages: {MUTE} (voice_twilio: hy, uz, ka)"


def test_a_synthesiser_speaks_the_languages_that_it_has(tmp_path: Path) -> None:
    """Only those are named that still nobody speaks."""
    [fault] = found_in(tmp_path, "voice_twilio", speaks=lambda language: language in {"hy", "ka"})

    assert "(voice_twilio: uz)" in str(fault)
    assert found_in(tmp_path, "voice_twilio") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_proof_and_the_start_say_the_same(tmp_path: Path, language: str) -> None:
    """A firm that passes can be started, and one that is refused could not be: the channel asks the same question."""

    def one(files: Files) -> None:
        put(files, "business.yaml", "languages", value=[language])

    starts = Voices(Spoken({language: {}}, lambda _: ""), "voice_twilio/line", lambda _: "").can(language)

    assert (found_in(tmp_path, "voice_twilio", change=one, speaks=lambda _: False) == []) is starts


def asked(**more: object) -> Callable[[Files], None]:
    """The form asks for a picture in its second question."""

    def change(files: Files) -> None:
        question = {"id": "what", "kind": "photo", "ask": each("What"), **more}
        put(files, "forms.yaml", "visit", "questions", 1, value=question)

    return change


@pytest.mark.parametrize("channel", names())
def test_a_picture_that_must_be_sent_is_a_fault_where_none_can_be(tmp_path: Path, channel: str) -> None:
    """The dialog would stop there for everybody who calls or writes text messages; the line is that of the question."""
    found = [str(each) for each in found_in(tmp_path, channel, change=asked())]

    line = line_of(tmp_path, "forms.yaml", "id: what")
    told = f"forms.yaml:{line}  visit.questions[2]: asks for a picture, which cannot be sent here; make it optional"
    assert found == ([f"{told} ({channel})"] if channel in PICTURELESS else [])


def test_a_picture_that_can_be_left_out_is_no_matter(tmp_path: Path) -> None:
    """Whoever calls says «skip», and the form goes on."""
    assert found_in(tmp_path, *PICTURELESS, change=asked(optional=True)) == []


class Damage(Dialog):
    """Asks for three pictures, of which one must be sent."""

    key = "damage"
    front = ask.photo(t("What?"), skip=t("Skip"))
    back = ask.photo(t("What?"), when=lambda dialog: bool(dialog.front))
    side = ask.photo(t("What?"))


def test_a_picture_of_a_dialog_is_found_with_its_line(tmp_path: Path) -> None:
    """A developer is told which question needs a way around it."""
    [fault] = found_in(tmp_path, *PICTURELESS, "viber", damage=Damage)

    line = line_of(Path(__file__).parent, Path(__file__).name, "side = ask.photo(")
    told = "asks for a picture, which cannot be sent here; give it a skip or a when"
    assert str(fault) == (f"dialogs/{Path(__file__).name}:{line}  damage.side: {told} ({', '.join(PICTURELESS)})")


def test_check_knows_the_synthesiser_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without one, the five languages of the clinic are two by phone, and the editor reads it at once."""
    monkeypatch.setenv("PATH", str(tmp_path))

    told = CliRunner().invoke(main.cli, ["check", "businesses/demo", "--channel", "voice_twilio"])

    assert told.exit_code == 1
    assert f"languages: {MUTE} (voice_twilio: hy, uz, ka)" in told.output
