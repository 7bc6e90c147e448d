"""The salon is the second sample firm: another country, two languages, and its own conversations beside it."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import main
from bot.business import Business, check_business, load_business
from bot.runtime import Tenant
from bot.testing import Talk, read_transcript, run_transcript
from bot.texts import Money, Phrasebook
from handlers import ACTORS, ROUTES
from integrations.channels import names
from tests.business.conftest import DEMO, DIALOGS
from tests.business.test_demo import texts_of

SALON = DEMO.parent / "salon"
TALKS = sorted((SALON / "tests").glob("*/*.yaml"))
CYRILLIC = re.compile(r"[\u0400-\u04ff]")


@pytest.fixture(scope="module")
def salon() -> Business:
    """The salon as it is shipped."""
    return load_business(SALON, dialogs=DIALOGS, channels=names())


@pytest.fixture(scope="module")
def bot() -> Tenant:
    """The salon's bot."""
    return main.tenant_of(SALON)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_of_the_salon_goes_as_it_is_written(bot: Tenant, path: Path) -> None:
    """The firm's own transcripts lie in its folder and hold on every release of the program."""
    transcript = read_transcript(path)

    with Talk(bot, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)

        assert talk.heard


def test_every_scenario_of_the_salon_is_told_in_both_languages() -> None:
    """What is tried in Uzbek is tried in Russian too."""
    told = {code: {path.stem for path in TALKS if path.parent.name == code} for code in ("uz", "ru")}

    assert told["uz"] == told["ru"] >= {"booking", "menu", "bridal", "holiday"}


def test_conversations_in_the_folder_are_no_content(salon: Business, tmp_path: Path) -> None:
    """Editing the transcripts of a folder changes nothing that customers meet, so not the content's version either."""
    bare = shutil.copytree(SALON, tmp_path / "salon", ignore=shutil.ignore_patterns("tests"))

    assert load_business(bare, dialogs=DIALOGS, channels=names()).version == salon.version


def test_the_salon_has_no_finding(salon: Business) -> None:
    """All of the salon can be booked, reached and read."""
    assert check_business(salon) == ()


def test_uzbek_is_in_latin_letters_and_russian_in_cyrillic(salon: Business) -> None:
    """A text under the wrong language is found by its letters; o‘ and g‘ have their own sign, never a straight one."""
    found = list(texts_of(salon))

    assert [way for way, text in found if set(text.wordings) - {"uz", "ru"}] == []
    assert [way for way, text in found if CYRILLIC.search(text.wordings.get("uz", ""))] == []
    assert [way for way, text in found if set("'`") & set(text.wordings["uz"])] == []
    assert [way for way, text in found if not CYRILLIC.search(text.wordings["ru"])] == []


def test_what_becomes_a_button_fits_the_narrowest(salon: Business) -> None:
    """No label, service, master or branch of the salon is over 20 characters."""
    texts = [text for way, text in texts_of(salon) if way.endswith(".label")]
    texts += [service.name for service in salon.services.values()]
    texts += [master.name for master in salon.specialists.values()]
    texts += [branch.name for branch in salon.branches.values()]

    assert [wording for text in texts for wording in text.wordings.values() if len(wording) > 20] == []


def test_prices_are_in_soums(salon: Business) -> None:
    """A price in soums has no decimals and is said in the customer's language."""
    price = salon.services["styling"].price
    assert price is not None
    said = {code: Phrasebook().say(price.wording(), code).replace("\N{NO-BREAK SPACE}", " ") for code in ("uz", "ru")}

    assert price.lowest == Money(100_000, "UZS")
    assert said["uz"] == "100 000 so‘m – 180 000 so‘m"
    assert said["ru"].startswith("100 000 сум")


def test_on_sunday_there_is_no_break(salon: Business) -> None:
    """Weekdays have a break at one o'clock, Sunday has none; both are the salon's wall time."""
    monday, sunday = (datetime(2026, 11, day, 8, 30, tzinfo=UTC) for day in (23, 22))

    assert not salon.is_open(monday)
    assert salon.is_open(sunday)
    assert salon.next_opening(monday) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "open_"),
    [("2027-01-01", False), ("2027-03-08", True), ("2027-03-21", False), ("2027-09-01", False), ("2027-03-09", False)],
)
def test_holidays_of_uzbekistan_hold_each_year(salon: Business, day: str, open_: bool) -> None:
    """Navruz and Independence Day are closed every year; on 8 March the salon works until three."""
    spans = salon.branches["mirobod"].open_spans(date.fromisoformat(day))

    assert bool(spans) is open_


def test_a_master_on_leave_is_not_there(salon: Business) -> None:
    """Days off of one master close nothing for the others."""
    branch, sunday = salon.branches["mirobod"], date(2027, 1, 3)

    assert salon.specialists["shahnoza"].spans(branch, sunday) == ()
    assert salon.specialists["dilnoza"].spans(branch, sunday) != ()
