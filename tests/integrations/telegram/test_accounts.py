"""Setting up accounts: what is wrong is told all at once, in words, and never shows a secret."""

import sys
from collections.abc import Mapping, Sequence

import pytest

from bot.business import Business
from bot.business.accounts import open_accounts
from bot.ports.accounts import Opened, Problems, Written, read_account
from integrations.channels import SHORT, descriptor
from integrations.channels.telegram import Telegram
from tests.integrations.firms import firm
from tests.integrations.kit import PUBLIC_URL, Hands, NoFiles, Shelf, lend
from tests.integrations.telegram.conftest import KIND
from tests.standins.telegram import TOKEN

OTHER = "987:another-token_0123456789012345678901"
SHORT_FORM = "DRAGOMAN_TELEGRAM_TOKEN"
SECRET = {"DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": "s3cret"}
HOOK = {"DRAGOMAN_TELEGRAM_MODE": "webhook", **SECRET}


def bot(name: str, variable: str = "", **settings: str) -> str:
    """An account as it stands in a folder."""
    token = f", secret_env: {variable}" if variable else ""
    own = "".join(f"{key}: '{value}', " for key, value in settings.items())
    return f"  - {{id: {name}, channel: telegram{token}, settings: {{{own}}}}}\n"


def opened(firms: Sequence[Business], environ: Mapping[str, str], url: str = PUBLIC_URL) -> list[Opened]:
    kits = {each.slug: lend(Hands(), NoFiles(), Shelf().read) for each in firms}
    return open_accounts(firms, kits, descriptor, environ, url, SHORT)


def wrong(firms: Sequence[Business], environ: Mapping[str, str], url: str = PUBLIC_URL) -> str:
    with pytest.raises(Problems) as problems:
        opened(firms, environ, url)
    return "\n".join(problems.value.lines)


def test_without_a_token_there_is_no_telegram() -> None:
    """The bot runs without any account elsewhere."""
    assert opened([firm("demo")], {"DRAGOMAN_TELEGRAM_MODE": "webhook"}, "") == []


def test_one_business_needs_one_variable() -> None:
    """The short form is a token and nothing else; a staff group may stand beside it."""
    ((account, _, channel),) = opened([firm("demo")], {SHORT_FORM: TOKEN}, "")
    ((_, _, staffed),) = opened([firm("demo")], {SHORT_FORM: TOKEN, "DRAGOMAN_STAFF_GROUP_ID": "-1001"}, "")

    assert (account.business, account.source, account.secrets["token"]) == ("demo", "telegram/main", TOKEN)
    assert (account.settings["mode"], account.settings["api_url"]) == ("polling", "https://api.telegram.org")
    assert isinstance(channel, Telegram)
    assert isinstance(staffed, Telegram)
    assert (list(channel.rooms), list(staffed.rooms)) == ([], ["staff/telegram/main/-1001"])


def test_accounts_in_the_folders_name_their_variables() -> None:
    """Each business has its own bot and its own staff group."""
    firms = [firm("a", bot("main", "A_TOKEN", staff_group="-1001234")), firm("b", bot("bot", "B_TOKEN"))]
    found = opened(firms, {**HOOK, "A_TOKEN": TOKEN, "B_TOKEN": OTHER})

    said = [(each.business, each.id, each.settings["staff_group"]) for each, *_ in found]
    assert said == [("a", "main", "-1001234"), ("b", "bot", "0")]
    assert found[1].account.hook_url == f"{PUBLIC_URL}/webhooks/telegram/bot"
    assert [each.account.secrets["webhook_secret"] for each in found] == ["s3cret", "s3cret"]


def test_an_account_has_settings_of_its_own_before_those_of_all() -> None:
    """What the environment says holds for all accounts that say nothing themselves."""
    everybody = {"DRAGOMAN_TELEGRAM_RATE": "7", "DRAGOMAN_TELEGRAM_API_URL": "http://127.0.0.1:8081", **HOOK}
    ours = bot("ours", "ONE_TOKEN", rate="0", mode="polling")
    own, other = opened(
        [firm("a", ours, bot("other", "TWO_TOKEN"))], {**everybody, "ONE_TOKEN": TOKEN, "TWO_TOKEN": OTHER}
    )

    assert (own.account.settings["rate"], other.account.settings["rate"]) == ("0", "7")
    assert (own.account.settings["mode"], other.account.settings["mode"]) == ("polling", "webhook")
    assert own.account.settings["api_url"] == other.account.settings["api_url"] == "http://127.0.0.1:8081"
    assert own.account.secrets["webhook_secret"] == ""


def test_everything_wrong_is_told_at_once() -> None:
    """An owner mends all in one go."""
    firms = [
        firm("a", bot("main", "A_TOKEN")),
        firm("b", bot("main", "B_TOKEN", staff_group="the team", colour="red")),
        firm("c", bot("bot")),
    ]
    environ = {SHORT_FORM: TOKEN, "DRAGOMAN_TELEGRAM_MODE": "webhook", "B_TOKEN": "not-a-token-but-secret"}
    said = wrong(firms, environ, "")

    for part in (
        "A_TOKEN: missing", "B_TOKEN: does not look like a bot's token", "'the team' is not a group's id",
        "unknown setting 'colour'", "c, account bot (telegram): name the variable that holds its token",
        "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET: missing", "DRAGOMAN_PUBLIC_URL is missing", "there are 3",
        "telegram/main: a and b have it",
    ):  # fmt: skip
        assert part in said
    assert "not-a-token-but-secret" not in said
    assert TOKEN not in said


