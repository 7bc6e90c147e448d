"""What a firm says unasked arrives: inside the window of a channel, or by a template that its provider has approved."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import main
from bot.business.fitting import Code, Finding, check_channels
from bot.chat import Chat
from bot.dialog import Dialog, ask, silent
from bot.texts import t
from tests.business.channel_firm import Tree, as_it_is, line_of, put, write
from tests.rendering.rows import ROWS

Files = dict[str, Tree]
REMINDER = "may leave after 24 h of silence; name a template for 'reminder' in templates.yaml"
NAMES = {"whatsapp_cloud": "visit_reminder", "whatsapp_twilio": "HX" + "0" * 32}


class Patient(Dialog):
    """Waits for an answer longer than a provider does."""

    key = "patient"
    name = ask.text(t("What is your name?"))

    @silent(name, wait=ask.minutes(60 * 24))
    async def just_in_time(self, chat: Chat) -> None:
        """Inside the window."""

    @silent(name, wait=ask.minutes(60 * 24 + 1))
    async def too_late(self, chat: Chat) -> None:
        """A minute after it."""


def found_in(
    folder: Path, *channels: str, change: Callable[[Files], None] = as_it_is, **dialogs: type[Dialog]
) -> list[Finding]:
    business = write(folder, change)
    rows = {name: ROWS[name] for name in channels}
    found = check_channels(business, folder, rows, Code({}, ()), dialogs)
    return [each for each in found if "silence" in str(each)]


def later(files: Files) -> None:
    """Visits may be booked so far ahead that a reminder comes long after the customer's last word."""
    put(files, "business.yaml", "booking", "horizon", value="27 h")


def with_template(
    *channels: str, kind: str = "reminder", languages: tuple[str, ...] = ("hy", "ru", "uz", "ka", "en")
) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        later(files)
        names = {channel: NAMES[channel] for channel in channels}
        files["templates.yaml"] = {kind: {"names": names, "languages": list(languages)}}

    return change


@pytest.mark.req("F24")
def test_a_reminder_that_cannot_come_too_late_needs_no_template(tmp_path: Path) -> None:
    """Where visits are booked a day ahead at most, whoever booked has spoken less than a day before the reminder."""
    assert found_in(tmp_path, *ROWS) == []


@pytest.mark.req("F24")
def test_a_reminder_after_the_window_needs_a_template(tmp_path: Path) -> None:
    """The editor is told where reminders are set, for every channel with a window and templates."""
    found = found_in(tmp_path, *ROWS, change=later)

    line = line_of(tmp_path, "business.yaml", "booking:")
    faults = [str(each) for each in found if each.level == "fault"]
    assert faults == [f"business.yaml:{line}  booking.reminders: {REMINDER} (whatsapp_cloud, whatsapp_twilio)"]


def test_a_template_counts_on_the_channels_that_it_names(tmp_path: Path) -> None:
    """A name at Meta says nothing to Twilio: each channel needs its own."""
    one, both = with_template("whatsapp_cloud"), with_template("whatsapp_cloud", "whatsapp_twilio")

    [left] = found_in(tmp_path, "whatsapp_cloud", "whatsapp_twilio", change=one)
    assert "(whatsapp_twilio)" in str(left)
    assert found_in(tmp_path, "whatsapp_cloud", "whatsapp_twilio", change=both) == []


def test_a_template_of_another_kind_does_not_count(tmp_path: Path) -> None:
    """What was approved for advertisements does not carry a reminder."""
    change = with_template("whatsapp_cloud", kind="broadcast")

    assert [each.level for each in found_in(tmp_path, "whatsapp_cloud", change=change)] == ["fault"]


def test_a_language_without_a_template_of_its_own_is_told(tmp_path: Path) -> None:
    """WhatsApp approves no templates in Armenian: who speaks it gets the first of the others, and the editor knows."""
    change = with_template("whatsapp_cloud", languages=("ru", "uz", "ka", "en"))

    [note] = found_in(tmp_path, "whatsapp_cloud", change=change)

    assert note.level == "note"
    assert "templates.yaml:" in str(note)
    assert "in 'ru' for others (whatsapp_cloud: hy)" in str(note)


def test_where_there_are_no_templates_the_editor_is_told_what_does_not_arrive(tmp_path: Path) -> None:
    """Nothing can be mended there, so it stops no release."""
    [note] = found_in(tmp_path, "instagram", change=later)

    assert note.level == "note"
    assert "does not arrive after 24 h of silence; this channel has no templates (instagram)" in str(note)


def test_a_rating_may_be_asked_for_at_any_time(tmp_path: Path) -> None:
    """The staff may close a matter days after the customer's last word."""

    def rated(files: Files) -> None:
        put(files, "business.yaml", "dialogs", value=["booking", "feedback"])

    [fault] = found_in(tmp_path, "whatsapp_cloud", change=rated)

    assert str(fault).startswith(
        f"business.yaml:{line_of(tmp_path, 'business.yaml', 'feedback:')}  feedback: may leave"
    )


def test_a_dialog_that_speaks_into_a_silence_is_held_to_the_window(tmp_path: Path) -> None:
    """A developer is told the line of the rule that waits a minute too long, and of no other."""
    [fault] = found_in(tmp_path, "whatsapp_cloud", patient=Patient)

    line = line_of(Path(__file__).parent, Path(__file__).name, "wait=ask.minutes(60 * 24 + 1)")
    assert str(fault).startswith(f"dialogs/{Path(__file__).name}:{line}  patient.too_late: may leave after 24 h")


def test_check_holds_the_dialogs_that_are_on_to_it(tmp_path: Path) -> None:
    """On the command line all of it comes together: the shipped clinic would need templates on WhatsApp, none on Viber."""
    told = CliRunner().invoke(main.cli, ["check", "businesses/demo", "--channel", "whatsapp_cloud"])

    assert told.exit_code == 1
    assert f"booking.reminders: {REMINDER} (whatsapp_cloud)" in told.output
    assert CliRunner().invoke(main.cli, ["check", "businesses/demo", "--channel", "viber"]).exit_code == 0
