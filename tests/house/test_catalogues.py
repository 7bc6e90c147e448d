"""The catalogues and the code say the same texts; the tool that keeps them so finds what would break."""

from pathlib import Path

import pytest

from tools.catalogues import PLURALS, catalogue_path, check, read_catalogue, strings, update


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A project with one module that says three texts."""
    code = 't("Hello, {name}.", name=x)\ntn("one visit", "{count} visits", n)\nt("100% sure")\n'
    return write(tmp_path, code)


def write(root: Path, code: str) -> Path:
    (root / "bot").mkdir(exist_ok=True)
    (root / "bot" / "module.py").write_text(code, "utf-8")
    return root


def translate(root: Path, language: str, old: str, new: str) -> None:
    path = catalogue_path(language, root)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def complaints(root: Path, language: str) -> str:
    return "\n".join(map(str, check(root, [language])))


@pytest.mark.parametrize("language", PLURALS)
def test_every_text_of_the_code_is_in_every_catalogue(language: str) -> None:
    """A customer of any of our languages never reads an English sentence or a hole in one."""
    assert check(languages=[language]) == []


def test_a_new_text_comes_in_empty_and_is_missed(room: Path) -> None:
    """A text that nobody has translated yet is on the list."""
    update(room)

    assert "has no words for 'Hello, {name}.'" in complaints(room, "hy")
    assert "has no words for 'one visit', form 2" in complaints(room, "ru")
    assert complaints(room, "en") == ""


def test_a_translation_outlives_every_update(room: Path) -> None:
    """Bringing new texts in loses none of the old translations."""
    update(room)
    translate(room, "ru", 'msgid "Hello, {name}."\nmsgstr ""', 'msgid "Hello, {name}."\nmsgstr "Привет, {name}."')
    write(room, 't("New.")\nt("Hello, {name}.", name=x)\n')
    update(room)

    entry = read_catalogue("ru", room).get("Hello, {name}.")
    assert entry is not None
    assert strings(entry) == ("Привет, {name}.",)


def test_a_text_that_vanished_stays_as_a_comment_until_it_is_dropped(room: Path) -> None:
    """A sentence that was reworded leaves its old translation where the translator can see it."""
    update(room)
    translate(room, "ru", 'msgid "100% sure"\nmsgstr ""', 'msgid "100% sure"\nmsgstr "Точно"')
    write(room, 't("Quite sure")\n')
    update(room)

    assert '#~ msgstr "Точно"' in catalogue_path("ru", room).read_text("utf-8")
    assert "holds '100% sure' as a comment" in complaints(room, "ru")
    update(room, drop=True)
    assert "Точно" not in catalogue_path("ru", room).read_text("utf-8")


@pytest.mark.parametrize("words", ["Привет, {имя}.", "Привет.", "Привет, {name.upper}.", "Привет, {name"])
def test_a_translation_with_other_values_is_found(room: Path, words: str) -> None:
    """A value that a translator misspelt would fail in front of the customer, so it fails here."""
    update(room)
    translate(room, "ru", 'msgid "Hello, {name}."\nmsgstr ""', f'msgid "Hello, {{name}}."\nmsgstr "{words}"')

    assert repr(words) in complaints(room, "ru")


def test_a_per_cent_sign_is_just_a_sign(room: Path) -> None:
    """«100% sure» is no format, whatever gettext's own tools take it for."""
    update(room)
    translate(room, "ru", 'msgid "100% sure"\nmsgstr ""', 'msgid "100% sure"\nmsgstr "Точно"')

    assert "100%" not in complaints(room, "ru")
    assert "python-format" not in catalogue_path("ru", room).read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ('t(f"Hello {name}")', "t() is given an f-string"),
        ("t(words)", "t() is given no plain string"),
        ('t("Hello, {name}.")', "names ['name'], is given []"),
        ('t("Hello.", name=x)', "names [], is given ['name']"),
        ('t("Hello, {0}.")', "{0} is no name"),
        ('tn("{count} visit", f"{n} visits", n)', "tn() is given an f-string"),
    ],
)
def test_a_text_that_cannot_be_translated_is_found_in_the_code(tmp_path: Path, code: str, complaint: str) -> None:
    """A sentence that is put together at run time is in no catalogue; its author hears of it."""
    write(tmp_path, code + "\n")

    assert "bot/module.py:1: " in complaints(tmp_path, "en")
    assert complaint in complaints(tmp_path, "en")


def test_the_plural_rule_of_a_catalogue_is_ours(room: Path) -> None:
    """Armenian counts none like one; a catalogue with a tool's default rule is refused."""
    update(room)
    translate(room, "hy", "plural=(n > 1);", "plural=(n != 1);")

    assert "the header lacks Plural-Forms" in complaints(room, "hy")


def test_a_plural_form_that_stands_for_many_numbers_names_the_number(room: Path) -> None:
    """Russian says 1, 21 and 31 in one form, so the form must hold the number; the Georgian «one» need not."""
    update(room)
    for language, forms in {"ru": 3, "ka": 2}.items():
        empty = "".join(f'msgstr[{n}] ""\n' for n in range(forms))
        said = 'msgstr[0] "x"\n' + "".join(f'msgstr[{n}] "{{count}} x"\n' for n in range(1, forms))
        translate(room, language, empty, said)

    assert "'x' names []" in complaints(room, "ru")
    assert "'x' names []" not in complaints(room, "ka")


def test_a_file_that_cannot_be_read_is_one_line_of_the_list(room: Path) -> None:
    """A header that promises fewer plural forms than follow is told with its line, without a traceback."""
    update(room)
    translate(room, "ka", "nplurals=2; plural=(n != 1);", "nplurals=1; plural=0;")

    assert "line 15: " in complaints(room, "ka")
