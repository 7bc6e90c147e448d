"""Writes a new firm's folder: templates with comments for the editor, every value in them dumped as YAML."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

from bot.business.load import read_business
from bot.business.new import Firm, Question, Unanswered, interview
from bot.business.typed import folder_name, read_folder_name

TEMPLATES = Path(__file__).parent / "templates"
HOME = Path("businesses")
FILES = ("business.yaml", "menu.yaml", "answers.yaml", "triggers.yaml")
ROW_CHARS = 110  # what is longer stands below its key, a line a language
UNBROKEN = 10_000


class Written(str):
    """Text that is YAML already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Wordings:
    """The shipped words in a firm's languages, by name."""

    firm: Firm
    words: Mapping[str, Mapping[str, Any]]

    def __getitem__(self, name: str) -> object:
        """The words of one name; a firm of one language has them plain."""
        said = {code: self.words[name][code] for code in self.firm.languages}
        said = {code: text.replace("{name}", self.firm.name) if isinstance(text, str) else text
                for code, text in said.items()}  # fmt: skip
        (first, *others) = said.values()
        return first if not others and isinstance(first, str) else said


def contents_of(firm: Firm) -> dict[str, str]:
    """The files of the firm's folder by name, ready to be written."""

    def each(text: str) -> object:
        """The owner's one wording for all languages."""
        return text if len(firm.languages) == 1 else dict.fromkeys(firm.languages, text)

    words = yaml.safe_load((TEMPLATES / "words.yaml").read_text("utf-8"))
    context = {
        "firm": firm,
        "each": each,
        "say": Wordings(firm, words["texts"]),
        "phrases": Wordings(firm, words["phrases"]),
    }
    return {file: _templates().get_template(file).render(context) for file in FILES}


def begin(
    folder: Path | None,
    given: Mapping[str, Sequence[str]],
    ask: Callable[[Question, str], str] | None,
    tell: Callable[[str], None],
    *,
    dialogs: Collection[str],
    channels: Collection[str],
) -> Path:
    """Have the interview and write the folder that comes of it; without a `folder` it is named after the firm.

    Raises `Unanswered`, and then nothing is written. Whatever is at that place already is left alone.
    """
    if folder is not None:
        _free(folder)
    firm = interview(given, ask, tell)
    place = _free(folder or HOME / (folder_name(firm.name) or "my_firm"))
    contents = contents_of(firm)
    raw = {name: text.encode() for name, text in contents.items()}
    read_business(raw, slug=place.name, dialogs=dialogs, channels=channels)
    place.mkdir(parents=True)
    for name, text in contents.items():
        (place / name).write_text(text, "utf-8")
    return place


def _free(folder: Path) -> Path:
    """The folder, if it has a name that a firm may have and nothing is there."""
    try:
        read_folder_name(folder.name)
    except ValueError as refusal:
        raise Unanswered(str(refusal)) from refusal
    if folder.exists():
        raise Unanswered(f"{folder} is there already, and nothing in it was touched; choose another folder")
    return folder


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=False, undefined=jinja2.StrictUndefined,  # noqa: S701  not HTML: YAML
        trim_blocks=True, keep_trailing_newline=True, finalize=_dump,
    )  # fmt: skip
    environment.filters["at"] = _at
    return environment


def _dump(value: object) -> str:
    """A value in one row of YAML. As part of a list it is quoted wherever any place would need it."""
    if isinstance(value, Written):
        return value
    row = yaml.safe_dump([_plain(value)], default_flow_style=True, allow_unicode=True, sort_keys=False, width=UNBROKEN)
    return row.strip()[1:-1]


def _at(value: object, indent: int) -> Written:
    """What follows a key: in its row if that is short, else below it and `indent` deep, a row a language."""
    plain = _plain(value)
    row = _dump(plain)
    if len(row) <= ROW_CHARS or not isinstance(plain, dict):
        return Written(f" {row}")
    return Written("".join(f"\n{' ' * indent}{key}: {_alone(each)}" for key, each in plain.items()))


def _alone(value: object) -> str:
    """A value that stands in a row of its own, where commas need no quotes."""
    if not isinstance(value, str):
        return _dump(value)
    return yaml.safe_dump(value, allow_unicode=True, width=UNBROKEN).removesuffix("\n").removesuffix("\n...")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
