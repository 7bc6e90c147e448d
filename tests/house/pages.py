"""The examples in the docs, read out of the pages.

A fenced block says after its language what it is, and is then tried as that:

- `file=PATH`: a file of the page's business folder;
- `add=FILE`: keys that are added to a file of it;
- `transcript`: a conversation with the bot of that folder; `transcript=PATH` is kept in it as well;
- `new`: the command that makes the page's business folder;
- `run`: Python that is run;
- `frame`: what a web chat page may send; `answer`: what it may receive.

A page that neither makes a folder nor brings a `business.yaml` of its own builds on the demo firm.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from click.testing import CliRunner

import main
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


def commands(block: Block) -> list[list[str]]:
    """The commands of a block in words; comments and line ends with a backslash are none."""
    lines = block.text.replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def build_folder(page: Path, folder: Path) -> Path:
    """The business folder that a page describes, its files and additions put together under `folder`."""
    files = [block for block in blocks(page) if block.mark.startswith(("file=", "add="))]
    made = [block for block in blocks(page) if block.mark == "new"]
    own = any(block.mark == "file=business.yaml" for block in files)
    firm = folder / ("firm" if own or made else "demo")
    if made:
        done = CliRunner().invoke(main.cli, ["new", str(firm), *commands(made[0])[0][4:]])
        assert done.exit_code == 0, done.output
    elif own:
        firm.mkdir()
    else:
        shutil.copytree(ROOT / "businesses" / "demo", firm)
    for block in files:
        put(block, firm)
    return firm


def put(block: Block, firm: Path) -> None:
    """Put the file, or the addition to a file, that a block is into a business folder; other blocks are none."""
    path = firm / block.target
    if block.mark.startswith(("file=", "transcript=")):
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.text, "utf-8")
    elif block.mark.startswith("add="):
        _add(path, block.text)


def _add(path: Path, text: str) -> None:
    """Put the keys of `text` into a YAML file; a list grows, a key that is there already is replaced."""
    before = read_source(path.name, path.read_bytes()).data if path.exists() else None
    more = read_source(path.name, text.encode()).data
    if isinstance(more, list):
        data: Data = [*(before if isinstance(before, list) else []), *more]
    else:
        data = {**(before if isinstance(before, dict) else {}), **(more if isinstance(more, dict) else {})}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
