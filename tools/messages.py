"""Finds the texts that the code names: every `t("…")` and `tn("…", "…", count)`.

The source is read as a syntax tree, so one pass gives both the texts and the mistakes that would leave a text out of
the catalogues: a sentence put together at run time is one that nobody can translate.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

ROOMS = ("bot", "handlers", "dialogs")
CALLS = {"t": 1, "tn": 2}  # how many of the arguments are texts


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A text where it stands; `plural` is empty for one that counts nothing."""

    path: str
    line: int
    id: str
    plural: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something that a person has to mend, and where."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class NotATemplate(ValueError):
    """The text cannot be filled in: an open brace, or a field that is no plain name."""


def fields(template: str) -> frozenset[str]:
    """The names in braces; raises `NotATemplate` for braces that are not `{name}`."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise NotATemplate(str(error)) from error
    if strange := sorted(name for name in names if not name.isidentifier()):
        raise NotATemplate(f"{{{strange[0]}}} is no name")
    return frozenset(names)


def find_messages(root: Path) -> tuple[list[Message], list[Fault]]:
    """All texts under `root`'s rooms, by file and line, and the calls that cannot be translated."""
    messages: list[Message] = []
    faults: list[Fault] = []
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*.py")):
        for name, call in _calls(path):
            found = _read(call, name, path.relative_to(root).as_posix())
            if isinstance(found, Fault):
                faults.append(found)
            elif found.id:
                messages.append(found)
    return sorted(messages), sorted(faults)


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield node.func.id, node


def _read(call: ast.Call, name: str, path: str) -> Message | Fault:
    place = f"{path}:{call.lineno}"
    texts = call.args[: CALLS[name]]
    words = [each.value for each in texts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(words) < CALLS[name]:
        kind = "an f-string" if any(isinstance(each, ast.JoinedStr) for each in texts) else "no plain string"
        return Fault(place, f"{name}() is given {kind}; write the sentence, and values as {{name}}")
    given = {each.arg for each in call.keywords}
    counted = {"count"} if name == "tn" else set()
    try:
        wanted = frozenset[str]().union(*map(fields, words))
    except NotATemplate as error:
        return Fault(place, f"{words[0]!r}: {error}")
    if None not in given and wanted - counted != given - counted:
        return Fault(place, f"{words[0]!r} names {sorted(wanted)}, is given {sorted(map(str, given))}")
    return Message(path, call.lineno, *words)
