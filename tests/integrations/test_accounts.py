"""Accounts of a business folder are opened, or every fault is listed at once: by variable or place, never with a secret."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.business.accounts import open_accounts
from bot.events import Media
from bot.net import Fetcher
from bot.ports.accounts import Account, Descriptor, Kit, Problems, Setting, Written, read_account
from bot.ports.channel import Channel
from bot.rendering import Limits
from bot.testing.fakes import Mouthpiece
from integrations.channels import PAGE, ROWS, descriptor
from tests.contracts.channels.line import Still
from tests.integrations.firms import firm
from tests.integrations.kit import PUBLIC_URL, Remembers

OPENED = [name for name in ROWS if name != PAGE]
SECRETS = {"PIGEON_KEY": "0123456789-the-key", "PIGEON_PROOF": "0123456789-the-proof"}


class Opening:
    """Opens accounts and notes them; one with the id `broken` cannot be."""

    def __init__(self) -> None:
        self.opened: list[Account] = []

    def __call__(self, account: Account, kit: Kit) -> Channel:
        if account.id == "broken":
            raise ValueError("the flock is too small")
        self.opened.append(account)
        return Mouthpiece(account.channel)


@pytest.fixture
def opening() -> Opening:
    return Opening()


@pytest.fixture
def kind(opening: Opening) -> Descriptor:
    """A channel with two secrets, one setting that must be there and one with a default."""
    return Descriptor(
        "pigeon", Limits(500), opening,
        secrets={"key": Setting("a key of Pigeon", r"[0-9a-z-]{10,}"), "proof": Setting("what Pigeon signs with")},
        settings={
            "coop": Setting("the number of a coop", r"[0-9]+"),
            "api_url": Setting("an address of the web", r"https?://\S+", "https://api.pigeon.example"),
        },
    )  # fmt: skip


WRITTEN = Written("clinic", "pigeon", "main", {"key": "PIGEON_KEY", "proof": "PIGEON_PROOF"}, {"coop": "12"})


def problems(written: Written, kind: Descriptor, environ: Mapping[str, str] = SECRETS, url: str = PUBLIC_URL) -> str:
    with pytest.raises(Problems) as caught:
        read_account(written, kind, environ, url)
    return "\n".join(caught.value.lines)


def test_an_account_that_is_right_is_read(kind: Descriptor) -> None:
    """Secrets come from the environment, settings from the folder, and what was left out has its default."""
    account = read_account(WRITTEN, kind, SECRETS, f"{PUBLIC_URL}/")

    assert account.secrets == {"key": SECRETS["PIGEON_KEY"], "proof": SECRETS["PIGEON_PROOF"]}
    assert account.settings == {"coop": "12", "api_url": "https://api.pigeon.example"}
    assert account.source == "pigeon/main"
    assert account.hook_url == f"{PUBLIC_URL}/webhooks/pigeon/main"


def test_an_account_never_shows_its_secrets(kind: Descriptor) -> None:
    """Whoever writes an account into a log writes no key."""
    account = read_account(WRITTEN, kind, SECRETS, PUBLIC_URL)

    assert not any(secret in f"{account!r}{account}" for secret in SECRETS.values())


@pytest.mark.parametrize(("changes", "line"), [
    ({"variables": {"key": "PIGEON_KEY"}},
     "clinic, account main (pigeon): name the variable that holds its proof (what Pigeon signs with) under secrets"),
    ({"variables": {"key": "NO_SUCH", "proof": "PIGEON_PROOF"}},
     "NO_SUCH: missing, clinic, account main (pigeon) needs it: a key of Pigeon"),
    ({"variables": {**WRITTEN.variables, "wing": "PIGEON_KEY"}},
     "clinic, account main (pigeon): unknown secret 'wing'; there is key, proof"),
    ({"settings": {}}, "clinic, account main (pigeon): the account needs the setting coop: the number of a coop"),
    ({"settings": {"coop": "twelve"}}, "clinic, account main (pigeon): coop 'twelve' is not the number of a coop"),
    ({"settings": {"coop": "12", "colour": "grey"}},
     "clinic, account main (pigeon): unknown setting 'colour'; there is coop, api_url"),
    ({"settings": {"coop": "12", "api_url": "pigeon.example"}},
     "clinic, account main (pigeon): api_url 'pigeon.example' is not an address of the web"),
])  # fmt: skip
def test_each_fault_is_one_line(kind: Descriptor, changes: Mapping[str, Any], line: str) -> None:
    """Who set an account up wrongly reads which one, what, and what was expected."""
    assert problems(WRITTEN._replace(**changes), kind) == line


def test_a_variable_may_hold_a_setting_of_all_accounts(kind: Descriptor) -> None:
    """An account's own comes first; what holds for all is told by its variable when it is wrong."""
    coop = kind.settings["coop"]._replace(variable="PIGEON_COOP")
    everybodys = replace(kind, settings={**kind.settings, "coop": coop})
    house = {**SECRETS, "PIGEON_COOP": "7"}
    silent = WRITTEN._replace(settings={})

    assert read_account(WRITTEN, everybodys, house, PUBLIC_URL).settings["coop"] == "12"
    assert read_account(silent, everybodys, house, PUBLIC_URL).settings["coop"] == "7"
    assert (
        problems(silent, everybodys, {**SECRETS, "PIGEON_COOP": "x"}) == "PIGEON_COOP: 'x' is not the number of a coop"
    )
    assert "the account needs the setting coop" in problems(silent, everybodys)


