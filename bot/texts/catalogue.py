"""The phrasebook: gettext catalogues, the firm's own wording over them, values written in.

Catalogues are kept as `.po` and compiled in memory on first use, so nothing has to be built before a start and an
edited text is live after the next one.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.texts.formats import write
from bot.texts.wording import Lines, Localized, Spoken, Text, Wording

CATALOGUES = Path(__file__).resolve().parents[2] / "locales"


@cache
def load_catalogue(language: str, folder: Path = CATALOGUES) -> gettext.NullTranslations:
    """Compile `<folder>/<language>/LC_MESSAGES/dragoman.po`; English is the ids themselves where it has no file."""
    path = folder / language / "LC_MESSAGES" / "dragoman.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Phrasebook:
    """Says wordings in a language.

    `own` is the firm's wording by text id; `default` is the firm's first language, used where a text of the business
    folder lacks the language asked for.
    """

    def __init__(self, default: str = "en", own: Mapping[str, Localized] | None = None) -> None:
        self.default = default
        self._own = own or {}
        self._templates: dict[tuple[str, str], str] = {}
        self._sentences: dict[tuple[str, str], str] = {}

    def say(self, wording: Wording, language: str) -> str:
        """The words in `language`, values written in; never raises for a language we lack: it falls back."""
        if isinstance(wording, Text):
            return self._text(wording, language)
        if isinstance(wording, Localized):
            wordings = wording.wordings
            return wordings.get(language) or wordings.get(self.default) or next(iter(wordings.values()), "")
        if isinstance(wording, Spoken):
            return wording.text
        return wording.between.join([said for part in wording.parts if (said := self.say(part, language))])

    def write(self, value: object, language: str) -> str:
        """Write a value that stands inside a text."""
        if isinstance(value, (Text, Localized, Lines, Spoken)):
            return self.say(value, language)
        return write(value, language)

    def _text(self, text: Text, language: str) -> str:
        if text.values or text.plural:
            values = {name: self.write(value, language) for name, value in text.values.items()}
            return self._template(text, language).format_map(values)
        key = (text.id, language)
        found = self._sentences.get(key)
        if found is None:  # a template too, with its braces doubled
            found = self._sentences[key] = self._template(text, language).format_map({})
        return found

    def _template(self, text: Text, language: str) -> str:
        if text.plural:
            return self._owned(text.id, language) or load_catalogue(language).ngettext(text.id, text.plural, text.count)
        key = (text.id, language)
        found = self._templates.get(key)
        if found is None:
            found = self._templates[key] = self._owned(text.id, language) or self._shipped(text.id, language)
        return found

    def _owned(self, text_id: str, language: str) -> str:
        own = self._own.get(text_id)
        return own.wordings.get(language, "") if own else ""

    def _shipped(self, text_id: str, language: str) -> str:
        return load_catalogue(language).gettext(text_id) if text_id else ""  # the empty id holds the catalogue's header
