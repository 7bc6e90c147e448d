"""What is said about a business and its channels: one line for all languages and channels that it holds for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from bot.business.load import FILES
from bot.business.problems import Loc, Problem, spell
from bot.business.source import Source, read_source

Level = Literal["fault", "note"]
"""A fault is mended before a release. A note says what customers will see; nothing is lost by it."""


class Remark(NamedTuple):
    """One thing about one wording on one channel. `loc` ends before the language; `detail` is told beside that."""

    level: Level
    file: str
    loc: Loc
    text: str
    language: str
    channel: str
    detail: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One line for the editor; in the order of files and lines."""

    problem: Problem
    level: Level

    def __str__(self) -> str:
        return str(self.problem)


class Folder:
    """The files of a business folder, to find the line of each value."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._sources: Mapping[str, Source] = {
            file: read_source(file, (folder / file).read_bytes()) for file in FILES if (folder / file).is_file()
        }

    def line(self, file: str, loc: Loc) -> int:
        """Where a value stands, or the nearest thing around it; 0 for a file that is not there."""
        source = self._sources.get(file)
        return source.line(loc) if source is not None else 0

    def written(self, file: str, loc: Loc) -> bool:
        """Whether just this value stands in the file."""
        source = self._sources.get(file)
        return source is not None and loc in source.lines


def gather(remarks: Iterable[Remark], folder: Folder, languages: Sequence[str]) -> tuple[Finding, ...]:
    """Put what is the same in several languages and on several channels into one line, at the first of the wordings."""
    by_channel: dict[tuple[Level, str, Loc, str], dict[str, dict[str, Remark]]] = {}
    for each in remarks:
        key = (each.level, each.file, each.loc, each.text)
        by_channel.setdefault(key, {}).setdefault(each.channel, {}).setdefault(each.language, each)
    found = set()
    for (level, file, loc, text), channels in by_channel.items():
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for channel, told in channels.items():
            said = tuple((code, told[code].detail) for code in languages if code in told)
            alike.setdefault(said, []).append(channel)
        for said, names in alike.items():
            first = channels[names[0]][said[0][0]]
            line = first.line or folder.line(file, _exact(folder, file, loc, said[0][0]))
            where = f"{', '.join(names)}{_in_languages(said, languages)}"
            found.add(Finding(Problem(file, line, spell(loc), f"{text} ({where})"), level))
    return tuple(sorted(found))


def _exact(folder: Folder, file: str, loc: Loc, language: str) -> Loc:
    return (*loc, language) if folder.written(file, (*loc, language)) else loc


def _in_languages(said: Sequence[tuple[str, str]], languages: Sequence[str]) -> str:
    """«: hy 27, ru 31»; nothing where it holds for all languages and there is nothing else to say."""
    if len(said) == len(languages) and not any(detail for _, detail in said):
        return ""
    one = len(languages) == 1
    return ": " + ", ".join(detail if one else f"{code} {detail}".strip() for code, detail in said)
