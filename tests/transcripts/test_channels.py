"""Every conversation of this shelf goes the same way on every channel on which one can answer."""

from pathlib import Path

import pytest

import main
from bot.runtime import Tenant
from bot.testing import read_transcript, run_transcript
from handlers import ACTORS, ROUTES
from tests.transcripts.over_line import LineTalk

SHELF = Path(__file__).parent
FILES = sorted(SHELF.glob("*/*.yaml"))
CHANNELS = (
    "webchat", "whatsapp_cloud", "whatsapp_twilio", "messenger", "instagram", "viber", "sms_twilio", "sms_playmobile",
)  # fmt: skip
"""Telegram and calls have talks of their own: operators sit in Telegram, and a call is heard, not read."""


@pytest.fixture(scope="module")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


@pytest.mark.req("A1", "F1", "F3", "F20")
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_goes_as_it_is_written_on(clinic: Tenant, path: Path, channel: str) -> None:
    """The same words and operators' answers; choices by button, row or number; and all of it stands on the screen."""
    transcript = read_transcript(path)

    with LineTalk(channel, clinic, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)
        screen = plain("\n".join(each.text for each in talk.screen))
        secrets = [name for name, secret in talk.line.secrets.items() if secret in talk.stored]
        missing = [
            each.text for each in talk.messages if plain(each.text) not in screen and each not in talk.undelivered
        ]

    assert missing == []
    assert secrets == []


def plain(text: str) -> str:
    """A text without what may change at a cut: white space."""
    return "".join(text.split())
