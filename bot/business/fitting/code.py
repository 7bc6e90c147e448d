"""Reads off code what it says: which texts it names, and which of them are labels of buttons.

A label is what stands in `Option(…)` or `Offer(…)`, or as `skip=`, `more=` or `label=` of a question: `t("…")` itself, a
name of the module that stands for one, or one that holds where nothing else is given. Labels that are put together at
run time are not seen here.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PLACES = {"Option": 0, "Offer": 1, "SlotKind": 1}  # which of their arguments is the label
KEYWORDS = ("skip", "more", "label")
SPEAKING = ("handlers/*.py", "dialogs/*.py", "bot/dialog/**/*.py", "bot/menu.py")
"""Where the program speaks to customers."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label by its text id, with the id of its short form, where it stands in the code."""

    text: str
    short: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Code:
    """What some code says: its texts by id, each with the file and line of its first use, and the labels among them."""

    texts: Mapping[str, tuple[str, int]]
    labels: tuple[Label, ...]


def read_code(files: Iterable[tuple[str, Path]]) -> Code:
    """Read modules, each with the name under which a person knows it. What is no Python says nothing."""
    texts: dict[str, tuple[str, int]] = {}
    labels: list[Label] = []
    for name, path in files:
        try:
            tree = ast.parse(path.read_bytes())
        except SyntaxError:
            continue
        known = dict(_named(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                if text := _text(node, {}):
                    texts.setdefault(text, (name, node.lineno))
                labels += _labels(node, known, name)
    return Code(texts, tuple(labels))


def program_code(root: Path) -> Code:
    """What the program under `root` says to customers."""
    paths = (path for pattern in SPEAKING for path in sorted(root.glob(pattern)))
    return read_code((path.relative_to(root).as_posix(), path) for path in paths)


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names at the top of a module that stand for a text."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=False))
            for name, said in pairs:
                if isinstance(name, ast.Name) and (text := _text(said, {})):
                    yield name.id, text


def _text(node: ast.expr | None, known: dict[str, str]) -> str:
    """The id behind `t("…")` or a known name; empty for anything else."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.BoolOp):
        return _text(node.values[-1], known)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and len(node.args) == 1:
        said = node.args[0]
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            return said.value
    return ""


def _labels(call: ast.Call, known: dict[str, str], file: str) -> Iterator[Label]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {each.arg: each.value for each in call.keywords}
    if name in PLACES:
        place = PLACES[name]
        label = call.args[place] if len(call.args) > place else given.get("label")
        if text := _text(label, known):
            yield Label(text, _text(given.get("short"), known), file, call.lineno)
        return
    for keyword in KEYWORDS:
        if text := _text(given.get(keyword), known):
            yield Label(text, "", file, given[keyword].lineno)
