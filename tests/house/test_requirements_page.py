"""The page of requirements tells the truth about the tests."""

import ast
from pathlib import Path

import pytest

from tools.requirements_page import (
    ROOT,
    Proof,
    Row,
    Section,
    UnknownRows,
    find_proofs,
    read_sections,
    write_page,
)

SECTIONS = (Section("A", "Sales", (Row("A1", "five channels", "one | test"), Row("A2", "ports", "contracts"))),)


def test_the_page_is_as_the_tests_are() -> None:
    """Who reads docs/requirements.md sees the tests of today; `make pages` writes it anew."""
    written = (ROOT / "docs" / "requirements.md").read_text("utf-8")

    assert written == write_page(read_sections(), find_proofs()), "docs/requirements.md is stale: make pages"


def test_no_requirement_is_listed_twice() -> None:
    """An id means one row for ever."""
    ids = [row.id for section in read_sections() for row in section.rows]

    assert len(ids) == len(set(ids))


def test_a_row_without_a_test_says_not_yet() -> None:
    """A feature that nothing proves is not claimed."""
    page = write_page(SECTIONS, [Proof("tests/test_x.py", "test_y", "A1")])

    assert "| A1 | five channels | one \\| test | [test_x.py::test_y](../tests/test_x.py) |" in page
    assert "| A2 | ports | contracts | not yet |" in page


def test_a_test_that_names_an_unknown_row_is_refused() -> None:
    """A slip in a marker is found, and found where it stands."""
    with pytest.raises(UnknownRows, match=r"tests/test_x\.py test_y names 'A9'"):
        write_page(SECTIONS, [Proof("tests/test_x.py", "test_y", "A9")])


def test_markers_are_found_on_functions_classes_and_modules_and_in_transcripts(tmp_path: Path) -> None:
    """A test may name its rows in any of the ways that pytest knows."""
    (tmp_path / "tests" / "transcripts").mkdir(parents=True)
    (tmp_path / "tests" / "transcripts" / "night.yaml").write_text("req: [A3, D12]\ntalk: []\n", "utf-8")
    (tmp_path / "tests" / "test_it.py").write_text(
        "pytestmark = [pytest.mark.slow, pytest.mark.req('F1')]\n"
        "@pytest.mark.req('A1', 'A2')\nasync def test_one(): ...\n"
        "@pytest.mark.req('A3')\nclass TestMany: ...\n",
        "utf-8",
    )

    assert {(each.name, each.row) for each in find_proofs(tmp_path)} == {
        ("", "F1"), ("test_one", "A1"), ("test_one", "A2"), ("TestMany", "A3"), ("", "A3"), ("", "D12"),
    }  # fmt: skip


def test_every_test_says_its_rule_in_a_sentence() -> None:
    """The first line of a test's docstring is the rule; a test without one is no specification."""
    silent = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert silent == []
