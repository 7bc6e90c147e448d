"""Keeps the catalogues in step with the code: `python -m tools.catalogues update` and `… check`.

A catalogue is a gettext `.po` whose ids are the English sentences. `update` adds what is new and keeps what is
translated; `check` lists everything that a customer would notice.
"""

import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import PoFileError, read_po, write_po

from tools.messages import Fault, Message, NotATemplate, fields, find_messages

ROOT = Path(__file__).resolve().parents[1]
ONE_IS_ONE = "nplurals=2; plural=(n != 1);"
PLURALS = {
    "hy": "nplurals=2; plural=(n > 1);",  # CLDR: none of a thing is said like one of it
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "uz": ONE_IS_ONE,
    "ka": ONE_IS_ONE,
    "en": ONE_IS_ONE,
}
"""Plural rules after CLDR; Babel's own defaults differ for `hy` and `ka`."""

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
Ids = str | tuple[str, str]


def catalogue_path(language: str, root: Path = ROOT) -> Path:
    """Where a language's catalogue lies."""
    return root / "locales" / language / "LC_MESSAGES" / "dragoman.po"


def read_catalogue(language: str, root: Path = ROOT) -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    path = catalogue_path(language, root)
    if path.exists():
        with path.open("rb") as source:
            return read_po(source, locale=language, abort_invalid=True)
    return _empty(language)


def _empty(language: str) -> Catalog:
    """A catalogue with nothing but its header; Babel takes the plural forms from there."""
    return read_po(BytesIO(HEADER.format(language=language, plural=PLURALS[language]).encode()), locale=language)


def update(root: Path = ROOT, *, drop: bool = False) -> None:
    """Rewrite every catalogue: new texts come in empty, vanished ones stay as comments until `drop`."""
    messages, _ = find_messages(root)
    for language in PLURALS:
        old = read_catalogue(language, root)
        new = _empty(language)
        for message in messages:
            ids: Ids = (message.id, message.plural) if message.plural else message.id
            entry = new.add(ids, _kept(old, message), locations=[(message.path, message.line)])
            if any(fields(word) for word in (message.id, message.plural)):
                entry.flags.add("python-brace-format")
            entry.flags.discard("python-format")  # a per cent sign in a sentence is a per cent sign
        _write(new, () if drop else _gone(old, messages), catalogue_path(language, root), language)


def _kept(old: Catalog, message: Message) -> str | tuple[str, ...]:
    entry = old.get(message.id) or old.obsolete.get(message.id)
    if not message.plural:
        return entry.string if entry and isinstance(entry.string, str) else ""
    return strings(entry) if entry and entry.pluralizable else ("",) * old.num_plurals


def _gone(old: Catalog, messages: Sequence[Message]) -> list[Entry]:
    present = {message.id for message in messages}
    entries = [*old.obsolete.values(), *(entry for entry in old if entry.id)]
    return [entry for entry in entries if first(entry) not in present and any(strings(entry))]


def _write(catalogue: Catalog, gone: Sequence[Entry], path: Path, language: str) -> None:
    for entry in gone:
        catalogue.obsolete[first(entry)] = entry
    body = BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(language=language, plural=PLURALS[language])
    path.write_bytes(header.encode() + body.getvalue().strip() + b"\n")


def first(entry: Entry) -> str:
    """The id that an entry is found by: the singular."""
    return entry.id if isinstance(entry.id, str) else str(entry.id[0])


def strings(entry: Entry) -> tuple[str, ...]:
    """The translations of an entry, one a plural form."""
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())


def check(root: Path = ROOT, languages: Sequence[str] = tuple(PLURALS)) -> list[Fault]:
    """What has to be mended before a release; empty when all is well."""
    messages, faults = find_messages(root)
    for language in languages:
        path = catalogue_path(language, root)
        if path.exists():
            place = path.relative_to(root).as_posix()
            faults += [Fault(place, sentence) for sentence in _check(language, messages, root)]
        elif language != "en":
            faults.append(Fault(language, "has no catalogue"))
    return faults


def _check(language: str, messages: Sequence[Message], root: Path) -> Iterator[str]:
    try:
        catalogue = read_catalogue(language, root)
    except PoFileError as error:
        yield f"line {error.lineno}: {error}"
        return
    if PLURALS[language] not in catalogue_path(language, root).read_text("utf-8"):
        yield f"the header lacks Plural-Forms: {PLURALS[language]}"
    for message in {message.id: message for message in messages}.values():
        entry = catalogue.get(message.id)
        if entry is None:
            yield f"lacks {message.id!r}"
        else:
            yield from _check_entry(language, entry, message)
    present = {"", *(message.id for message in messages)}
    yield from (f"holds {word!r}, which no code says" for word in map(first, catalogue) if word not in present)
    yield from (f"holds {key!r} as a comment, which no code says" for key in map(str, catalogue.obsolete))


def _check_entry(language: str, entry: Entry, message: Message) -> Iterator[str]:
    if entry.fuzzy:
        yield f"is not sure of {message.id!r}"
    if bool(message.plural) != entry.pluralizable:
        yield f"has {message.id!r} with other plural forms than the code"
    for form, words in enumerate(strings(entry)):
        if not words:
            if language != "en":
                yield f"has no words for {message.id!r}" + (f", form {form}" if message.plural else "")
            continue
        try:
            named = fields(words)
        except NotATemplate as error:
            yield f"{words!r}: {error}"
            continue
        wanted = fields(message.plural or message.id)
        # A form that stands for the number one alone may leave the number out; the first form of hy and ru may not.
        loose = {wanted, fields(message.id)} if form == 0 and PLURALS[language] == ONE_IS_ONE else {wanted}
        if named not in loose:
            yield f"{words!r} names {sorted(named)}, the code gives {sorted(wanted)}"


def main(arguments: Sequence[str]) -> int:
    """Run a command of `update [--drop]`, `check`; gives the exit code."""
    match list(arguments):
        case ["update", *rest] if set(rest) <= {"--drop"}:
            update(drop="--drop" in rest)
            return 0
        case ["check"]:
            faults = check()
            for fault in faults:
                print(fault)
            print(f"{len(faults)} to mend" if faults else "The catalogues are complete.")
            return 1 if faults else 0
    print("python -m tools.catalogues update [--drop] | check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
