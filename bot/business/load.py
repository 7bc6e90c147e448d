"""Reads a business folder, and finds everything that is wrong with it in one go.

The files are joined into one piece of data and validated once; the names they define are gathered before that, so a
reference is checked in the same pass, at the line where it stands.
"""

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from string import Formatter

from pydantic import ValidationError

from bot.business.business import Business
from bot.business.faults import faults_of
from bot.business.names import gather_names
from bot.business.problems import BusinessErrors, Loc, Problem, did_you_mean, spell
from bot.business.source import Data, Source, read_source

FILES = ("business.yaml", "menu.yaml", "answers.yaml", "forms.yaml", "texts.yaml", "triggers.yaml",
         "templates.yaml")  # fmt: skip
REQUIRED = ("business.yaml", "menu.yaml")
WAYS: Mapping[str, Loc] = {
    "menu.yaml": ("<menu>", "places"),
    "answers.yaml": ("<answers>",),
    "forms.yaml": ("<forms>",),
    "texts.yaml": ("<texts>",),
    "triggers.yaml": ("<triggers>",),
    "templates.yaml": ("<templates>",),
    "business.yaml": (),
}
"""Where each file stands in the data of a business; business.yaml is its top."""

LISTS = ("answers.yaml",)
MEDIA, DIALOGS = "media", "dialogs"


def load_business(folder: Path, *, dialogs: Collection[str], channels: Collection[str]) -> Business:
    """Read the folder of a firm; its name is the slug.

    `dialogs` are the shipped dialogs; the firm's own under `dialogs/` are added. Raises `BusinessErrors`
    with every fault at once. Reads nothing outside the folder.
    """
    if not folder.is_dir():
        raise BusinessErrors([Problem(str(folder), 0, "", "there is no such folder")], folder.name)
    return read_business(_contents(folder), slug=folder.name, dialogs=dialogs, channels=channels)


def read_business(
    contents: Mapping[str, bytes], *, slug: str, dialogs: Collection[str], channels: Collection[str]
) -> Business:
    """Read a firm from the contents of its files by their path in the folder; raises `BusinessErrors`."""
    sources = {file: _source(file, contents) for file in FILES}
    problems = [*_strange_files(contents), *(each for source in sources.values() for each in source.problems)]
    names = gather_names(
        sources,
        dialogs={*dialogs, *_own_dialogs(contents)},
        channels=channels,
        pictures=[path.removeprefix(f"{MEDIA}/") for path in contents if path.startswith(f"{MEDIA}/")],
    )
    for source in sources.values():
        problems.extend(_repeated_ids(source, source.data, ()))
    problems.extend(_clashing_forms(sources["forms.yaml"], dialogs))
    problems.extend(_strange_values(sources["texts.yaml"]))
    business: Business | None = None
    try:
        business = Business.model_validate(_join(sources, slug, _version(contents)), context=names)
    except ValidationError as error:
        problems.extend(_problems(error, sources))
    if problems or business is None:
        raise BusinessErrors(problems, slug)
    return _complete(business)


