"""`/stats`: figures in words, and a picture of the days."""

import sys
from io import BytesIO

import pytest

from bot.charts import ChartsMissing, draw_days
from tests.staff.office import Office
from tests.staff.test_lists import booked

DAYS = [f"{day:02}.11" for day in range(1, 31)]


@pytest.mark.req("F17")
def test_stats_count_today_a_week_and_a_month(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra for pictures a supervisor reads the figures and how to get pictures."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    booked(office)
    office.says("HUMAN").staff("Good morning!", user="7")
    (answer,) = office.orders("/stats", "supervisor")

    today, week, month, pictures = answer.split("\n\n")
    assert today.splitlines() == [
        "Today",
        "Messages 8, conversations 1",
        "Visits booked 1, cancelled 0; leads 0",
        "Cases opened 1, closed 0; customers with more than one 0",
        "First answer of a human, in the middle: under a minute",
    ]
    assert (week.splitlines()[0], month.splitlines()[0]) == ("7 days", "30 days")
    assert pictures == "For a picture install the extra «charts»: pip install 'dragoman[charts]'"


@pytest.mark.req("F17")
def test_stats_come_with_a_picture(office: Office) -> None:
    """With the extra, one message holds the picture of thirty days and the figures under it."""
    pytest.importorskip("matplotlib")
    booked(office)
    office.orders("/stats", "supervisor")
    _, message = office.said_in_room()[-1]

    (media,) = message.media
    stored = office.does(office.engine.media.get(media.name))
    assert stored is not None
    assert stored.body.startswith(b"\x89PNG\r\n\x1a\n")
    assert message.text.startswith("Today\nMessages 7, conversations 1")


def test_the_picture_has_the_letters_of_every_language() -> None:
    """Armenian, Georgian, Cyrillic and Uzbek words stand on the picture, and no empty boxes."""
    pytest.importorskip("matplotlib")
    rows = [("Հաղորդագրություններ, შეტყობინებები", [*range(30)]), ("Визиты, o‘tgan kunlar", [0] * 30)]
    picture = draw_days("Վերջին 30 օրը · ბოლო 30 დღე", DAYS, rows)  # a letter that the font lacks warns, so fails

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(BytesIO(picture).getvalue()) > 5000


def test_without_matplotlib_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever draws hears which extra is missing."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ChartsMissing, match=r"dragoman\[charts\]"):
        draw_days("", [], [])


def test_two_questions_at_once_are_both_answered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two supervisors who ask at the same moment both get an answer, under their own question."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    office.employs("10", "supervisor", name="Second")
    before = len(office.room.posts)
    office.staff("/stats", user="8", name="Supervisor").staff("/stats", user="10", name="Second")
    office.works()

    assert len(office.room.posts) == before + 2
