"""One of a thing, two of it, none of it: each language counts by its own rule."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from bot.texts import Phrasebook, tn
from bot.texts.catalogue import CATALOGUES, load_catalogue
from tests.texts.reading import LANGUAGES

FORMS: Mapping[str, Mapping[int, str]] = {
    "hy": {0: "one", 1: "one", 2: "other", 5: "other", 11: "other", 21: "other"},
    "uz": {0: "other", 1: "one", 2: "other", 5: "other", 11: "other", 21: "other"},
    "ka": {0: "other", 1: "one", 2: "other", 5: "other", 11: "other", 21: "other"},
    "en": {0: "other", 1: "one", 2: "other", 5: "other", 11: "other", 21: "other"},
    "ru": {0: "many", 1: "one", 2: "few", 5: "many", 11: "many", 21: "one"},
}
ORDER: Mapping[str, tuple[str, ...]] = {
    "hy": ("one", "other"),
    "uz": ("one", "other"),
    "ka": ("one", "other"),
    "en": ("one", "other"),
    "ru": ("one", "few", "many"),
}
COUNTS = [(language, count) for language in LANGUAGES for count in FORMS[language]]


def shipped_rule(language: str) -> str:
    """The plural rule in the header of the catalogue that customers get."""
    path = CATALOGUES / language / "LC_MESSAGES" / "dragoman.po"
    lines = path.read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith('"Plural-Forms:'))


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """Catalogues of one counted text, whose words are the names of the forms, under the shipped headers."""
    for language, forms in ORDER.items():
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        words = "\n".join(f'msgstr[{place}] "{{count}} {form}"' for place, form in enumerate(forms))
        (folder / "dragoman.po").write_text(
            f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n{shipped_rule(language)}\n\n'
            f'msgid "{{count}} visit"\nmsgid_plural "{{count}} visits"\n{words}\n',
            "utf-8",
        )
    return tmp_path


@pytest.mark.parametrize(("language", "count"), COUNTS)
def test_a_number_takes_the_form_its_language_has_for_it(visits: Path, language: str, count: int) -> None:
    """«21 визит», «2 визита», «5 визитов»; in Armenian none of a thing is said like one of it."""
    catalogue = load_catalogue(language, visits)
    words = catalogue.ngettext("{count} visit", "{count} visits", count)

    assert words == f"{{count}} {FORMS[language][count]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_rule_is_the_one_of_cldr(visits: Path, language: str) -> None:
    """Up to two hundred, our rule and the Unicode one agree."""
    catalogue = load_catalogue(language, visits)
    ours = [catalogue.ngettext("{count} visit", "{count} visits", n).split()[-1] for n in range(201)]

    assert ours == [Locale.parse(language).plural_form(n) for n in range(201)]


@pytest.mark.parametrize(("language", "count"), COUNTS)
def test_a_counted_text_without_a_translation_still_counts(language: str, count: int) -> None:
    """A text newer than its translations is English, with the number in it and the right form of English."""
    said = Phrasebook().say(tn("{count} unheard-of thing", "{count} unheard-of things", count), language)

    assert said == f"{count} unheard-of thing" + ("" if count == 1 else "s")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 5, 11, 21])
def test_every_shipped_counted_text_has_words_for_every_number(language: str, count: int) -> None:
    """No customer reads an empty line because there are 11 of something."""
    path = CATALOGUES / language / "LC_MESSAGES" / "dragoman.po"
    with path.open("rb") as source:
        counted = [entry.id for entry in read_po(source, locale=language) if isinstance(entry.id, tuple)]
    catalogue = load_catalogue(language)

    assert all(catalogue.ngettext(one, many, count).strip() for one, many in counted)