def test_a_token_of_the_wrong_shape_is_not_repeated() -> None:
    """A pasted secret does not end up in a terminal's history."""
    said = wrong([firm("demo")], {SHORT_FORM: "5:oops"})

    assert SHORT_FORM in said
    assert "oops" not in said


def test_two_accounts_cannot_share_a_token() -> None:
    """Two that fetch with one token would take each other's messages."""
    said = wrong(
        [firm("a", bot("one", "ONE_TOKEN"), bot("two", "TWO_TOKEN"))], {"ONE_TOKEN": TOKEN, "TWO_TOKEN": TOKEN}
    )

    assert (
        said
        == "a, account one (telegram) and a, account two (telegram) are the same at the provider; each needs its own"
    )


def test_the_short_form_beside_accounts_or_without_a_firm_is_a_mistake() -> None:
    """It would not be clear which account counts; naming the same variable is fine."""
    assert "there are 0" in wrong([], {SHORT_FORM: TOKEN})
    assert "keep one" in wrong([firm("a", bot("one", "ONE_TOKEN"))], {SHORT_FORM: TOKEN, "ONE_TOKEN": OTHER})
    assert len(opened([firm("a", bot("one", SHORT_FORM))], {SHORT_FORM: TOKEN})) == 1


def test_two_firms_that_fetch_may_call_their_bots_alike() -> None:
    """Only what is delivered to an address needs a name of its own."""
    firms = [firm("a", bot("main", "ONE_TOKEN")), firm("b", bot("main", "TWO_TOKEN"))]

    assert len(opened(firms, {"ONE_TOKEN": TOKEN, "TWO_TOKEN": OTHER}, "")) == 2
    assert "take another id" in wrong(firms, {"ONE_TOKEN": TOKEN, "TWO_TOKEN": OTHER, **HOOK})


def test_behind_a_bridge_there_is_a_secret_and_no_address() -> None:
    """An account that another program holds needs no public address; its mode may stand beside those of others."""
    firms = [firm("a", bot("ours", "A_TOKEN"), bot("theirs", "B_TOKEN", mode="bridge"))]
    environ = {"A_TOKEN": TOKEN, "B_TOKEN": OTHER}
    found = opened(firms, environ | SECRET, "")

    assert [(each.id, each.settings["mode"], kind.way(each.settings)) for each, kind, _ in found] == [
        ("ours", "polling", "fetched"),
        ("theirs", "bridge", "handed"),
    ]
    assert wrong(firms, environ, "").startswith(
        "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET: missing, a, account theirs (telegram)"
    )
    ((short, *_),) = opened([firm("a")], {SHORT_FORM: TOKEN, "DRAGOMAN_TELEGRAM_MODE": "bridge", **SECRET}, "")
    assert short.settings["mode"] == "bridge"


def test_a_mode_that_is_none_is_named() -> None:
    """A slip of the pen in an account's mode is told, and does not become polling."""
    said = wrong([firm("a", bot("main", "ONE_TOKEN", mode="bridged"))], {"ONE_TOKEN": TOKEN})

    assert said == "a, account main (telegram): mode 'bridged' is not one of polling, webhook, bridge"


def test_a_staff_group_without_aiogram_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start says what is missing, and not the first order for the group days later."""
    monkeypatch.setitem(sys.modules, "aiogram", None)
    firms = [firm("a", bot("main", "ONE_TOKEN", staff_group="-1001"))]

    assert "pip install '.[telegram]'" in wrong(firms, {"ONE_TOKEN": TOKEN})
    assert len(opened([firm("a", bot("main", "ONE_TOKEN"))], {"ONE_TOKEN": TOKEN})) == 1


@pytest.mark.parametrize("mode", ["webhook", "bridge"])
@pytest.mark.parametrize("secret", ["", "with space", "ü", "x" * 257])
def test_who_is_delivered_to_needs_a_secret(mode: str, secret: str) -> None:
    """A bot that would believe everybody does not start, whoever delivers; an account may have a word of its own."""
    variables = {"token": "ONE_TOKEN", "webhook_secret": "HOOK"}
    written = Written("a", "telegram", "main", variables, {"mode": mode})
    with pytest.raises(Problems) as problems:
        read_account(written, KIND, {"ONE_TOKEN": TOKEN, "HOOK": secret}, PUBLIC_URL)

    (line,) = problems.value.lines
    assert line.startswith("HOOK: ")
    assert "1 to 256 of A-Z a-z 0-9 _ -" in line
    account = read_account(written, KIND, {"ONE_TOKEN": TOKEN, "HOOK": "own", **SECRET}, PUBLIC_URL)
    assert account.secrets["webhook_secret"] == "own"
