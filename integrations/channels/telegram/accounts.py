"""Puts the accounts together out of what is written in business folders and what the environment holds.

What is wrong is collected, so that all of it can be told at once; no sentence holds a secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from integrations.channels.telegram.account import SECRET, TOKEN, Account

TOKEN_VARIABLE = "DRAGOMAN_TELEGRAM_TOKEN"  # noqa: S105  the variable's name, not the token
SECRET_VARIABLE = "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET"  # noqa: S105  the same
URL_VARIABLE = "DRAGOMAN_PUBLIC_URL"
HOW = "@BotFather gives it, it looks like 123456:ABC…"
STAFF_GROUP = "staff_group"


@dataclass(frozen=True, slots=True)
class Written:
    """An account as a business folder names it."""

    business: str
    id: str
    secret_env: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What holds for every account; `token` and `staff_group` are the short form for one account of one business."""

    token: str = field(default="", repr=False)
    staff_group: int = 0
    mode: str = "polling"
    api_url: str = ""
    secret: str = field(default="", repr=False)
    public_url: str = ""
    rate: int = 25


class Problems(Exception):
    """What is wrong with the accounts, a line each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def read_accounts(
    businesses: Sequence[str], written: Sequence[Written], wanted: Wanted, environ: Mapping[str, str]
) -> list[Account]:
    """Every account; none when nothing names one. Raises `Problems` with all there are."""
    problems: list[str] = []
    found: list[tuple[str, str, str, int]] = []
    for each in written:
        problems += _settings_problems(each)
        token = environ.get(each.secret_env, "") if each.secret_env else ""
        problems += _token_problems(each, token)
        found.append((each.business, each.id, token, _group(each)))
    if wanted.token and TOKEN_VARIABLE not in {each.secret_env for each in written}:
        problems += _short_problems(businesses, written, wanted.token)
        found.append((businesses[0], "main", wanted.token, wanted.staff_group))
    problems += _way_problems(wanted) if found else []
    problems += _twice(found, wanted.mode)
    if any(group for *_, group in found) and find_spec("aiogram") is None:
        problems.append(_line("aiogram", "is not installed, and a staff group needs it: pip install '.[telegram]'"))
    if problems:
        raise Problems(list(dict.fromkeys(problems)))
    return [_account(each, wanted) for each in found]


def _account(found: tuple[str, str, str, int], wanted: Wanted) -> Account:
    business, id_, token, group = found
    account = Account(business, id_, token, public_url=wanted.public_url, staff_group=group, rate=wanted.rate)
    if wanted.api_url:
        account = replace(account, api_url=wanted.api_url)
    return replace(account, mode="webhook", secret=wanted.secret) if wanted.mode == "webhook" else account


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


def _way_problems(wanted: Wanted) -> Iterator[str]:
    if wanted.mode != "webhook":
        return
    if not wanted.secret:
        yield _line(SECRET_VARIABLE, "missing; webhook mode needs one: 1 to 256 of A-Z a-z 0-9 _ -")
    elif not SECRET.fullmatch(wanted.secret):
        yield _line(SECRET_VARIABLE, "holds something else than 1 to 256 of A-Z a-z 0-9 _ -")
    if not wanted.public_url:
        yield _line(URL_VARIABLE, "missing; webhook mode needs the address at which Telegram reaches us")


def _settings_problems(each: Written) -> Iterator[str]:
    place = f"{each.business}/{each.id}"
    for name in each.settings:
        if name != STAFF_GROUP:
            yield _line(place, f"the account has an unknown setting {name!r}; there is {STAFF_GROUP}")
    value = each.settings.get(STAFF_GROUP, "")
    if value and not _group(each):
        yield _line(place, f"staff_group {value!r} is not a group's id; it looks like -1001234567890")


def _group(each: Written) -> int:
    value = str(each.settings.get(STAFF_GROUP, ""))
    digits = value.removeprefix("-")
    return int(value) if value.startswith("-") and digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0


def _twice(found: Sequence[tuple[str, str, str, int]], mode: str) -> Iterator[str]:
    tokens = [token for _, _, token, _ in found if token]
    if len(set(tokens)) < len(tokens):
        yield _line("accounts", "two accounts have the same token; each needs its own bot")
    ids = [id_ for _, id_, _, _ in found]
    if mode == "webhook" and len(set(ids)) < len(ids):
        yield _line("accounts", "two businesses call an account alike; webhook mode needs different ids")
