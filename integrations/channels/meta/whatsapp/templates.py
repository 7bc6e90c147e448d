"""The templates of an account, beside those that the firm's folder names: is each there, and does it take what is given.

Source: Meta's reference of `message_templates` (`components`, `parameter_format`), read in 2026.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bot.ports.accounts import Wanted
from bot.ports.doctor import Finding

FIELDS = "name,language,status,parameter_format,components"
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
FILES = frozenset({"IMAGE", "VIDEO", "DOCUMENT", "LOCATION"})
HOW = "mend it in WhatsApp Manager, or correct templates.yaml"


class Component(msgspec.Struct, frozen=True):
    """A part of a template: `HEADER`, `BODY`, `FOOTER` or `BUTTONS`; a header may be a file, by its `format`."""

    type: str = ""
    format: str | None = None
    text: str | None = None
    buttons: msgspec.Raw = msgspec.Raw(b"[]")

    @property
    def places(self) -> set[str]:
        """What must be filled in."""
        return set(PLACE.findall(f"{self.text or ''} {bytes(self.buttons).decode('utf-8', 'replace')}"))


class Template(msgspec.Struct, frozen=True):
    """A template in one language."""

    name: str
    language: str = ""
    status: str = ""
    parameter_format: str | None = None
    components: tuple[Component, ...] = ()

    @property
    def values(self) -> int:
        """How many values its text takes."""
        return len({place for each in self.components if each.type == "BODY" for place in each.places})

    @property
    def is_plain(self) -> bool:
        """Whether nothing but its text has values, and those are numbered."""
        others = [each for each in self.components if each.type != "BODY"]
        return self.parameter_format != "NAMED" and not any(each.places or each.format in FILES for each in others)


class Cursors(msgspec.Struct, frozen=True):
    """Where the next page begins."""

    after: str = ""


class Paging(msgspec.Struct, frozen=True):
    """Whether there is a next page."""

    cursors: Cursors = Cursors()
    next: str = ""


class Page(msgspec.Struct, frozen=True):
    """A page of templates."""

    data: tuple[Template, ...] = ()
    paging: Paging = Paging()


read_page = msgspec.json.Decoder(Page).decode


def examined(found: Sequence[Template], wanted: Sequence[Wanted]) -> Iterator[Finding]:
    """A line for each template of the account, with its state in each language; then what the folder names in vain."""
    if not found:
        yield Finding(fine=True, what="there are no templates: who was silent for a day cannot be written to")
    states: dict[str, dict[str, Template]] = {}
    for each in found:
        states.setdefault(each.name, {})[each.language] = each
    for name, languages in sorted(states.items()):
        yield _stands(name, languages)
    for one in sorted(set(wanted)):
        if (wrong := _wrong(one, states.get(one.name, {}))) is not None:
            yield Finding(fine=False, what=f"template {one.name}: {wrong}", how=HOW)


def _stands(name: str, languages: Mapping[str, Template]) -> Finding:
    words = ", ".join(f"{language} {each.status.lower()}" for language, each in sorted(languages.items()))
    fine = all(each.status == "APPROVED" for each in languages.values())
    return Finding(fine, f"template {name}: {words}", "" if fine else "see the reason in WhatsApp Manager")


def _wrong(wanted: Wanted, languages: Mapping[str, Template]) -> str | None:
    """Why a template that is named cannot leave as it would be sent; None where it can, or its state tells already."""
    there = languages.get(wanted.language)
    if there is None:
        where = f"; there it is in {', '.join(sorted(languages))}" if languages else ", and it is not there at all"
        return f"templates.yaml names it in {wanted.language}{where}"
    if there.values != wanted.values:
        return f"in {wanted.language} it takes {there.values} values, templates.yaml gives {wanted.values}"
    if not there.is_plain:
        return f"in {wanted.language} it has a file, a header or buttons with values, or values with names: none is filled in"
    return None
