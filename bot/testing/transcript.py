"""Transcripts: conversations as people read them, run against a bot.

    req: [A15]
    language: en
    start: 2026-11-23 10:00
    talk:
      - customer: Book a visit
      - bot: What would you like to book?
      - press: Cleaning
      - wait: 22h
      - bot: A reminder …

      - customer: HUMAN
      - bot: …
      - staff: Good morning, how can I help?
      - human: Good morning, how can I help?
      - staff: /close

`…` in what the bot says stands for any words. `staff` writes in the case's topic; `human` is what the customer then
hears of it. What is written must be said, and nothing else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.replies import Message
from bot.testing.talk import Talk

SPAN = re.compile(r"(\d+)\s*(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
ACTS = ("customer", "press", "wait", "language", "open", "staff", "bot", "human", "buttons")
HEARD = ("bot", "human")
RECORD = re.compile(r"(?<![A-Z0-9])(?=[A-Z]*[2-9])[2-9A-HJKMNP-Z]{8}(?![A-Z0-9])")
"""The number of a visit or case; it differs from channel to channel, so a transcript leaves it open."""


class Departure(AssertionError):
    """The conversation went another way than the transcript says; the text shows where and how."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a transcript and the line of the file that it stands in."""

    act: str
    value: Any
    number: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation to be had. `start` is wall time at the business."""

    path: Path
    requirements: tuple[str, ...]
    language: str
    start: datetime
    lines: tuple[Line, ...]


def read_transcript(path: Path) -> Transcript:
    """Read a transcript; raises `ValueError` with file and line for what it cannot hold."""
    node = yaml.compose(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(f"{path}: a transcript is a mapping with language, start and talk")
    head: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  BaseLoader makes strings only
    talk = next((value for key, value in node.value if key.value == "talk"), None)
    if not isinstance(talk, yaml.SequenceNode):
        raise ValueError(f"{path}: talk is missing")
    lines = [line for entry, place in zip(head["talk"], talk.value, strict=True) for line in _lines(path, entry, place)]
    return Transcript(
        path,
        tuple(head.get("req", ())),
        head.get("language", ""),
        datetime.fromisoformat(head.get("start", "2026-11-23 10:00")),
        tuple(lines),
    )


def _lines(path: Path, entry: Any, place: yaml.Node) -> list[Line]:
    number = place.start_mark.line + 1
    if not isinstance(entry, dict) or not entry or any(act not in ACTS for act in entry):
        raise ValueError(f"{path}:{number}: an entry is one of {', '.join(ACTS)}")
    return [Line(act, value, number) for act, value in entry.items()]


def run_transcript(transcript: Transcript, talk: Talk) -> None:
    """Have the conversation; raises `Departure` at the first line that goes another way."""
    read = len(talk.messages)
    for line in transcript.lines:
        if line.act in HEARD:
            read = _expect(transcript, line, talk, read)
        elif line.act == "buttons":
            _expect_buttons(transcript, line, talk, read)
        else:
            _nothing_more(transcript, line, talk, read)
            _act(transcript, line, talk)
    _nothing_more(transcript, transcript.lines[-1], talk, read)


def record_transcript(transcript: Transcript, talk: Talk) -> str:
    """Have the conversation with the customer's lines of a transcript, and give the file with what the bot really says.

    Buttons are written where the transcript had them, `…` where a record has its number. The result is to be read
    before it is believed.
    """
    head: dict[str, Any] = {"req": Row(transcript.requirements)} if transcript.requirements else {}
    head |= {"language": transcript.language, "start": transcript.start.isoformat(" ", "minutes")}
    with_buttons = any(line.act == "buttons" for line in transcript.lines)
    said: list[dict[str, Any]] = []
    read = len(talk.messages)
    for line in transcript.lines:
        if line.act in (*HEARD, "buttons"):
            continue
        _act(transcript, line, talk)
        said.append({line.act: line.value})
        for message in talk.messages[read:]:
            said.append({_speaker(message): RECORD.sub("…", _plain_lines(message.text))})
            if with_buttons and message.choices:
                said.append({"buttons": Row(choice.label for choice in message.choices)})
        read = len(talk.messages)
    return yaml.dump({**head, "talk": said}, Dumper=Writer, allow_unicode=True, sort_keys=False, width=110)


class Row(list[str]):
    """A list that is written in one row."""


class Writer(yaml.SafeDumper):
    """Writes transcripts as people would: what has several lines as it stands, buttons in a row."""


Writer.add_representer(
    Row, lambda writer, row: writer.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)
Writer.add_representer(
    str,
    lambda writer, text: writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _plain_lines(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def _act(transcript: Transcript, line: Line, talk: Talk) -> None:
    try:
        match line.act:
            case "customer":
                talk.says(str(line.value))
            case "press":
                talk.presses(str(line.value))
            case "wait":
                talk.waits(span(str(line.value)))
            case "language":
                talk.chooses_language(str(line.value))
            case "open":
                talk.opens()
            case "staff":
                talk.staff(str(line.value))
    except (LookupError, ValueError) as error:
        raise Departure(f"{transcript.path}:{line.number}: {error}") from error


def _expect(transcript: Transcript, line: Line, talk: Talk, read: int) -> int:
    heard = talk.heard
    if read >= len(heard):
        raise Departure(f"{transcript.path}:{line.number}: the bot is silent; expected\n  {line.value}")
    if (speaker := _speaker(talk.messages[read])) != line.act:
        raise Departure(f"{transcript.path}:{line.number}: it is the {speaker} who says\n  {heard[read]}")
    if not same_words(str(line.value), heard[read]):
        raise Departure(f"{transcript.path}:{line.number}: the bot says\n  {heard[read]}\nexpected\n  {line.value}")
    return read + 1


def _speaker(message: Message) -> str:
    return "human" if message.author else "bot"


def _expect_buttons(transcript: Transcript, line: Line, talk: Talk, read: int) -> None:
    shown = [choice.label for choice in talk.messages[read - 1].choices]
    expected: Sequence[str] = line.value
    fits = len(shown) == len(expected) and all(map(same_words, expected, shown))
    if not fits:
        raise Departure(f"{transcript.path}:{line.number}: the buttons are\n  {shown}\nexpected\n  {list(expected)}")


def _nothing_more(transcript: Transcript, line: Line, talk: Talk, read: int) -> None:
    if more := talk.heard[read:]:
        raise Departure(f"{transcript.path}:{line.number}: the bot also says\n  " + "\n  ".join(more))


def same_words(expected: str, said: str) -> bool:
    """Whether what was said is what was expected; white space is one, `…` is anything."""
    pattern = ".*".join(re.escape(_plain(part)) for part in expected.split("…"))
    return re.fullmatch(pattern, _plain(said), re.DOTALL) is not None


def _plain(text: str) -> str:
    # str.split drops no-break spaces too, which CLDR puts into numbers and dates
    return " ".join(text.split()) if text.strip() else ""


def span(text: str) -> timedelta:
    """Read «22h», «15m», «3d 2h»; raises `ValueError` for anything else."""
    found = SPAN.findall(text)
    if not found or SPAN.sub("", text).strip():
        raise ValueError(f"{text!r} is not a span; write it like 22h, 15m or 3d 2h")
    return sum((timedelta(**{UNITS[unit]: int(count)}) for count, unit in found), timedelta())
