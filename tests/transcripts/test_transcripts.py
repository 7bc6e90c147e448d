"""Every conversation of this shelf goes as it is written."""

from pathlib import Path

import pytest

import main
from bot.runtime import Tenant
from bot.testing import Talk, read_transcript, run_transcript
from handlers import ACTORS, ROUTES
from tests.transcripts.over_telegram import TelegramTalk

SHELF = Path(__file__).parent
FILES = sorted(SHELF.glob("*/*.yaml"))


@pytest.fixture(scope="module")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_goes_as_it_is_written(clinic: Tenant, path: Path) -> None:
    """The bot says what the transcript says, in the customer's language, and nothing else."""
    transcript = read_transcript(path)

    with Talk(clinic, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_goes_over_telegram_as_it_is_written(clinic: Tenant, path: Path) -> None:
    """The same words, buttons and operators' answers on Telegram; and what was said really stands on the phone."""
    transcript = read_transcript(path)

    with TelegramTalk(clinic, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)
        phone = "\n".join(message.text for message in talk.person.screen)
        missing = [text for text in talk.heard if text not in phone]

    assert missing == []


def test_every_scenario_is_told_in_every_language() -> None:
    """A customer of any of the five languages is served by every scenario of this shelf."""
    told = {
        language.name: {path.stem for path in language.glob("*.yaml")}
        for language in SHELF.iterdir()
        if language.is_dir()
    }
    told.pop("__pycache__", None)

    assert set(told) == {"hy", "ru", "uz", "ka", "en"}
    assert len({frozenset(scenarios) for scenarios in told.values()}) == 1
