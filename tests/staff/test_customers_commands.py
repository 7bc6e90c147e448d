"""Slash-commands of customers are words under other names."""

import pytest

from handlers.commands import COMMANDS
from tests.staff.office import Office


def test_stop_is_heard_in_the_middle_of_a_dialog_and_while_a_human_talks(office: Office) -> None:
    """/stop is STOP: it works before everything, and START takes it back."""
    office.opens().says("Book a visit", "/stop")
    assert office.state.stopped
    office.says("/start", "HUMAN").staff("Hello!", user="7").says("/stop")

    assert office.state.stopped
    assert office.heard[-1].startswith("You will get no more reminders or news from us.")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_its_word_does(office: Office, command: str) -> None:
    """Whoever types /menu reads what whoever types MENU reads."""
    word = {"/start": "START"}.get(command, command.removeprefix("/"))
    office.opens().says(word)
    by_word = office.heard[-1]

    assert office.says(command).heard[-1] == by_word


def test_a_command_that_is_none_is_text(office: Office) -> None:
    """Text that begins with a slash is not refused; it is what the customer said."""
    office.opens().says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    office.says("/Anna")

    assert office.asking == "phone"
