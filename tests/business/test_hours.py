"""Hours of a day, a week and a year: split shifts, holidays, zones."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.business import Business, Dates, Span, describe_hours
from bot.business.holidays import read_dates
from bot.business.hours import Hours, read_shifts
from bot.business.spans import overlap, read_spans, span
from tests.business.conftest import ReadFirm

YEREVAN = ZoneInfo("Asia/Yerevan")
BERLIN = ZoneInfo("Europe/Berlin")

minutes = st.integers(0, 1440)
instants = st.integers(0, 365 * 1440).map(lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=passed))


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """Draw the hours of a day: any number of spans that neither touch nor overlap."""
    edges = sorted(draw(st.sets(minutes, max_size=8)))
    return tuple(span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))


def inside(spans: tuple[Span, ...], minute: int) -> bool:
    """Whether a minute of the day is in any of the spans."""
    return any(each.holds(time(*divmod(minute, 60))) for each in spans)


@pytest.mark.req("F11")
@given(days(), days(), st.integers(0, 1439))
def test_an_overlap_holds_exactly_what_both_hold(some: tuple[Span, ...], others: tuple[Span, ...], minute: int) -> None:
    """A specialist can be booked at a minute if, and only if, they work and the branch is open."""
    assert inside(overlap(some, others), minute) == (inside(some, minute) and inside(others, minute))


@pytest.mark.req("F11")
@given(days())
def test_hours_that_are_written_are_read_back(spans: tuple[Span, ...]) -> None:
    """What we print of a day an editor can write into the folder."""
    written = ", ".join(map(str, spans)) or "closed"

    assert read_spans(written) == spans


@given(days())
def test_a_day_with_itself_overlaps_in_all_of_it(spans: tuple[Span, ...]) -> None:
    """Shifts keep their order and their breaks."""
    assert overlap(spans, spans) == spans
    assert sum((each.length for each in spans), timedelta()) <= timedelta(hours=24)


def test_shifts_that_touch_are_one() -> None:
    """A visit may run over an hour that two shifts share."""
    assert read_spans("13:00-18:00, 09:00-13:00") == (Span(time(9), time(18)),)


def test_midnight_closes_the_day() -> None:
    """24:00 is the end of its day, not its beginning."""
    (evening,) = read_spans("20:00-24:00")

    assert evening.ends(date(2026, 5, 1), YEREVAN) == datetime(2026, 5, 2, tzinfo=YEREVAN)
    assert evening.length == timedelta(hours=4)
    assert evening.holds(time(23, 59, 59))
    assert not evening.holds(time(0))


def test_a_week_may_be_written_in_ranges_and_lists() -> None:
    """Days are ranges, also over the weekend's end, lists, or all of them."""
    hours = read_shifts({"sat-mon": "10:00-12:00", "tue, thu": "13:00-14:00"})

    assert sorted(hours.weekly) == [0, 1, 3, 5, 6]
    assert sorted(read_shifts({"daily": "00:00-24:00"}).weekly) == list(range(7))


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_yearly_stretch_runs_over_new_year(day: date) -> None:
    """31 December to 6 January is closed every year, and no other day is."""
    closed = read_dates("12-31..01-06")

    assert closed.covers(day) == ((day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 6))


@given(st.dates(), st.dates(), st.dates())
def test_a_dated_stretch_holds_both_its_ends(one: date, other: date, day: date) -> None:
    """A leave from day to day covers each day between, ends included."""
    first, last = sorted((one, other))
    leave = read_dates(f"{first.isoformat()}..{last.isoformat()}")

    assert leave == Dates(first, last)
    assert leave.covers(day) == (first <= day <= last)


@pytest.mark.parametrize("written", ["2026-13-01", "30-12", "01-06..2026-01-07", "a..b..c", "2026-05-02..2026-05-01"])
def test_days_that_do_not_exist_are_refused(written: str) -> None:
    """A mistyped holiday never becomes some other day."""
    with pytest.raises(ValueError, match=r"day|ends before it begins"):
        read_dates(written)


def test_a_holiday_closes_every_branch_or_shortens_its_day(demo: Business) -> None:
    """On 28 May both branches are closed; on 30 December both work a short day; a usual day has its break."""
    kentron, komitas = demo.branches["kentron"], demo.branches["komitas"]

    assert kentron.open_spans(date(2026, 5, 28)) == komitas.open_spans(date(2026, 5, 28)) == ()
    assert kentron.open_spans(date(2026, 12, 30)) == read_spans("10:00-14:00")
    assert kentron.open_spans(date(2026, 5, 27)) == read_spans("09:00-13:00, 14:00-20:00")
    holiday = kentron.holiday(date(2026, 5, 28))
    assert holiday is not None
    assert holiday.name.wordings["en"] == "Republic Day"


def test_a_branch_may_differ_from_the_firm_on_a_holiday(salon: ReadFirm) -> None:
    """A branch's own holiday is looked at before the firm's."""
    firm = salon(
        business=(
            "    hours:\n      mon-fri",
            "    holidays: [{day: 05-01, name: {en: A, ru: Б}, hours: 10:00-12:00}]\n    hours:\n      mon-fri",
        )
    )

    assert firm.branches["north"].open_spans(date(2026, 5, 1)) == read_spans("10:00-12:00")


