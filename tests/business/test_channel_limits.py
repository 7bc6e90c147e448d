"""Each limit of each channel, in each language: at the limit nothing is said, one over it is found where it is written.

What is found is nevertheless delivered whole, by degradation.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.business import Business, BusinessErrors
from bot.business.fields import SHORT_CHARS, TEXT_CHARS
from bot.business.fitting import Code, Finding, check_channels, screens
from bot.business.fitting.program import widest
from bot.rendering import Limits, characters, segments
from bot.rendering.lengths import Measure
from bot.texts import LANGUAGES, Phrasebook
from tests.business.channel_firm import LETTERS, PIXEL, Tree, as_it_is, each, line_of, put, write
from tests.rendering.rows import ROWS
from tests.rendering.whole import laid_out_whole

NOTHING = Code({}, ())
Files = dict[str, Tree]
Change = Callable[[Files, str, int], None]


class Limit(NamedTuple):
    """A limit of a channel: its name and size, how a folder reaches so much, and which line is named for more."""

    name: str
    most: int
    change: Change
    file: str
    names: Callable[[str], str]
    level: str = "note"


def wording(size: int, language: str, measure: Measure = characters) -> dict[str, str]:
    """A wording of just so much in one language, in words of four letters; the others stay short."""
    letter, text = LETTERS[language], ""
    while measure(f"{text} {letter}") <= size:
        text += letter if len(text) % 5 < 4 else " "
    return each("x") | {language: text + "." * (size - measure(text))}


def sentence(size: int, language: str) -> dict[str, str]:
    """A text that takes so many short messages and not one character more."""
    letter = LETTERS[language]
    text = letter
    while segments(f"{text}{letter}") <= size:
        text += letter
    return each("x") | {language: text}


def option(value: object) -> Change:
    """Give the first option of the form another label: `value` of (size, language)."""
    assert callable(value)
    return lambda files, language, size: put(
        files, "forms.yaml", "visit", "questions", 0, "options", 0, "label", value=value(size, language)
    )


def options(files: Files, language: str, size: int) -> None:
    del language
    offered = [{"id": f"o{n}", "label": each(f"o {n}")} for n in range(size)]
    put(files, "forms.yaml", "visit", "questions", 0, "options", value=offered)


def asking(question: int, limits: Limits, *, choices: int = 2) -> Change:
    """Give a question of the form a long text."""

    def change(files: Files, language: str, size: int) -> None:
        options(files, language, choices)
        put(files, "forms.yaml", "visit", "questions", question, "ask", value=wording(size, language, limits.measure))

    return change


def asking_in_segments(files: Files, language: str, size: int) -> None:
    text = sentence(min(size, 4), language)
    text[language] += LETTERS[language] * (size - min(size, 4))
    put(files, "forms.yaml", "visit", "questions", 1, "ask", value=text)


def address(files: Files, language: str, size: int) -> None:
    """A branch whose address is so long; with Back and «any» beside the two there are four choices."""
    put(files, "business.yaml", "branches", "north", "address", value=wording(size, language))


def picture(limits: Limits) -> Change:
    def change(files: Files, language: str, size: int) -> None:
        put(files, "menu.yaml", "main", "image", value="front.png")
        put(files, "menu.yaml", "main", "text", value=wording(size, language, limits.measure))

    return change


def limits_of(limits: Limits) -> Iterator[Limit]:
    """Every limit that the words of a firm can reach; payloads are ours, and the house refuses a text that is over its own."""
    own = "forms.yaml"
    if most := widest(limits):
        yield Limit("label", most, option(wording), own, _text_of, "fault")
    if limits.rows and limits.label:
        yield Limit("button", limits.label, option(wording), own, _text_of)
    for count in sorted({limits.buttons, limits.rows, limits.rows * limits.pages} - {0, 1_000}):
        yield Limit(f"{count} choices", count, options, own, lambda _: "options:")
    beside = ((limits.asking, 2), (limits.listing, 4)) if limits.rows else ((limits.asking, 2),)
    for most, choices in beside:
        if 0 < most < TEXT_CHARS:
            yield Limit(f"beside {choices}", most, asking(0, limits, choices=choices), own, _text_of)
    if limits.text < TEXT_CHARS:
        yield Limit("text", limits.text, asking(1, limits), own, _text_of)
    if limits.segments:
        yield Limit("segments", limits.segments, asking_in_segments, own, _text_of)
    if limits.row_description:
        yield Limit("description", limits.row_description, address, "business.yaml", _text_of)
    if limits.caption and limits.media.get("image"):
        yield Limit("caption", limits.caption, picture(limits), "menu.yaml", _text_of)


def _text_of(code: str) -> str:
    return LETTERS[code] * 4


CASES = [
    pytest.param(channel, limit, language, id=f"{channel}-{limit.name}-{language}")
    for (channel, limits), language in product(ROWS.items(), LANGUAGES)
    for limit in limits_of(limits)
]


def found_in(folder: Path, channel: str, change: Callable[[Files], None]) -> tuple[Business, list[Finding]]:
    (folder / "media").mkdir(exist_ok=True)
    (folder / "media" / "front.png").write_bytes(PIXEL)
    business = write(folder, change)
    return business, list(check_channels(business, folder, {channel: ROWS[channel]}, NOTHING))


@pytest.mark.parametrize("channel", ROWS)
def test_the_firm_that_is_spoiled_here_fits(tmp_path: Path, channel: str) -> None:
    """What the other tests find, they have put there: before it nothing is a fault, and only the lists are told."""
    _, found = found_in(tmp_path, channel, as_it_is)

    assert [each for each in found if "they are a list" not in str(each)] == []


@pytest.mark.req("F24")
@pytest.mark.req("F3")
@pytest.mark.parametrize(("channel", "limit", "language"), CASES)
def test_one_over_a_limit_is_found_at_its_line_and_still_said_whole(
    tmp_path: Path, channel: str, limit: Limit, language: str
) -> None:
    """An editor is told before a customer meets it; the customer loses nothing."""
    before = {str(each) for each in found_in(tmp_path, channel, lambda files: limit.change(files, language, 2))[1]}
    at_most = {
        str(each) for each in found_in(tmp_path, channel, lambda files: limit.change(files, language, limit.most))[1]
    }
    business, over = found_in(tmp_path, channel, lambda files: limit.change(files, language, limit.most + 1))
    new = [each for each in over if str(each) not in at_most | before]

    line = line_of(tmp_path, limit.file, limit.names(language))
    assert (limit.file, line, limit.level) in [(each.problem.file, each.problem.line, each.level) for each in new]
    assert "choices" in limit.name or all(f"{channel}: {language}" in each.problem.message for each in new)
    phrasebook = Phrasebook("en")
    for screen in screens(business):
        laid_out_whole(screen.message(business, phrasebook, language), ROWS[channel])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "way"), [(TEXT_CHARS, ("text",)), (SHORT_CHARS, ("items", 0, "short"))])
def test_what_no_folder_may_hold_is_refused_at_its_line(
    tmp_path: Path, language: str, size: int, way: tuple[str | int, ...]
) -> None:
    """A text over what any channel takes in one piece, and a short form that is long, are no notes but faults."""

    def change(size: int) -> Callable[[Files], None]:
        return lambda files: put(files, "menu.yaml", "main", *way, value=wording(size, language))

    write(tmp_path, change(size))
    with pytest.raises(BusinessErrors) as caught:
        write(tmp_path, change(size + 1))

    [problem] = caught.value.errors
    assert problem.line == line_of(tmp_path, "menu.yaml", LETTERS[language] * 4)
