"""The conversations of the shelf, on the phone."""

from pathlib import Path

import pytest

import main
from bot.runtime import Tenant
from bot.testing import read_transcript, run_transcript
from handlers import ACTORS, ROUTES
from tests.integrations.twilio.voice.talk import VoiceTalk, plain

FILES = sorted(Path("tests/transcripts").glob("*/*.yaml"))


@pytest.fixture(scope="module")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


@pytest.mark.req("F25", "E2")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_goes_on_the_phone_as_it_is_written(clinic: Tenant, path: Path) -> None:
    """The same words by voice, the same buttons by keys, in every language; and all of it was really heard."""
    transcript = read_transcript(path)

    with VoiceTalk(clinic, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)
        heard = plain(talk.on_the_phone)
        missing = [text for text in talk.heard if plain(text) not in heard]

    assert missing == []
