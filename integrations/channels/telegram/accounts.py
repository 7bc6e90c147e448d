"""Puts the accounts together out of what is written in business folders and what the environment holds.

What is wrong is collected, so that all of it can be told at once; no sentence holds a secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import NamedTuple, cast, get_args

from bot.ports.accounts import Problems
from integrations.channels.telegram.account import SECRET, TOKEN, Account, Mode

TOKEN_VARIABLE = "DRAGOMAN_TELEGRAM_TOKEN"  # noqa: S105  the variable's name, not the token
SECRET_VARIABLE = "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET"  # noqa: S105  the same
URL_VARIABLE = "DRAGOMAN_PUBLIC_URL"
HOW = "@BotFather gives it, it looks like 123456:ABC…"
STAFF_GROUP = "staff_group"
MODE = "mode"
MODES = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Written:
    """An account as a business folder names it."""

    business: str
    id: str
    secret_env: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What holds for every account; `token` and `staff_group` are the short form for one account of one business.

    `mode` is that of accounts that name none of their own.
    """

    token: str = field(default="", repr=False)
    staff_group: int = 0
    mode: str = "polling"
    api_url: str = ""
    secret: str = field(default="", repr=False)
    public_url: str = ""
    rate: int = 25


class Found(NamedTuple):
    """An account that something names, sound or not."""

    business: str
    id: str
    token: str
    group: int
    mode: str


def read_accounts(
    businesses: Sequence[str], written: Sequence[Written], wanted: Wanted, environ: Mapping[str, str]
) -> list[Account]:
    """Every account; none when nothing names one. Raises `Problems` with all there are."""
    problems: list[str] = []
    found: list[Found] = []
    for each in written:
        problems += _settings_problems(each)
        token = environ.get(each.secret_env, "") if each.secret_env else ""
        problems += _token_problems(each, token)
        found.append(Found(each.business, each.id, token, _group(each), each.settings.get(MODE, wanted.mode)))
    if wanted.token and TOKEN_VARIABLE not in {each.secret_env for each in written}:
        problems += _short_problems(businesses, written, wanted.token)
        found.append(Found(businesses[0], "main", wanted.token, wanted.staff_group, wanted.mode))
    problems += _way_problems(wanted, {each.mode for each in found})
    problems += _twice(found)
    if any(each.group for each in found) and find_spec("aiogram") is None:
        problems.append(_line("aiogram", "is not installed, and a staff group needs it: pip install '.[telegram]'"))
    if problems:
        raise Problems(list(dict.fromkeys(problems)))
    return [_account(each, wanted) for each in found]


def _account(found: Found, wanted: Wanted) -> Account:
    account = Account(
        found.business, found.id, found.token, public_url=wanted.public_url, staff_group=found.group, rate=wanted.rate
    )
    if wanted.api_url:
        account = replace(account, api_url=wanted.api_url)
    if found.mode == "polling":
        return account
    return replace(account, mode=cast("Mode", found.mode), secret=wanted.secret)


def _line(name: str, sentence: str) -> str:
    return f"  {name:<24} {sentence}"


def _token_problems(each: Written, token: str) -> Iterator[str]:
    if not each.secret_env:
        yield _line(f"{each.business}/{each.id}", "the account has no secret_env, the variable that holds its token")
    elif not token:
        yield _line(each.secret_env, f"missing, the account {each.id} of {each.business} needs it; {HOW}")
    elif not TOKEN.fullmatch(token):
        yield _line(each.secret_env, f"is not a token; {HOW}")


def _short_problems(businesses: Sequence[str], written: Sequence[Written], token: str) -> Iterator[str]:
    if not TOKEN.fullmatch(token):
        yield _line(TOKEN_VARIABLE, f"is not a token; {HOW}")
    if len(businesses) > 1:
        yield _line(
            TOKEN_VARIABLE,
            f"is for one business, and there are {len(businesses)}; name an account in each business.yaml",
        )
    elif written:
        yield _line(TOKEN_VARIABLE, "stands beside accounts in business.yaml; keep one of the two")


def _way_problems(wanted: Wanted, modes: set[str]) -> Iterator[str]:
    delivered = sorted(modes & {"webhook", "bridge"}, reverse=True)
    if not delivered:
        return
    if not wanted.secret:
        yield _line(SECRET_VARIABLE, f"missing; {delivered[0]} mode needs one: 1 to 256 of A-Z a-z 0-9 _ -")
    elif not SECRET.fullmatch(wanted.secret):
        yield _line(SECRET_VARIABLE, "holds something else than 1 to 256 of A-Z a-z 0-9 _ -")
    if "webhook" in delivered and not wanted.public_url:
        yield _line(URL_VARIABLE, "missing; webhook mode needs the address at which Telegram reaches us")


def _settings_problems(each: Written) -> Iterator[str]:
    place = f"{each.business}/{each.id}"
    for name in each.settings:
        if name not in {STAFF_GROUP, MODE}:
            yield _line(place, f"the account has an unknown setting {name!r}; there are {STAFF_GROUP}, {MODE}")
    value = each.settings.get(STAFF_GROUP, "")
    if value and not _group(each):
        yield _line(place, f"staff_group {value!r} is not a group's id; it looks like -1001234567890")
    if each.settings.get(MODE, "polling") not in MODES:
        yield _line(place, f"mode {each.settings[MODE]!r} is none of {', '.join(MODES)}")


def _group(each: Written) -> int:
    value = str(each.settings.get(STAFF_GROUP, ""))
    digits = value.removeprefix("-")
    return int(value) if value.startswith("-") and digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0


def _twice(found: Sequence[Found]) -> Iterator[str]:
    tokens = [each.token for each in found if each.token]
    if len(set(tokens)) < len(tokens):
        yield _line("accounts", "two accounts have the same token; each needs its own bot")
    ids = [each.id for each in found if each.mode != "polling"]
    if len(set(ids)) < len(ids):
        yield _line("accounts", "two businesses call an account alike; what is delivered needs different ids")
