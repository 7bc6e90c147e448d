"""Writing to many: looked at first, sent by a button, to each once."""

from datetime import date, datetime, timedelta

import pytest

from bot.events import Announced, Reachable
from bot.ports.store import Query
from bot.runtime import Tenant
from handlers.campaign import CHUNK, CHUNK_LASTS
from handlers.staff.broadcast import a_year_before, first_day
from tests.staff.office import MONDAY, Office

STOP_LINE = "Write STOP to get no more of these."
HOUR = timedelta(hours=1)


def crowd(office: Office, *names: str) -> None:
    """Customers who have each said hello in English."""
    for name in names:
        office.visitor(name, "Good morning")


def name_of(office: Office) -> str:
    """The id of the newest campaign."""
    return str(office.reads(Query("SELECT id FROM campaigns ORDER BY made_at DESC, id"))[0][0])


def outcomes(office: Office) -> dict[str, int]:
    """What became of every contact of the campaigns."""
    return dict(office.reads(Query("SELECT outcome, COUNT(*) FROM campaign_contacts GROUP BY outcome")))


@pytest.mark.req("C4", "F16")
def test_a_broadcast_is_first_shown_as_it_would_go(office: Office) -> None:
    """Before anything is sent the supervisor reads to how many it goes, who is left out, how it reads and how long it takes."""
    crowd(office, "ann", "bea", "cid", "dan")
    office.visitor("cid", "STOP")
    office.happens(Reachable(ok=False), actor=office.visitor("dan"))
    sent = len(office.channel.sent)  # type: ignore[attr-defined]
    (answer,) = office.orders("/broadcast We are open on Sunday.", "supervisor")

    assert answer.splitlines() == [
        "2 people would get this:", "«We are open on Sunday.»", STOP_LINE,
        "Left out: want no messages 1, cannot be reached 1.", "It takes about 1\N{NO-BREAK SPACE}min.",
    ]  # fmt: skip
    assert [choice.label for choice in office.said_in_room()[-1][1].choices] == ["Send to 2", "Do not send"]
    assert len(office.channel.sent) == sent  # type: ignore[attr-defined]


@pytest.mark.req("F16")
def test_the_button_sends_and_the_room_reads_what_became_of_it(office: Office) -> None:
    """Each customer gets it once with the way out of it; at the end the staff read how many."""
    crowd(office, "ann", "bea")
    office.orders("/broadcast We are open on Sunday.")
    office.presses_in_room("Send to 2")
    office.waits(2 * HOUR)

    assert office.told("ann")[-1] == f"We are open on Sunday.\n{STOP_LINE}"
    assert office.told("bea")[-1] == office.told("ann")[-1]
    name = name_of(office)
    assert office.room.texts()[-1] == (
        f"Campaign {name} has ended. Got it: 2; want no messages: 0; cannot be reached: 0.")  # fmt: skip


def test_a_double_press_sends_once(office: Office) -> None:
    """A button pressed twice, by two people at once, tells nobody twice."""
    crowd(office, "ann")
    office.orders("/broadcast News")
    office.presses_in_room("Send to 1")

    assert office.presses_in_room("Send to 1", "supervisor") == ["This was decided already."]
    office.waits(HOUR)
    assert office.told("ann").count(f"News\n{STOP_LINE}") == 1


def test_an_operator_cannot_press_send(office: Office) -> None:
    """The button is as much a supervisor's as the command."""
    crowd(office, "ann")
    office.orders("/broadcast News")

    assert office.presses_in_room("Send to 1", "operator") == ["This button is not for your role."]
    assert office.reads(Query("SELECT state FROM campaigns")) == [("draft",)]


def test_a_draft_can_be_dropped(office: Office) -> None:
    """After «Do not send» the other button sends nothing any more."""
    crowd(office, "ann")
    office.orders("/broadcast News")

    assert office.presses_in_room("Do not send") == ["It is not sent."]
    assert office.presses_in_room("Send to 1") == ["This was decided already."]


def test_a_button_of_yesterday_sends_nothing(office: Office) -> None:
    """Whoever scrolls up and presses an old button does not surprise a thousand customers."""
    crowd(office, "ann")
    office.orders("/broadcast News")
    office.waits(timedelta(days=2))

    assert office.presses_in_room("Send to 1") == ["This is more than a day old. Write the command again."]


@pytest.mark.req("F16")
def test_stop_is_heard_until_the_last_moment(office: Office) -> None:
    """A customer who writes STOP after the contacts were frozen gets nothing, and is counted as such."""
    names = [f"c{n:03}" for n in range(CHUNK + 1)]
    crowd(office, *names)
    office.orders("/broadcast News")
    office.presses_in_room(f"Send to {CHUNK + 1}")
    office.visitor(names[-1], "/stop")
    office.waits(HOUR)

    assert outcomes(office) == {"said": CHUNK, "stopped": 1}
    assert not any("News" in text for text in office.told(names[-1]))


