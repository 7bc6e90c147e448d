"""What a channel's package exports, and what one account of it is opened with.

A business names the account in `business.yaml`; its secrets stand in environment variables that it names there.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from bot.events import Media
from bot.ports.channel import Channel
from bot.ports.clock import Clock
from bot.ports.files import Files
from bot.ports.rates import Rates
from bot.ports.speech import Spoken
from bot.rendering import Limits

Label = Callable[[str], str]
"""A short text of ours in the language of the text that it is given."""


class Memory(Protocol):
    """Keeps a few words between two runs."""

    async def get(self, name: str) -> str | None:
        """What was kept under this name."""

    async def set(self, name: str, value: str) -> None:
        """Keep it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one business. The secrets are never shown. `public_url` is the address of this house, without a slash."""

    business: str
    channel: str
    id: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""

    @property
    def source(self) -> str:
        """Its key beside other accounts of the business, e.g. `viber/main`."""
        return f"{self.channel}/{self.id}"

    @property
    def hook_url(self) -> str:
        """Where its provider delivers."""
        return f"{self.public_url}/webhooks/{self.source}"


@dataclass(frozen=True, slots=True)
class Kit:
    """What the house lends to an account.

    `read` gives the bytes of a file of ours, `link` an address under which the provider can fetch it (empty where there
    is none), `files` fetches what lies with the provider. `memory` keeps what the provider was told already, `rates` counts
    over all processes. `share` is the label of a button that shares one's phone, `choose` of one that opens a list.
    `phones` are those of each group of operators. `spoken` is what calls say beside messages; None where nobody calls.
    """

    clock: Clock
    files: Files
    read: Callable[[Media], Awaitable[bytes | None]]
    link: Callable[[Media], str]
    memory: Memory
    share: Label
    choose: Label
    rates: Rates | None = None
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spoken: Spoken | None = None


class Setting(NamedTuple):
    """A setting or a secret of an account: what it is (to be read in an error), its form, and what holds without it.

    Without a `default` it must be there.
    """

    what: str
    form: str = r".+"
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A kind of channel. `secrets` and `settings` are those of an account; its first secret is what `secret_env` names.

    With `calls_back` the provider must be able to reach us, so there must be a public address. `most_bytes` is how large
    a delivery may be.
    """

    name: str
    limits: Limits
    open: Callable[[Account, Kit], Channel]
    secrets: Mapping[str, Setting] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    calls_back: bool = True
    most_bytes: int = 1024 * 1024


class Opened(NamedTuple):
    """An account with its kind, and its channel."""

    account: Account
    kind: Descriptor
    channel: Channel


class Written(NamedTuple):
    """An account as a business folder has it: the variables of its secrets, and its settings."""

    business: str
    channel: str
    id: str
    variables: Mapping[str, str]
    settings: Mapping[str, str]


class Problems(Exception):
    """What is wrong with the accounts, a line each. No line holds a secret."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def read_account(written: Written, kind: Descriptor, environ: Mapping[str, str], public_url: str) -> Account:
    """The account; raises `Problems` with all that is wrong."""
    problems = [*_unknown(written, kind)]
    secrets, settings = {}, {}
    for name, secret in kind.secrets.items():
        variable = written.variables.get(name, "")
        value = environ.get(variable, "") if variable else ""
        problems += _wrong_secret(written, name, secret, variable, value)
        secrets[name] = value or secret.default or ""
    for name, setting in kind.settings.items():
        settings[name] = written.settings.get(name, setting.default or "")
        problems += _wrong_setting(written, name, setting)
    if kind.calls_back and not public_url:
        problems.append(
            f"{_place(written)}: DRAGOMAN_PUBLIC_URL is missing, the address at which {kind.name} reaches us"
        )
    if problems:
        raise Problems(problems)
    return Account(written.business, written.channel, written.id, secrets, settings, public_url.rstrip("/"))


def _place(written: Written) -> str:
    return f"{written.business}, account {written.id} ({written.channel})"


def _unknown(written: Written, kind: Descriptor) -> Iterator[str]:
    for name in sorted(set(written.settings) - set(kind.settings)):
        yield f"{_place(written)}: unknown setting {name!r}; there is {', '.join(kind.settings) or 'none'}"
    for name in sorted(set(written.variables) - set(kind.secrets)):
        yield f"{_place(written)}: unknown secret {name!r}; there is {', '.join(kind.secrets) or 'none'}"


def _wrong_setting(written: Written, name: str, setting: Setting) -> Iterator[str]:
    value = written.settings.get(name)
    if value is not None and not re.fullmatch(setting.form, value):
        yield f"{_place(written)}: {name} {value!r} is not {setting.what}"
    elif value is None and setting.default is None:
        yield f"{_place(written)}: the account needs the setting {name}: {setting.what}"


def _wrong_secret(written: Written, name: str, secret: Setting, variable: str, value: str) -> Iterator[str]:
    if not variable and secret.default is None:
        yield f"{_place(written)}: name the variable that holds its {name} ({secret.what}) under secrets"
    elif variable and not value:
        yield f"{variable}: missing, {_place(written)} needs it: {secret.what}"
    elif value and not re.fullmatch(secret.form, value):
        yield f"{variable}: does not look like {secret.what}"