def test_a_secret_that_proves_deliveries_is_not_read_where_there_are_none(kind: Descriptor) -> None:
    """An account that fetches needs none, and keeps none that could open a door."""
    proof = kind.secrets["proof"]._replace(unless="fetched")
    fetching = replace(kind, secrets={**kind.secrets, "proof": proof}, way=lambda _: "fetched")
    silent = WRITTEN._replace(variables={"key": "PIGEON_KEY"})

    assert read_account(silent, fetching, SECRETS, "").secrets["proof"] == ""
    assert read_account(WRITTEN, fetching, SECRETS, "").secrets["proof"] == ""
    assert "name the variable that holds its proof" in problems(silent, replace(fetching, way=lambda _: "handed"))


def test_a_secret_of_the_wrong_form_is_not_repeated(kind: Descriptor) -> None:
    """The variable is named and what belongs there; what stands there may be somebody's password."""
    told = problems(WRITTEN, kind, {**SECRETS, "PIGEON_KEY": "hunter2"})

    assert told == "PIGEON_KEY: does not look like a key of Pigeon"


def test_without_a_public_address_nobody_can_deliver(kind: Descriptor) -> None:
    """A provider that calls us needs an address; one that is only called does not."""
    assert "DRAGOMAN_PUBLIC_URL is missing" in problems(WRITTEN, kind, url="")
    assert read_account(WRITTEN, replace(kind, way=lambda _: "fetched"), SECRETS, "").id == "main"


def test_everything_is_told_at_once(kind: Descriptor) -> None:
    """Five faults are five lines, not five starts."""
    written = WRITTEN._replace(variables={"key": "PIGEON_KEY", "x": "Y"}, settings={"coop": "a", "y": "z"})
    told = problems(written, kind, {"PIGEON_KEY": "short"}, "")

    assert len(told.splitlines()) == 6
    assert "short" not in told


RIGHT = """\
  - id: main
    channel: pigeon
    secret_env: PIGEON_KEY
    secrets: {proof: PIGEON_PROOF}
    settings: {coop: '12'}
"""


@pytest.fixture
def kits() -> dict[str, Kit]:
    """What each business lends."""
    clock, files = Still(datetime(2026, 11, 23, tzinfo=UTC)), Fetcher()
    return {
        slug: Kit(clock, files, nothing, lambda _: "", Remembers(), str, str) for slug in ("clinic", "salon")
    }  # fmt: skip


