"""Booking, moving and cancelling a visit, as the customer of the sample clinic lives it."""

from datetime import timedelta

import pytest

from bot.ports.store import Query
from bot.testing import Talk
from tests.dialogs.parlour import Open, occupied, visits

HOUR = timedelta(hours=1)
MONDAY_AT_TWO = ("2026-11-23T14:00", "booked")


@pytest.mark.req("A15")
def test_exactly_three_free_times_are_offered(clinic: Talk) -> None:
    """The customer chooses from three times that do not overlap, not from a calendar."""
    clinic.says("Book a visit", "Teeth cleaning", "Kentron")

    assert clinic.buttons == [
        "Monday 23 November, 12:00", "Monday 23 November, 14:00", "Monday 23 November, 15:00", "Other times", "‹ Back"
    ]  # fmt: skip


@pytest.mark.req("A15")
def test_other_times_are_three_others(clinic: Talk) -> None:
    """Who asks for other times is shown three that were not shown before."""
    clinic.says("Book a visit", "Teeth cleaning", "Kentron")
    first = clinic.buttons[:3]
    clinic.presses("Other times")

    assert len(clinic.buttons) == 5
    assert not set(first) & set(clinic.buttons[:3])


@pytest.mark.req("A15")
def test_a_wish_narrows_the_times(clinic: Talk) -> None:
    """«Thursday after five» gives three times on Thursday after five."""
    clinic.says("Book a visit", "Teeth cleaning", "Komitas", "Thursday after 17:00")

    assert all(label.startswith("Thursday 26 November, 1") for label in clinic.buttons[:3])
    assert all(int(label.split(", ")[1][:2]) >= 17 for label in clinic.buttons[:3])


@pytest.mark.req("A16")
def test_the_questions_before_narrow_the_times(clinic: Talk) -> None:
    """Service, branch and specialist are asked as far as they leave a choice, and only fitting times are offered."""
    clinic.says("Book a visit", "Filling", "Komitas")
    assert clinic.asking == "slot"
    clinic.presses("Other times")

    assert all(label.split()[0] in {"Tuesday", "Thursday", "Friday"} for label in clinic.buttons[:3])


@pytest.mark.req("A16")
def test_a_question_can_be_left_open(clinic: Talk) -> None:
    """Who does not mind is not made to choose, and sees the nearest time of all."""
    clinic.says("Book a visit", "Consultation").presses("Any branch").presses("Anyone")

    assert clinic.asking == "slot"
    assert clinic.buttons[0] == "Monday 23 November, 12:00"


@pytest.mark.req("A17")
def test_nothing_is_booked_before_the_customer_agrees(summary: Talk) -> None:
    """The summary says everything back, and there is no visit until the customer says yes."""
    assert visits(summary) == []
    for words in (
        "Teeth cleaning",
        "Kentron",
        "Lilit Petrosyan",
        "Monday 23 November, 14:00",
        "Anna",
        "+374 91 123456",
    ):
        assert words in summary.heard[-1]
    summary.says("yes")

    assert visits(summary) == [MONDAY_AT_TWO]
    assert summary.heard[-1].startswith("You are booked.")


@pytest.mark.req("F7")
def test_a_chosen_time_is_kept_while_the_customer_writes(clinic: Talk, summary: Talk) -> None:
    """The time is held from the moment it is chosen, for a quarter of an hour, and not for ever."""
    assert occupied(summary) > 0
    summary.says("cancel")

    assert occupied(summary) == 0


@pytest.mark.req("F7")
@pytest.mark.parametrize("times", [2, 3])
def test_confirming_twice_books_once(summary: Talk, times: int) -> None:
    """A double tap on «yes», or «yes» written twice, is one visit."""
    for _ in range(times):
        summary.presses("Yes, that is right")
    summary.says("yes")

    assert visits(summary) == [MONDAY_AT_TWO]


@pytest.mark.req("A20")
def test_reminders_come_a_day_and_two_hours_before(clinic: Talk) -> None:
    """The customer is reminded 24 h and 2 h before the visit, each time with a way to move it."""
    clinic.says("Book a visit", "Teeth cleaning", "Komitas", "Thursday 15:00", "Anna", "+37491123456", "yes")
    said = len(clinic.heard)
    clinic.waits(53 * HOUR - timedelta(minutes=1))
    assert len(clinic.heard) == said
    clinic.waits(timedelta(minutes=1))
    assert len(clinic.heard) - said == 1
    assert clinic.heard[-1].startswith("A reminder of your visit:\nThursday 26 November, 15:00")
    clinic.waits(22 * HOUR)
    assert len(clinic.heard) - said == 2

    assert "Another time" in clinic.buttons
    clinic.waits(timedelta(days=30))
    assert len(clinic.heard) - said == 2


