"""Whether what a business says fits its channels, in each of its languages.

Every screen is laid out as it would be for a customer, so what is said here is what will be seen. What does not fit is
not lost at run time: a label that fits nowhere becomes a number, a long text becomes several messages.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from bot.business.business import Business
from bot.business.fitting.answering import unanswered
from bot.business.fitting.code import Code, program_code, read_code
from bot.business.fitting.program import Program
from bot.business.fitting.remarks import Finding, Folder, Remark, gather
from bot.business.fitting.reserved import reserved
from bot.business.fitting.screens import Screen, screens
from bot.business.fitting.shown import pictured, shown
from bot.business.fitting.timed import timed
from bot.business.fitting.unable import Speaks, pictures, unable
from bot.dialog import Dialog
from bot.rendering import Limits
from bot.texts import Phrasebook

__all__ = ["Code", "Finding", "Screen", "check_channels", "program_code", "read_code", "screens"]

Dialogs = Mapping[str, type[Dialog]]


def check_channels(
    business: Business,
    folder: Path,
    channels: Mapping[str, Limits],
    shipped: Code,
    dialogs: Dialogs = MappingProxyType({}),
    speaks: Speaks = lambda _: False,
) -> tuple[Finding, ...]:
    """Find what does not fit the channels, by name; in the order of files and lines, empty when all fits.

    `folder` is that of the business, `shipped` what the program says, `dialogs` are those that are on, `speaks`
    tells the languages that this machine reads out. A finding is a fault or a note.
    """
    files = Folder(folder)
    own = read_code((f"dialogs/{path.name}", path) for path in sorted((folder / "dialogs").glob("*.py")))
    program = Program(business, Phrasebook(business.languages[0], business.texts), shipped, own)
    seen, wanted = tuple(screens(business)), tuple(pictures(business, dialogs))
    found = (
        remark
        for channel, limits in channels.items()
        for language in business.languages
        for remark in (
            *_remarks(program, files, seen, channel, limits, language),
            *timed(business, dialogs, program.phrasebook, channel, limits, language),
            *unable(wanted, channel, limits, speaks, language),
            *unanswered(business, channel, limits, language),
        )
    )
    return gather(found, files, business.languages)


def _remarks(
    program: Program, files: Folder, seen: tuple[Screen, ...], channel: str, limits: Limits, language: str
) -> Iterator[Remark]:
    for screen in seen:
        message = screen.message(program.business, program.phrasebook, language)
        yield from shown(screen, message, channel, limits, language)
        yield from pictured(screen, message, channel, limits, files, language)
    yield from reserved(program.business, seen, channel, limits, program.phrasebook, language)
    yield from program.remarks(channel, limits, language)
