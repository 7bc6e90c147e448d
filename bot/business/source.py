"""A YAML file as an editor writes it: every plain value is text, and every value knows its line.

YAML would read `no` as false, `12:30` as 750 and `on` as true. Nothing is guessed here: a value is text (or nothing),
and whoever wants a number or a yes asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml
from yaml.reader import ReaderError

from bot.business.problems import Loc, Problem, spell

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"

# The C parser is about ten times as fast; a build of PyYAML without it still works.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOTHING = frozenset({"", "~", "null"})
DEPTH_LIMIT = 24

HINTS = (
    ("mapping values are not allowed", "a ':' stands where none can; a text with ': ' in it needs quotes"),
    ("found character '\\t'", "a tab; indent with spaces"),
    ("found character that cannot start any token", "a character that needs quotes, or a tab; indent with spaces"),
    ("could not find expected ':'", "a key without its ':'"),
    ("did not find expected ',' or '}'", "a '{' that is not closed, or a text that needs quotes"),
    ("did not find expected ',' or ']'", "a '[' that is not closed, or a text that needs quotes"),
    ("did not find expected key", "the indentation or a quote before this line is wrong"),
    ("did not find expected <document start>", "this line does not belong here; check its indentation"),
    ("expected a single document", "a line '---' splits the file; there may be only one part"),
)
"""The parser's words, and what they mean to an editor."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its data, the line of each value, and the faults that stop it from being read right."""

    file: str
    data: Data
    lines: Mapping[Loc, int]
    problems: tuple[Problem, ...] = ()
    broken: bool = False

    def line(self, loc: Loc) -> int:
        """Find the line of a value, or of the nearest thing around it in the file; 0 for the file itself."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 0)


def read_source(file: str, raw: bytes) -> Source:
    """Read one YAML file; never raises: what cannot be read is a problem and makes the source `broken`."""
    try:
        text = raw.decode("utf-8-sig")
        root = yaml.compose(text, Loader=LOADER)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _broken(file, line, "this is not UTF-8 text; save the file as UTF-8")
    except ReaderError as error:
        return _broken(file, text.count("\n", 0, error.position) + 1, "a control character; delete it")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _broken(file, mark.line + 1 if mark else 0, _explain(error))
    reader = _Reader(file)
    data = reader.read(root, ()) if root is not None else None
    return Source(file, data, reader.lines, tuple(reader.problems))


def _broken(file: str, line: int, message: str) -> Source:
    return Source(file, None, {}, (Problem(file, line, "", message),), broken=True)


def _explain(error: yaml.MarkedYAMLError) -> str:
    said = " ".join(f"{error.problem or ''} {error.context or ''}".split())
    return next((hint for words, hint in HINTS if words in said), f"this is not YAML: {said}")


@dataclass
class _Reader:
    file: str
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def read(self, node: yaml.Node, loc: Loc) -> Data:
        self.lines.setdefault(loc, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in NOTHING else str(node.value)
        # The composer gives the very same node for an alias; one that holds itself would never end.
        if id(node) in self.seen:
            self._refuse(loc, "an alias (*name) is not used here; write the value out")
            return None
        if len(loc) > DEPTH_LIMIT:
            self._refuse(loc, f"nested deeper than {DEPTH_LIMIT} levels")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*loc, place)) for place, item in enumerate(node.value)]
        return self._read_keys(node, loc)

    def _read_keys(self, node: yaml.Node, loc: Loc) -> dict[str, Data]:
        table: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.lines[(*loc, "?")] = key_node.start_mark.line + 1
                self._refuse((*loc, "?"), "a key must be one word")
                continue
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in table:
                first = self.lines[(*loc, key)]
                message = f"the key '{key}' stands here twice (first in line {first})"
                self.problems.append(Problem(self.file, line, spell((*loc, key)), message))
                continue
            self.lines[(*loc, key)] = line
            table[key] = self.read(value_node, (*loc, key))
        return table

    def _refuse(self, loc: Loc, message: str) -> None:
        self.problems.append(Problem(self.file, self.lines[loc], spell(loc), message))