@pytest.mark.req("F16")
def test_a_broadcast_can_be_stopped_half_way(office: Office) -> None:
    """Who has been told stays told, the others are not."""
    crowd(office, *(f"c{n:03}" for n in range(2 * CHUNK + 1)))
    office.orders("/broadcast News")
    office.presses_in_room(f"Send to {2 * CHUNK + 1}")
    office.waits(CHUNK_LASTS)
    (answer,) = office.orders(f"/broadcast stop {name_of(office).lower()}")
    office.waits(HOUR)

    assert answer == f"Campaign {name_of(office)} is stopped after {2 * CHUNK} of {2 * CHUNK + 1}."
    assert f"Campaign {name_of(office)}: {2 * CHUNK} of {2 * CHUNK + 1}. " in "\n".join(office.room.texts())
    assert outcomes(office) == {"said": 2 * CHUNK, "": 1}
    assert office.orders(f"/broadcast stop {name_of(office)}")[0].startswith("No campaign")


@pytest.mark.req("F16")
def test_nobody_is_written_to_in_the_quiet_hours(clinic: Tenant) -> None:
    """Late in the evening the dry run says when it begins, and it begins then."""
    late = MONDAY.replace(hour=22)
    with Office(clinic, now=late) as office:
        crowd(office, "ann")
        (dry,) = office.orders("/broadcast News")
        office.presses_in_room("Send to 1")
        office.waits(8 * HOUR)
        assert "These are quiet hours: it begins at 09:00." in dry
        assert "News" not in "".join(office.told("ann"))
        office.waits(4 * HOUR)

        assert office.told("ann")[-1] == f"News\n{STOP_LINE}"
        assert len([text for text in office.room.texts() if "waits until 09:00" in text]) == 1


def test_a_broadcast_that_runs_into_the_quiet_hours_pauses(clinic: Tenant) -> None:
    """What does not fit before the quiet hours is told in the morning, and the dry run says so."""
    with Office(clinic, now=datetime(2026, 11, 23, 20, 59, 58)) as office:  # noqa: DTZ001  wall time at the clinic
        crowd(office, *(f"c{n:03}" for n in range(CHUNK + 1)))
        (dry,) = office.orders("/broadcast News")
        office.presses_in_room(f"Send to {CHUNK + 1}")
        office.waits(HOUR)
        assert "It pauses in the quiet hours and goes on at 09:00." in dry
        assert outcomes(office) == {"said": CHUNK, "": 1}
        office.waits(12 * HOUR)

        assert outcomes(office) == {"said": CHUNK + 1}


def test_what_was_told_late_waits_for_the_morning(clinic: Tenant) -> None:
    """A program that was down after a chunk had left comes to it at night, and still wakes nobody."""
    with Office(clinic, now=MONDAY.replace(hour=23)) as office:
        office.happens(Announced("GONE", {"en": "News"}, 0), actor=office.visitor("ann", "Good morning"))
        assert "News" not in "".join(office.told("ann"))
        office.waits(11 * HOUR)

        assert office.told("ann")[-1] == f"News\n{STOP_LINE}"


def test_everybody_reads_it_in_their_language(office: Office) -> None:
    """Lines that begin with a language go to those who speak it; who speaks another one reads the first."""
    office.visitor("ann", "Good morning")
    office.visitor("vera", "Здравствуйте, сколько стоит лечение?")
    (dry,) = office.orders("/broadcast ru: Мы открыты\nв воскресенье.\nka: კვირას ღია ვართ.")
    office.presses_in_room("Send to 2")
    office.waits(HOUR)

    assert "No words in English: they read the first ones." in dry
    assert office.told("vera")[-1].startswith("Мы открыты\nв воскресенье.\n")
    assert office.told("ann")[-1].startswith("Мы открыты\nв воскресенье.\n")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("90d", "2026-08-25"),
        ("25.12", "2025-12-25"),
        ("1.11", "2026-11-01"),
        ("yesterday", "2026-11-22"),
        ("soon", "None"),
    ],
)
def test_a_visit_since_is_a_day_that_has_been(words: str, found: str) -> None:
    """«Visited since» looks back: a date of this year that is still to come is the one of last year."""
    assert str(first_day(words, MONDAY, "en")) == found
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize("words", ["", "tag:vip", "visited:never News", "language:xx News", "ru:"])
def test_a_broadcast_without_words_says_how_it_is_done(office: Office, words: str) -> None:
    """A command that cannot be understood makes no draft."""
    assert office.orders(f"/broadcast {words}")[0].startswith("/broadcast TEXT sends to everybody")
    assert office.reads(Query("SELECT id FROM campaigns")) == []


def test_a_segment_that_reaches_nobody_has_no_button(office: Office) -> None:
    """There is nothing to press when nobody would get it."""
    assert office.orders("/broadcast tag:vip News")[0].startswith("Nobody would be reached.")
    assert office.said_in_room()[-1][1].choices == ()