@pytest.mark.req("A20")
def test_a_reminder_that_would_come_too_late_is_left_out(booked: Talk) -> None:
    """Who books for four hours ahead is reminded once, not at once as well."""
    said = len(booked.heard)
    booked.waits(timedelta(days=2))

    assert [text.split("\n")[0] for text in booked.heard[said:]] == ["A reminder of your visit:"]


@pytest.mark.req("A20")
def test_a_cancelled_visit_is_not_reminded_of(booked: Talk) -> None:
    """Who cancelled hears no more of the visit, and the time is free again."""
    booked.presses("Cancel the visit").says("yes")
    said = len(booked.heard)
    booked.waits(timedelta(days=2))

    assert booked.heard[said:] == []
    assert visits(booked) == [("2026-11-23T14:00", "cancelled")]
    assert occupied(booked) == 0


@pytest.mark.req("A20")
def test_a_reminder_leads_to_another_time(booked: Talk) -> None:
    """The button under the reminder moves the visit without asking which one."""
    booked.waits(3 * HOUR)
    booked.presses("Another time")

    assert booked.asking == "slot"
    assert booked.state.frame is not None
    assert booked.state.frame.dialog == "reschedule"


@pytest.mark.req("A22")
def test_moving_a_visit_frees_the_old_time(booked: Talk) -> None:
    """A moved visit is one visit, at the new time, and owns only that."""
    before = occupied(booked)
    booked.presses("Another time").says("Wednesday 11:00", "yes")

    assert visits(booked) == [("2026-11-25T11:00", "booked")]
    assert occupied(booked) == before
    booked.says("Book a visit", "Teeth cleaning", "Kentron", "today 14:00")
    assert booked.asking == "agreed", "the old time can be booked again"


@pytest.mark.req("A20", "A22")
def test_a_moved_visit_is_reminded_of_at_its_new_time_only(booked: Talk) -> None:
    """After moving, the reminders follow the visit."""
    booked.presses("Another time").says("Wednesday 11:00", "yes")
    said = len(booked.heard)
    booked.waits(timedelta(days=5))

    assert len(booked.heard) - said == 2
    assert all("Wednesday 25 November, 11:00" in text for text in booked.heard[said:])


@pytest.mark.req("A21")
def test_who_falls_silent_is_asked_once_with_two_other_times(summary: Talk) -> None:
    """A customer who does not confirm gets one nudge with their own and two other times, and nothing after it."""
    said = len(summary.heard)
    summary.waits(timedelta(minutes=14))
    assert summary.heard[said:] == []
    summary.waits(timedelta(minutes=1))
    assert "You have not confirmed Monday 23 November, 14:00" in summary.heard[-1]

    assert summary.buttons[0] == "Monday 23 November, 14:00"
    assert len([label for label in summary.buttons if "November" in label]) == 3
    summary.waits(timedelta(days=30))
    assert len(summary.heard) - said == 1


@pytest.mark.req("A21")
def test_the_own_time_after_a_nudge_is_only_offered_while_it_is_free(summary: Talk, opened: Open) -> None:
    """After the nudge the customer's own time can be taken again with one press, and leads straight to the summary."""
    summary.waits(timedelta(minutes=15))
    summary.presses("Monday 23 November, 14:00")

    assert summary.asking == "agreed"
    summary.says("yes")
    assert visits(summary) == [MONDAY_AT_TWO]


@pytest.mark.req("A21")
def test_an_unanswered_booking_ends_by_itself(summary: Talk) -> None:
    """Days later nothing is open and nothing is held: the next message starts afresh."""
    summary.waits(timedelta(days=4))

    assert summary.state.stack == []
    assert summary.reads(Query("SELECT COUNT(*) FROM occupancy WHERE held_until IS NULL")) == [(0,)]


@pytest.mark.req("A5", "A3")
def test_the_first_message_of_a_stranger_is_answered_at_once(opened: Open) -> None:
    """At three in the night a new contact who writes «cleaning tomorrow» is in the booking dialog."""
    talk = opened()
    talk.waits(timedelta(hours=17))
    said = len(talk.heard)
    talk.says("I need a teeth cleaning")

    assert len(talk.heard) == said + 1
    assert talk.asking == "branch"


@pytest.mark.req("F4")
def test_several_answers_in_one_message_are_taken_together(clinic: Talk) -> None:
    """«Teeth cleaning in Kentron on Wednesday»: service and branch are not asked, the day narrows the times."""
    clinic.says("I want to book teeth cleaning in Kentron on Wednesday")

    assert clinic.asking == "slot"
    assert all(label.startswith("Wednesday 25 November") for label in clinic.buttons[:3])


@pytest.mark.req("A22")
def test_a_customer_without_visits_is_told_so(clinic: Talk) -> None:
    """Who wants to move a visit and has none is not led through questions."""
    clinic.says("reschedule")

    assert clinic.heard[-1].startswith("You have no coming visit.")
