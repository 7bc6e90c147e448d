"""The kit for those who build bots: talk to one under a virtual clock, or run a transcript written as people read it."""

from bot.testing.clock import VirtualClock
from bot.testing.fakes import MemoryMedia, Mouthpiece
from bot.testing.room import Room
from bot.testing.talk import Talk
from bot.testing.transcript import Departure, Transcript, read_transcript, record_transcript, run_transcript

__all__ = [
    "Departure",
    "MemoryMedia",
    "Mouthpiece",
    "Room",
    "Talk",
    "Transcript",
    "VirtualClock",
    "read_transcript",
    "record_transcript",
    "run_transcript",
]