def test_a_specialist_is_free_only_where_and_when_they_work(demo: Business) -> None:
    """A specialist's day is their own hours within the branch's; nothing elsewhere, on a holiday, or on leave."""
    tigran, kentron, komitas = demo.specialists["tigran"], demo.branches["kentron"], demo.branches["komitas"]
    wednesday, tuesday = date(2026, 5, 27), date(2026, 5, 26)

    assert tigran.spans(kentron, wednesday) == read_spans("14:00-20:00")
    assert tigran.spans(kentron, tuesday) == ()
    assert tigran.spans(komitas, tuesday) == read_spans("10:00-14:00, 15:00-20:00")
    assert tigran.spans(kentron, date(2026, 12, 30)) == ()
    assert demo.specialists["anahit"].spans(komitas, tuesday) == ()


def test_a_specialist_without_own_hours_keeps_the_branch_hours_but_for_leave(salon: ReadFirm) -> None:
    """Days off take a specialist out, the branch stays open."""
    firm = salon(business=("branches: [north]", "branches: [north]\n    days_off: [2026-05-25..2026-05-26]"))
    ani, north = firm.specialists["ani"], firm.branches["north"]

    assert ani.spans(north, date(2026, 5, 26)) == ()
    assert ani.spans(north, date(2026, 5, 27)) == north.open_spans(date(2026, 5, 27))


OPENINGS: Mapping[str, str] = {
    # Tuesday before opening, while open, in Kentron's break (Komitas has none then), at night, on New Year's Eve.
    "2026-05-26 07:30": "2026-05-26 09:00",
    "2026-05-26 12:00": "2026-05-26 12:00",
    "2026-05-26 13:30": "2026-05-26 13:30",
    "2026-05-26 20:00": "2026-05-27 09:00",
    "2026-12-30 14:00": "2027-01-07 09:00",
}


@pytest.mark.req("F11")
@pytest.mark.parametrize(("after", "expected"), OPENINGS.items())
def test_the_next_opening_is_the_first_open_moment(demo: Business, after: str, expected: str) -> None:
    """Whoever writes after hours is told when the first branch opens; the instant may come in any zone."""
    asked = datetime.fromisoformat(f"{after}+04:00").astimezone(UTC)

    assert demo.next_opening(asked) == datetime.fromisoformat(f"{expected}+04:00")
    assert demo.is_open(asked) == (after == expected)


def test_one_branch_may_be_closed_while_another_is_open(demo: Business) -> None:
    """On Sunday only Komitas works."""
    sunday = datetime(2026, 5, 24, 12, 0, tzinfo=YEREVAN)

    open_at = [key for key in (None, "kentron", "komitas") if demo.is_open(sunday, key)]
    assert open_at == [None, "komitas"]
    assert demo.next_opening(sunday, "kentron") == datetime(2026, 5, 25, 9, 0, tzinfo=YEREVAN)


def test_a_firm_that_never_opens_has_no_next_opening(salon: ReadFirm) -> None:
    """A search for an opening ends, even if there is none."""
    firm = salon(business=("mon-fri: 09:00-13:00, 14:00-20:00", "mon-fri: closed"))

    assert firm.next_opening(datetime(2026, 5, 24, tzinfo=UTC)) is None


@pytest.mark.req("F11")
def test_hours_follow_the_wall_clock_when_clocks_change(salon: ReadFirm) -> None:
    """Nine in the morning is nine by the wall, in summer and in winter, though it is another instant."""
    firm = salon(business=("Asia/Yerevan", "Europe/Berlin"))
    friday, monday = datetime(2026, 3, 27, 21, tzinfo=BERLIN), datetime(2026, 3, 30, 9, tzinfo=BERLIN)

    assert firm.next_opening(friday) == monday
    assert monday.astimezone(UTC) - friday.astimezone(UTC) == timedelta(hours=59)


@given(instants)
def test_the_next_opening_is_open_and_nothing_before_it_is(demo: Business, after: datetime) -> None:
    """From any instant the answer is an open one, and the time until then is closed."""
    opening = demo.next_opening(after)

    assert opening is not None
    assert demo.is_open(opening)
    between = [after + (opening - after) * part / 8 for part in range(8)]
    assert opening == after or not any(map(demo.is_open, between))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Mon–Fri 09:00–13:00, 14:00–20:00\nSat 10:00–16:00\nSun closed"),
        ("ru", "пн–пт 09:00–13:00, 14:00–20:00\nсб 10:00–16:00"),
        ("hy", "երկ–ուր 09:00–13:00, 14:00–20:00\nշբթ 10:00–16:00"),
        ("uz", "Dush–Jum 09:00–13:00, 14:00–20:00\nShan 10:00–16:00"),
        ("ka", "ორშ–პარ 09:00–13:00, 14:00–20:00\nშაბ 10:00–16:00"),
    ],
)
def test_hours_are_written_in_runs_of_equal_days(demo: Business, language: str, expected: str) -> None:
    """A customer reads a week in as few lines as it needs, with days in their language."""
    assert describe_hours(demo.branches["kentron"].hours, language).startswith(expected)


def test_a_week_of_equal_days_is_one_line() -> None:
    """Round the clock is said once."""
    assert describe_hours(Hours(dict.fromkeys(range(7), read_spans("00:00-24:00"))), "en") == "Mon–Sun 00:00–24:00"


def test_quiet_hours_run_over_midnight(demo: Business) -> None:
    """Nobody is written to unasked from 21:00 to 09:00."""
    assert demo.quiet_hours is not None
    quiet = [hour for hour in range(24) if demo.quiet_hours.covers(time(hour))]

    assert quiet == [0, 1, 2, 3, 4, 5, 6, 7, 8, 21, 22, 23]
