"""One dialog, whatever it is held on: Telegram, web chat and the keys of a phone come to the same end."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import main
from bot.ports.store import Query
from bot.runtime import Tenant
from bot.testing import Talk, read_transcript, run_transcript
from handlers import ACTORS, ROUTES
from tests.integrations.twilio.voice.talk import VoiceTalk
from tests.transcripts.over_line import LineTalk
from tests.transcripts.over_telegram import TelegramTalk

SHELF = Path(__file__).parent
SCENARIOS = ("booking", "human", "menu", "qualification", "rating", "reschedule")
FILES = [SHELF / language / f"{name}.yaml" for language in ("en", "hy", "ka", "ru", "uz") for name in SCENARIOS]
HELD_ON: dict[str, Callable[..., Talk]] = {
    "telegram": TelegramTalk, "webchat": partial(LineTalk, "webchat"), "voice_twilio": VoiceTalk,
}  # fmt: skip
KEPT = {
    "bookings": "service, specialist, branch, local_start, minutes, status, name, phone",
    "cases": "kind, status, tags",
    "ratings": "value",
}
"""What a firm has of a conversation in the end; the rest are names and times of our own."""


@pytest.fixture(scope="module")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


@pytest.mark.req("A1", "F25")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_one_dialog_comes_to_the_same_end_on_chats_and_on_the_phone(clinic: Tenant, path: Path) -> None:
    """The same file is typed and tapped in Telegram, in web chat, and spoken and keyed in a call: the firm has the same."""
    transcript, ends = read_transcript(path), {}
    for channel, talk_on in HELD_ON.items():
        with talk_on(clinic, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
            run_transcript(transcript, talk)
            assert talk.contact.channel == channel
            ends[channel] = {table: sorted(talk.reads(Query(f"SELECT {columns} FROM {table}")))
                             for table, columns in KEPT.items()}  # fmt: skip

    assert ends["telegram"] == ends["webchat"] == ends["voice_twilio"]
    assert path.stem == "menu" or any(ends["telegram"].values())
