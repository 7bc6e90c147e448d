"""Setting up accounts: what is wrong is told all at once, in words, and never shows a secret."""

import pytest

from bot.ports.accounts import Problems
from integrations.channels.telegram.accounts import Wanted, Written, read_accounts
from tests.standins.telegram import TOKEN

OTHER = "987:another-token_0123456789012345678901"
HOOK = Wanted(mode="webhook", secret="s3cret", public_url="https://chat.example.com")


def wrong(businesses: list[str], written: list[Written], wanted: Wanted, **environ: str) -> str:
    with pytest.raises(Problems) as problems:
        read_accounts(businesses, written, wanted, environ)
    return "\n".join(problems.value.lines)


def test_without_a_token_there_is_no_telegram() -> None:
    """The bot runs without any account elsewhere."""
    assert read_accounts(["demo"], [], Wanted(mode="webhook"), {}) == []


def test_one_business_needs_one_variable() -> None:
    """The short form is a token and nothing else."""
    (account,) = read_accounts(["demo"], [], Wanted(TOKEN, -1001), {})

    assert (account.business, account.id, account.mode, account.staff_group) == ("demo", "main", "polling", -1001)
    assert account.api_url == "https://api.telegram.org"


def test_accounts_in_the_folders_name_their_variables() -> None:
    """Each business has its own bot and its own staff group."""
    written = [Written("a", "main", "A_TOKEN", {"staff_group": "-1001234"}), Written("b", "bot", "B_TOKEN")]
    found = read_accounts(["a", "b"], written, HOOK, {"A_TOKEN": TOKEN, "B_TOKEN": OTHER})

    assert [(each.business, each.id, each.staff_group) for each in found] == [("a", "main", -1001234), ("b", "bot", 0)]
    assert found[1].hook_url == "https://chat.example.com/webhooks/telegram/bot"


def test_everything_wrong_is_told_at_once() -> None:
    """An owner mends all in one go."""
    written = [
        Written("a", "main", "A_TOKEN"),
        Written("b", "main", "B_TOKEN", {"staff_group": "the team", "colour": "red"}),
        Written("c", "bot", ""),
    ]
    said = wrong(["a", "b", "c"], written, Wanted(TOKEN, mode="webhook"), B_TOKEN="not-a-token-but-secret")

    for part in (
        "A_TOKEN", "missing", "B_TOKEN", "is not a token", "'the team' is not a group's id", "unknown setting 'colour'",
        "no secret_env", "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET", "DRAGOMAN_PUBLIC_URL", "there are 3",
        "two businesses call an account alike",
    ):  # fmt: skip
        assert part in said
    assert "not-a-token-but-secret" not in said
    assert TOKEN not in said


def test_a_token_of_the_wrong_shape_is_not_repeated() -> None:
    """A pasted secret does not end up in a terminal's history."""
    said = wrong(["demo"], [], Wanted("5:oops"))

    assert "DRAGOMAN_TELEGRAM_TOKEN" in said
    assert "oops" not in said


def test_two_accounts_cannot_share_a_token() -> None:
    """Two that fetch with one token would take each other's messages."""
    written = [Written("a", "one", "X"), Written("a", "two", "Y")]

    assert "the same token" in wrong(["a"], written, Wanted(), X=TOKEN, Y=TOKEN)


def test_the_short_form_beside_accounts_is_a_mistake() -> None:
    """It would not be clear which of the two counts; naming the same variable is fine."""
    beside = Written("a", "one", "X")

    assert "keep one" in wrong(["a"], [beside], Wanted(TOKEN), X=OTHER)
    named = Written("a", "one", "DRAGOMAN_TELEGRAM_TOKEN")
    assert len(read_accounts(["a"], [named], Wanted(TOKEN), {"DRAGOMAN_TELEGRAM_TOKEN": TOKEN})) == 1


def test_behind_a_bridge_there_is_a_secret_and_no_address() -> None:
    """An account that another program holds needs no public address; its mode may stand beside those of others."""
    written = [Written("a", "ours", "A_TOKEN"), Written("a", "theirs", "B_TOKEN", {"mode": "bridge"})]
    environ = {"A_TOKEN": TOKEN, "B_TOKEN": OTHER}
    found = read_accounts(["a"], written, Wanted(secret="s3cret"), environ)

    assert [(each.id, each.mode, each.delivered) for each in found] == [
        ("ours", "polling", False),
        ("theirs", "bridge", True),
    ]
    assert "bridge mode needs one" in wrong(["a"], written, Wanted(), **environ)
    (short,) = read_accounts(["a"], [], Wanted(TOKEN, mode="bridge", secret="s3cret"), {})
    assert short.mode == "bridge"


def test_a_mode_that_is_none_is_named() -> None:
    """A slip of the pen in an account's mode is told, and does not become polling."""
    written = [Written("a", "main", "X", {"mode": "bridged"})]

    assert "mode 'bridged' is none of polling, webhook, bridge" in wrong(["a"], written, Wanted(), X=TOKEN)
