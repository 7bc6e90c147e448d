"""No sentence that a customer reads stands in the code outside the catalogue."""

import ast
from pathlib import Path

import pytest

SPEAKING = [path for room in ("bot", "handlers", "dialogs") for path in sorted(Path(room).rglob("*.py"))]


@pytest.mark.req("A13")
@pytest.mark.parametrize("path", SPEAKING, ids=str)
def test_words_go_through_the_catalogue(path: Path) -> None:
    """A customer reads one tone of voice: `spoken` takes names and numbers, never a sentence written in the code."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    inline = [ast.unparse(call) for call in calls if takes_words(call) and any(map(is_sentence, call.args))]

    assert inline == []


def takes_words(call: ast.Call) -> bool:
    """Whether a call makes a wording that no catalogue translates."""
    return isinstance(call.func, ast.Name) and call.func.id in {"spoken", "Spoken", "Localized"}


def is_sentence(argument: ast.expr) -> bool:
    """Whether an argument is words written on the spot."""
    return isinstance(argument, ast.JoinedStr) or (isinstance(argument, ast.Constant) and bool(argument.value))
