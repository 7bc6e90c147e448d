"""Each limit of each channel, in each language: at the limit nothing is said, one over it is found where it is written.

What is found is nevertheless delivered whole, by degradation: laid out here, and sent to a stand-in of the provider that
counts for itself.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.business import Business, BusinessErrors
from bot.business.fields import SHORT_CHARS, TEXT_CHARS
from bot.business.fitting import Code, Finding, check_channels, screens
from bot.ports.channel import Sent
from bot.replies import Message
from bot.texts import LANGUAGES, Phrasebook
from tests.business.channel_firm import LETTERS, as_it_is, line_of, put, write
from tests.business.limit_cases import CASES, OWN, Files, Limit, limits_of, wording
from tests.contracts.channels.line import Still
from tests.contracts.channels.lines import LINES, those_with
from tests.contracts.channels.messages import PICTURE
from tests.contracts.channels.test_saying import say, unsaid
from tests.rendering.whole import laid_out_whole

NOTHING = Code({}, ())
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def found_in(folder: Path, channel: str, change: Callable[[Files], None]) -> tuple[Business, list[Finding]]:
    business = write(folder, change)
    return business, list(check_channels(business, folder, {channel: OWN[channel]}, NOTHING, speaks=lambda _: True))


@pytest.mark.parametrize("channel", OWN)
def test_the_firm_that_is_spoiled_here_fits(tmp_path: Path, channel: str) -> None:
    """What the other tests find, they have put there: before it there are only lists, and channels without templates."""
    _, found = found_in(tmp_path, channel, as_it_is)

    assert [
        str(each) for each in found if not re.search("they are a list|has no templates|cannot answer", str(each))
    ] == []


def told(finding: Finding) -> tuple[str, str, str, str]:
    """What is found and where, without how much it is."""
    return finding.level, finding.problem.file, finding.problem.place, finding.problem.message.rpartition(" (")[0]


@pytest.mark.req("F24")
@pytest.mark.req("F3")
@pytest.mark.parametrize(("channel", "limit", "language"), CASES)
def test_one_over_a_limit_is_found_at_its_line_and_still_said_whole(
    tmp_path: Path, channel: str, limit: Limit, language: str
) -> None:
    """An editor is told before a customer meets it; the customer loses nothing."""
    usual = {told(each) for each in found_in(tmp_path, channel, limit.reached(language, 2))[1]}
    at_most = {told(each) for each in found_in(tmp_path, channel, limit.reached(language, limit.most))[1]}
    business, over = found_in(tmp_path, channel, limit.reached(language, limit.most + 1))
    new = [each for each in over if told(each) not in at_most | usual]

    line = line_of(tmp_path, limit.file, limit.names(language))
    assert (limit.file, line, limit.level) in [(each.problem.file, each.problem.line, each.level) for each in new]
    assert "choices" in limit.name or all(f"({channel}: {language} " in each.problem.message for each in new)
    phrasebook = Phrasebook("en")
    for screen in screens(business):
        laid_out_whole(screen.message(business, phrasebook, language), OWN[channel])


def said_of(business: Business, language: str) -> list[Message]:
    """Every screen of a firm that says something, with its picture."""
    found = []
    for screen in screens(business):
        message = screen.message(business, Phrasebook("en"), language)
        if screen.picture:
            message = msgspec.structs.replace(message, media=(PICTURE,))
        if message.text or message.choices:
            found.append(message)
    return found


@pytest.mark.req("F24")
@pytest.mark.req("F1")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", [name for name in OWN if name in those_with("send")])
async def test_one_over_each_limit_arrives_whole_at_the_provider(tmp_path: Path, channel: str, language: str) -> None:
    """The stand-in refuses what the provider would; what stood at a limit and over it is all on the customer's screen."""
    usual = said_of(write(tmp_path), language)
    async with LINES[channel](Still(MONDAY)) as line:
        for limit in limits_of(OWN[channel]):
            for size in (limit.most, limit.most + 1):
                business = write(tmp_path, limit.reached(language, size))
                for message in (each for each in said_of(business, language) if each not in usual):
                    outcomes = await say(line, message)
                    assert [type(each) for each in outcomes] == [Sent] * len(outcomes), (limit.name, size, outcomes)
                    assert unsaid(line, message) == [], (limit.name, size)


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
