"""espeak-ng as a voice: a small program that speaks all of our languages, on the machine itself.

Its speech is plain and understood. Source: `espeak-ng --help`, version 1.51.
"""

import asyncio
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 150
SECONDS = 10.0
MOST_CHARS = 2000
SIDE_BY_SIDE = 4
HEADER = 44  # bytes of a WAV file before its sound


class Espeak:
    """Speaks by the program at `path`; one that is not there speaks nothing."""

    def __init__(self, path: Path | None = None) -> None:
        found = shutil.which(PROGRAM) if path is None else str(path)
        self._program = found or ""
        self._turns = asyncio.Semaphore(SIDE_BY_SIDE)

    def speaks(self, language: str) -> bool:
        """See `Speech.speaks`; the program is asked once."""
        return language in self._languages

    @cached_property
    def _languages(self) -> frozenset[str]:
        if not self._program:
            return frozenset()
        try:
            told = subprocess.run(  # noqa: S603  the program that the machine has, with no words of others
                [self._program, "--voices"], capture_output=True, timeout=SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return frozenset()
        rows = [row.split() for row in told.stdout.decode("utf-8", "replace").splitlines()[1:]]
        return frozenset(row[1].partition("-")[0] for row in rows if len(row) > 1)

    async def speak(self, text: str, language: str) -> bytes | None:
        """See `Speech.speak`; WAV. The text goes in by the standard input, so it is never an option."""
        if not text.strip() or len(text) > MOST_CHARS or not self.speaks(language):
            return None
        options = ("-v", language, "-s", str(WORDS_A_MINUTE), "-b", "1", "--stdin", "--stdout")
        async with self._turns:
            try:
                program = await asyncio.create_subprocess_exec(
                    self._program, *options, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                )  # fmt: skip
            except OSError:
                return None
            sound = await _sound_of(program, text)
        return whole(sound) if sound else None


async def _sound_of(program: asyncio.subprocess.Process, text: str) -> bytes:
    """What the program says; nothing when it fails or takes too long."""
    try:
        async with asyncio.timeout(SECONDS):
            sound, _ = await program.communicate(text.encode("utf-8", "replace"))
    except TimeoutError:
        return b""
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    return sound if program.returncode == 0 else b""


def whole(sound: bytes) -> bytes | None:
    """A WAV that was written to a pipe, with the lengths that it could not know; None for what is none."""
    if len(sound) <= HEADER or sound[:4] != b"RIFF" or sound[8:12] != b"WAVE" or sound[36:40] != b"data":
        return None
    size = len(sound) - HEADER
    return b"".join(
        (sound[:4], (size + HEADER - 8).to_bytes(4, "little"), sound[8:40], size.to_bytes(4, "little"), sound[HEADER:])
    )
