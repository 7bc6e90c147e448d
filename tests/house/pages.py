"""The examples in the docs, read out of the pages.

A fenced block says after its language what it is, and is then tried as that:

- `file=PATH`: a file of the page's business folder;
- `add=FILE`: keys that are added to a file of it;
- `transcript`: a conversation with the bot of that folder;
- `run`: Python that is run;
- `frame`: what a web chat page may send; `answer`: what it may receive.

A page that brings no `business.yaml` of its own builds on the demo firm.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.business.source import Data, read_source

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^( *)```(\w+)?(?: +([^\n]+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One example: its language, what it is said to be, its text, and where it stands."""

    page: str
    line: int
    language: str
    mark: str
    text: str

    @property
    def place(self) -> str:
        """Page and line."""
        return f"{self.page}:{self.line}"

    @property
    def target(self) -> str:
        """The file that a `file=` or `add=` block is for."""
        return self.mark.partition("=")[2]


def blocks(page: Path) -> Iterator[Block]:
    """The examples of a page, in order."""
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        indent, language, mark, body = found.groups()
        line = text.count("\n", 0, found.start()) + 2
        body = "".join(row.removeprefix(indent) for row in body.splitlines(keepends=True))
        yield Block(page.relative_to(ROOT).as_posix(), line, language or "", (mark or "").strip(), body)


def marked(*marks: str) -> list[Block]:
    """Every block of the docs whose mark begins with one of `marks`."""
    return [block for page in PAGES for block in blocks(page) if block.mark.startswith(marks)]


def build_folder(page: Path, folder: Path) -> Path:
    """The business folder that a page describes, its files and additions put together under `folder`."""
    files = [block for block in blocks(page) if block.mark.startswith(("file=", "add="))]
    own = any(block.mark == "file=business.yaml" for block in files)
    firm = folder / ("firm" if own else "demo")
    if own:
        firm.mkdir()
    else:
        shutil.copytree(ROOT / "businesses" / "demo", firm)
    for block in files:
        path = firm / block.target
        path.parent.mkdir(exist_ok=True)
        if block.mark.startswith("file="):
            path.write_text(block.text, "utf-8")
        else:
            _add(path, block.text)
    return firm


def _add(path: Path, text: str) -> None:
    """Put the keys of `text` into a YAML file; a list grows, a key that is there already is replaced."""
    before = read_source(path.name, path.read_bytes()).data if path.exists() else None
    more = read_source(path.name, text.encode()).data
    if isinstance(more, list):
        data: Data = [*(before if isinstance(before, list) else []), *more]
    else:
        data = {**(before if isinstance(before, dict) else {}), **(more if isinstance(more, dict) else {})}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