def _contents(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.iterdir() if path.suffix in (".yaml", ".yml")]
    inner = (path for part in (MEDIA, DIALOGS) for path in (folder / part).glob("*"))
    found += [path for path in inner if not path.name.startswith((".", "_"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found) if path.is_file()}


def _source(file: str, contents: Mapping[str, bytes]) -> Source:
    if file in contents:
        source = read_source(file, contents[file])
        kind, said = (list, "a list of entries, each with '- '") if file in LISTS else (dict, "keys with values")
        if source.broken or isinstance(source.data, kind):
            return source
        if source.data is not None:
            return Source(file, None, {}, (Problem(file, 1, "", f"expected {said}"),), broken=True)
    if file in REQUIRED:
        message = "is empty" if file in contents else "this file is missing"
        return Source(file, None, {}, (Problem(file, 0, "", message),), broken=True)
    return Source(file, [] if file in LISTS else {}, {})


def _own_dialogs(contents: Mapping[str, bytes]) -> list[str]:
    return [path[len(DIALOGS) + 1 : -3] for path in contents if path.startswith(f"{DIALOGS}/") and path.endswith(".py")]


def _strange_files(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in contents:
        if "/" not in path and path not in FILES:
            yield Problem(path, 0, "", f"no file of a business folder is called so{did_you_mean(path, FILES)}")


def _join(sources: Mapping[str, Source], slug: str, version: str) -> dict[str, object]:
    top = sources["business.yaml"].data
    lines = {
        f"{file} {spell(loc)}": line
        for file, source in sources.items()
        for loc, line in source.lines.items()
        if 0 < len(loc) <= 2
    }
    return {
        **(top if isinstance(top, dict) else {}),
        "<slug>": slug,
        "<version>": version,
        "<lines>": lines,
        "<faces>": {},
        "<menu>": {"places": sources["menu.yaml"].data},
        **{str(way[0]): sources[file].data for file, way in WAYS.items() if len(way) == 1},
    }


def _problems(error: ValidationError, sources: Mapping[str, Source]) -> Iterator[Problem]:
    for loc, message in faults_of(error, Business):
        file, way = _way_in_file(loc)
        # What is missing from a file that could not be read is no second fault.
        if not sources[file].broken:
            yield Problem(file, sources[file].line(way), spell(way), message)


def _way_in_file(loc: Loc) -> tuple[str, Loc]:
    file = next(file for file in FILES[1:] + FILES[:1] if loc[:1] == WAYS[file][:1] or not WAYS[file])
    # A fault of the whole menu ends before its last step.
    return file, loc[len(WAYS[file]) :]


def _repeated_ids(source: Source, data: Data, loc: Loc) -> Iterator[Problem]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _repeated_ids(source, value, (*loc, key))
    if not isinstance(data, list):
        return
    first: dict[str, int] = {}
    for place, item in enumerate(data):
        way = (*loc, place)
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str):
            line = source.line((*way, "id"))
            if name in first:
                message = f"the id '{name}' is used twice (first in line {first[name]})"
                yield Problem(source.file, line, spell((*way, "id")), message)
            first.setdefault(name, line)
        yield from _repeated_ids(source, item, way)


def _clashing_forms(source: Source, dialogs: Collection[str]) -> Iterator[Problem]:
    for key in source.data if isinstance(source.data, dict) else ():
        if key in dialogs:
            yield Problem(source.file, source.line((key,)), key, "a dialog has this name; call the form something else")


def _strange_values(source: Source) -> Iterator[Problem]:
    """Find own wordings with a `{value}` that the text they replace does not have; it would fail when it is said."""
    for text, wordings in source.data.items() if isinstance(source.data, dict) else ():
        for code, wording in wordings.items() if isinstance(wordings, dict) else ():
            if isinstance(wording, str) and (message := _value_fault(text, wording)):
                yield Problem(source.file, source.line((text, code)), spell((text, code)), message)


def _value_fault(text: str, wording: str) -> str:
    try:
        known, used = _values_in(text), _values_in(wording)
    except ValueError:
        return "a { or } stands alone; only {values} of the text may stand in braces"
    strange = sorted(used - known)
    return f"the text has no value '{{{strange[0]}}}'{did_you_mean(strange[0], known)}" if strange else ""


def _values_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _version(contents: Mapping[str, bytes]) -> str:
    """Hash of all that a customer may meet; the same files give the same version on every machine."""
    digest = sha256()
    for path in sorted(contents):
        digest.update(f"{path}\n{len(contents[path])}\n".encode())
        digest.update(contents[path])
    return digest.hexdigest()[:12]


def _complete(business: Business) -> Business:
    """Fill in what one entry takes from others: holidays of the firm at each branch, specialists of each service."""
    branches = {
        key: branch.model_copy(update={"holidays": branch.holidays + business.holidays})
        for key, branch in business.branches.items()
    }
    services = {
        key: service.model_copy(update={"specialists": tuple(each.id for each in business.offering(key))})
        for key, service in business.services.items()
    }
    return business.model_copy(update={"branches": branches, "services": services})
