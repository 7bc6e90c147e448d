"""Structured logs on standard error; what customers write never enters them.

Everything goes through one pipeline, also what libraries log by the standard way, and its last station before the line
is written takes out what must not be read.
"""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from pydantic import SecretBytes, SecretStr

from bot.redaction import MASK, hush, keep_secret, redact, secrets_in, trace_of

OTHERS = logging.WARNING
"""Libraries are heard from here on, whatever the level: below it some of them log bodies and parameters."""

ADDRESSED = frozenset({"actor", "key", "line"})  # they name a conversation, which a person must be able to find
TOLD = frozenset({"error", "reason"})  # what an exception or a provider says, which may quote anything
BY_PHONE = re.compile(r"\b((?:whatsapp|sms|voice|viber)\w*/[^/\s#]+/)\+?\d+(\d\d)(?=$|[#/])")
UNGUESSABLE = re.compile(r"[\w-]{16,}")

Entry = MutableMapping[str, Any]


def set_up_logs(level: str, form: str = "", *, stream: TextIO | None = None) -> None:
    """Begin to log, from `level` on: a line of JSON an entry (`form="json"`), or columns for people (`form="text"`).

    Without a form a terminal gets columns and a machine JSON. What the environment holds of secrets is never written.
    """
    keep_secret(*secrets_in(os.environ))
    stream = stream or sys.stderr
    person = stream.isatty()
    steps = pipeline(form or ("text" if person else "json"), colours=person)
    structlog.configure(
        processors=steps,
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, Others)]:
        root.removeHandler(handler)
    root.addHandler(Others(steps, stream))
    root.setLevel(OTHERS)


def pipeline(form: str, *, colours: bool = False) -> list[Any]:
    """The stations of an entry, the last of which makes a line of it."""
    last: Any = structlog.processors.JSONRenderer()
    if form == "text":
        last = structlog.dev.ConsoleRenderer(colors=colours)
    return [
        structlog.processors.add_log_level,
        without_locals,
        redacted,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        last,
    ]


def without_locals(logger: Any, name: str, entry: Entry) -> Entry:
    """An exception as places in the code. A line that tells the `error` itself has them without a message."""
    del logger, name
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        entry["exception"] = trace_of(error, words="error" not in entry)
    entry.pop("stack_info", None)
    return entry


def redacted(logger: Any, name: str, entry: Entry) -> Entry:
    """Every value without what must not be read."""
    del logger, name
    for key, value in entry.items():
        entry[key] = _of_key(key, value)
    return entry


def _of_key(key: str, value: Any) -> Any:
    if isinstance(value, str):
        if key in ADDRESSED:
            return BY_PHONE.sub(rf"\1{MASK}\2", value)
        if key in TOLD:
            return hush(value)
        if key == "path":
            return UNGUESSABLE.sub(MASK, value)
    return _clean(value)


def _clean(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return redact(value)
        case SecretStr() | SecretBytes():
            return MASK
        case bytes() | bytearray() | memoryview():
            return f"{len(value)} bytes"
        case BaseException():
            return hush(f"{type(value).__name__}: {value}")
        case dict():
            return {redact(str(key)): _of_key(str(key), each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean(each) for each in value]
    return redact(str(value))


class Others(logging.Handler):
    """What libraries log, through the same pipeline; of a text of theirs the first line, without what it quotes."""

    def __init__(self, steps: list[Any], stream: TextIO) -> None:
        super().__init__(OTHERS)
        self._steps, self._stream = steps, stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        entry: Any = {"event": hush(record.getMessage()), "logger": record.name}
        if record.exc_info:
            entry["exc_info"] = record.exc_info
        try:
            for step in self._steps:
                entry = step(None, record.levelname.lower(), entry)
            print(entry, file=self._stream, flush=True)
        except Exception:  # noqa: BLE001  the standard way of saying that a line could not be written
            self.handleError(record)
