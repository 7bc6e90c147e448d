"""`main.py staff`: the owner's way to say who may log in."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import main

PASSWORD = "correct horse battery"


class Staff:
    """Runs `main.py staff …` on a database of its own."""

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main.cli, ("staff", *words), input=typed)

    def sets_password(self, login: str, password: str = PASSWORD) -> Result:
        return self.run("password", login, typed=f"{password}\n{password}\n")


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """A firm without staff."""
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", f"sqlite:///{tmp_path / 'firm.db'}")
    return Staff()


def test_an_owner_adds_lists_and_removes_a_colleague(staff: Staff) -> None:
    """Added, listed with role and login, given a password, removed, listed as removed, taken back."""
    empty = staff.run("list")
    added = staff.run("add", "Ani", "--login", "ANI", "--role", "supervisor")
    password = staff.sets_password("ani")
    listed = staff.run("list")
    removed = staff.run("remove", "ani")
    left = staff.run("list")
    back = staff.run("add", "Ani", "--login", "ani")

    assert "There is nobody yet." in empty.output
    assert "Ani is added as supervisor" in added.output
    assert "The password is set." in password.output
    assert "Ani  login ani  supervisor" in listed.output
    assert "Ani has no access any more." in removed.output
    assert "removed" in left.output
    assert back.exit_code == 0


@pytest.mark.parametrize(("words", "sentence"), [
    (("add", "Eve", "--login", "ani"), "the login ani is taken"),
    (("add", "Eve", "--login", "two words"), "a login is one word"),
    (("remove", "nobody"), "there is no member nobody"),
    (("list", "--business", "other"), "name one of the businesses with --business: demo"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(staff: Staff, words: tuple[str, ...], sentence: str) -> None:
    """A mistake on the command line costs a sentence, not a traceback."""
    staff.run("add", "Ani", "--login", "ani")
    result = staff.run(*words)

    assert result.exit_code == 1
    assert sentence in result.output


def test_a_password_must_be_long_enough_and_have_an_owner(staff: Staff) -> None:
    """A short password is refused, and so is one for nobody."""
    staff.run("add", "Ani", "--login", "ani")

    assert "10 to 200 characters" in staff.sets_password("ani", "short").output
    assert "nobody has the login eve" in staff.sets_password("eve").output