async def nothing(media: Media) -> bytes | None:
    """There are no files."""


def test_every_account_of_every_business_is_opened(kind: Descriptor, opening: Opening, kits: Mapping[str, Kit]) -> None:
    """Each gets its own secrets and what its own firm lends; the page has no provider to open anything at."""
    firms = [firm("clinic", RIGHT), firm("salon", RIGHT.replace("main", "second").replace("'12'", "'13'"))]
    opened = open_accounts(firms, kits, lambda _: kind, SECRETS, PUBLIC_URL)

    assert [(each.account.business, each.account.source) for each in opened] == [
        ("clinic", "pigeon/main"),
        ("salon", "pigeon/second"),
    ]
    assert [each.settings["coop"] for each in opening.opened] == ["12", "13"]
    assert [each.secrets["key"] for each in opening.opened] == [SECRETS["PIGEON_KEY"]] * 2


def test_two_firms_cannot_be_delivered_to_at_one_address(kind: Descriptor, kits: Mapping[str, Kit]) -> None:
    """An address names a channel and an account, so no two businesses may call theirs the same."""
    with pytest.raises(Problems) as caught:
        open_accounts([firm("clinic", RIGHT), firm("salon", RIGHT)], kits, lambda _: kind, SECRETS, PUBLIC_URL)

    assert caught.value.lines == ("pigeon/main: clinic and salon have it; take another id",)


def test_the_faults_of_all_accounts_are_told_at_once(kind: Descriptor, kits: Mapping[str, Kit]) -> None:
    """One that cannot be opened hides no other, and no line shows a secret."""
    second = RIGHT.replace("main", "broken").replace("'12'", "'12', wing: left")
    third = RIGHT.replace("main", "broken").replace("broken", "third").replace("PIGEON_PROOF", "NO_SUCH")
    firms = [firm("clinic", RIGHT.replace("main", "broken"), third), firm("salon", second)]
    with pytest.raises(Problems) as caught:
        open_accounts(firms, kits, lambda _: kind, SECRETS, PUBLIC_URL)

    told = str(caught.value)
    assert caught.value.lines == (
        "pigeon/broken: clinic and salon have it; take another id",
        "clinic, account broken (pigeon): the flock is too small",
        "NO_SUCH: missing, clinic, account third (pigeon) needs it: what Pigeon signs with",
        "salon, account broken (pigeon): unknown setting 'wing'; there is coop, api_url",
    )
    assert not any(secret in told for secret in SECRETS.values())


@pytest.mark.parametrize("name", OPENED)
def test_every_channel_says_what_an_account_needs(name: str) -> None:
    """Each secret and setting is described for who has to find it; defaults have the form that is asked for."""
    kind = descriptor(name)
    wanted = {**kind.secrets, **kind.settings}

    assert kind.name == name
    assert kind.limits.text > 0
    assert all(each.what and not each.what.endswith(".") for each in wanted.values())
    assert [key for key, each in wanted.items() if each.default and not re.fullmatch(each.form, each.default)] == []
    assert re.fullmatch(wanted["api_url"].form, "http://127.0.0.1:8080")


@pytest.mark.parametrize("name", OPENED)
def test_an_empty_account_of_a_channel_is_told_everything(name: str) -> None:
    """Who has only named the channel reads each secret and setting that is missing, and the public address."""
    kind = descriptor(name)
    with pytest.raises(Problems) as caught:
        read_account(Written("clinic", name, "main", {}, {}), kind, {}, "")

    way = kind.way({key: each.default or "" for key, each in kind.settings.items()})
    wanted = {**kind.secrets, **kind.settings}
    missing = [key for key, each in wanted.items() if each.default is None and each.unless != way]
    assert len(caught.value.lines) == len(missing) + (way == "called")
    assert missing
