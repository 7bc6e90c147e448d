"""Voices: the synthesiser on the machine, and firms whose language nobody speaks."""

import io
import shutil
import sys
import wave
from pathlib import Path

import pytest

from bot.ports.speech import PROMPTS as NAMES
from bot.runtime import Tenant
from handlers.telephone import PROMPTS, SENDS
from integrations.speech import Espeak
from integrations.speech.espeak import whole
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.desk import voice

PROGRAM = """#!{python}
import struct, sys
if "--voices" in sys.argv:
    print("Pty Language Age/Gender VoiceName File Other")
    print(" 5  hy             --/M      Armenian           ine/hy")
    print(" 2  en-gb          --/M      English            gmw/en (en 2)")
    sys.exit()
text = sys.stdin.buffer.read()
if b"fail" in text:
    sys.exit(1)
assert "hy" in sys.argv and b"fail" not in text
form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
sys.stdout.buffer.write(b"RIFF" + struct.pack("<I", 0x7FFFF024) + b"WAVEfmt " + form)
sys.stdout.buffer.write(b"data" + struct.pack("<I", 0x7FFFF000) + text * 2)
"""


@pytest.fixture
def espeak(tmp_path: Path) -> Espeak:
    """A synthesiser whose program says the bytes of the text, as espeak-ng does with sound."""
    program = tmp_path / "espeak-ng"
    program.write_text(PROGRAM.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    return Espeak(program)


async def test_a_text_becomes_a_sound_that_can_be_played(espeak: Espeak) -> None:
    """The lengths in the file are true, though a pipe cannot know them beforehand; the text is never an option."""
    sound = await espeak.speak("--help Բարև", "hy")

    assert sound is not None
    with wave.open(io.BytesIO(sound)) as opened:
        assert opened.readframes(10_000) == "--help Բարև".encode() * 2


@pytest.mark.parametrize(("text", "language"), [("Bonjour", "fr"), ("", "hy"), ("fail", "hy"), ("x" * 2001, "hy")])
async def test_what_cannot_be_spoken_is_none(espeak: Espeak, text: str, language: str) -> None:
    """A language without a voice, no words, a program that fails, more than a minute."""
    assert await espeak.speak(text, language) is None


async def test_a_machine_without_the_program_speaks_nothing(tmp_path: Path) -> None:
    """It is no error until a firm needs it."""
    missing = Espeak(tmp_path / "none")

    assert not missing.speaks("hy")
    assert await missing.speak("Բարև", "hy") is None


@pytest.mark.parametrize("sound", [b"", b"RIFF", b"x" * 100, b"RIFF....WAVE" + b"x" * 100])
def test_what_is_no_sound_is_none(sound: bytes) -> None:
    """A program that says something else is not believed."""
    assert whole(sound) is None


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("language", ["hy", "ka", "uz", "ru", "en"])
async def test_espeak_ng_speaks_our_languages(language: str) -> None:
    """The real program has a voice for each of the five, and what it gives lasts about as long as the word."""
    speech = Espeak()
    sound = await speech.speak("Բարև გამარჯობა salom привет hello", language)

    assert speech.speaks(language)
    assert sound is not None
    with wave.open(io.BytesIO(sound)) as opened:
        assert 0.5 < opened.getnframes() / opened.getframerate() < 30


def test_a_firm_whose_language_nobody_speaks_cannot_start(clinic: Tenant) -> None:
    """A caller must never meet silence, so the account is refused with what to do about it."""
    with pytest.raises(ValueError, match="nobody speaks hy, uz, ka on the phone"):
        voice(clinic.business, firm.Parrot())


def test_every_prompt_is_there_in_every_language(clinic: Tenant) -> None:
    """What a channel of calls may say is what the house lends, in all the firm's languages."""
    lent = firm.kit(clinic.business, None, str, None, None).spoken  # type: ignore[arg-type]

    assert set(PROMPTS) == set(NAMES)
    assert lent is not None
    assert set(lent.prompts) == set(clinic.business.languages)
    assert all({*NAMES} - {*SENDS} == {*prompts} and all(prompts.values()) for prompts in lent.prompts.values())
    assert all("{key}" in prompts["press"] and "{label}" in prompts["press"] for prompts in lent.prompts.values())
