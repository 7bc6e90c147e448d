"""What a channel's package exports, and what one account of it is opened with.

A business names the account in `business.yaml`; its secrets stand in environment variables that it names there.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from bot.events import Media
from bot.ports.channel import Channel
from bot.ports.clock import Clock
from bot.ports.faces import UNKNOWN, Face
from bot.ports.files import Files
from bot.ports.rates import Rates
from bot.ports.speech import Spoken
from bot.rendering import Limits

Label = Callable[[str], str]
"""A short text of ours in the language of the text that it is given."""

Commands = Mapping[str, Mapping[str, str]]
"""What the commands behind a slash do, by language and name; a person of another language reads those of the first."""

Way = Literal["called", "handed", "fetched"]
"""How deliveries come in: the provider calls us, a program of the firm hands them on to us, or we fetch them ourselves."""


class Wanted(NamedTuple):
    """A template that a firm's folder names on a channel, in one language, and how many values it is given there."""

    channel: str
    name: str
    language: str
    values: int


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
    `commands` are those of customers, `staff_commands` those of operators, where a messenger lists them. `templates` are
    those that the folder names.
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
    commands: Callable[[], Commands] = dict
    staff_commands: Callable[[], Commands] = dict
    templates: Sequence[Wanted] = ()


def called(settings: Mapping[str, str]) -> Way:
    """The way of a channel whose provider always calls us."""
    del settings
    return "called"


class Setting(NamedTuple):
    """A setting or a secret of an account: what it is (to be read in an error), its form, and what holds without it.

    Without a `default` it must be there. A `variable` of the environment holds it for every account that says nothing of its
    own. A secret is not read where deliveries come in the way `unless`.
    """

    what: str
    form: str = r".+"
    default: str | None = None
    variable: str = ""
    unless: Way | None = None


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A kind of channel. `secrets` and `settings` are those of an account; its first secret is what `secret_env` names.

    `way` says by an account's settings how its deliveries come in: one that is called needs a public address. `most_bytes`
    is how large a delivery may be. `face` is what people know it as; ours stand in `integrations.channels.ROWS`.
    """

    name: str
    limits: Limits
    open: Callable[[Account, Kit], Channel]
    secrets: Mapping[str, Setting] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    way: Callable[[Mapping[str, str]], Way] = called
    most_bytes: int = 1024 * 1024
    face: Face = UNKNOWN


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


class Short(NamedTuple):
    """The short form of an account, `main` of the only firm: variables of its main secret, and of settings by name."""

    channel: str
    secret: str
    settings: Mapping[str, str]


class Problems(Exception):
    """What is wrong with the accounts, a line each. No line holds a secret."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def read_settings(written: Written, kind: Descriptor, environ: Mapping[str, str]) -> dict[str, str]:
    """All settings of an account, sound or not: its own, else those of all accounts, else the defaults."""
    return {
        name: written.settings.get(name) or environ.get(setting.variable, "") or setting.default or ""
        for name, setting in kind.settings.items()
    }


def read_account(written: Written, kind: Descriptor, environ: Mapping[str, str], public_url: str) -> Account:
    """The account; raises `Problems` with all that is wrong."""
    settings = read_settings(written, kind, environ)
    way = kind.way(settings)
    problems = [*_unknown(written, kind)]
    secrets = dict.fromkeys(kind.secrets, "")
    for name, secret in kind.secrets.items():
        if way == secret.unless:
            continue
        variable = written.variables.get(name) or secret.variable
        value = environ.get(variable, "") if variable else ""
        problems += _wrong_secret(written, name, secret, variable, value)
        secrets[name] = value or secret.default or ""
    for name, setting in kind.settings.items():
        problems += _wrong_setting(written, name, setting, environ)
    if way == "called" and not public_url:
        problems.append(
            f"{place_of(written)}: DRAGOMAN_PUBLIC_URL is missing, the address at which {kind.name} reaches us"
        )
    if problems:
        raise Problems(problems)
    return Account(written.business, written.channel, written.id, secrets, settings, public_url.rstrip("/"))


def place_of(written: Written | Account) -> str:
    """How an account is called in what its owner reads."""
    return f"{written.business}, account {written.id} ({written.channel})"


def _unknown(written: Written, kind: Descriptor) -> Iterator[str]:
    for name in sorted(set(written.settings) - set(kind.settings)):
        yield f"{place_of(written)}: unknown setting {name!r}; there is {', '.join(kind.settings) or 'none'}"
    for name in sorted(set(written.variables) - set(kind.secrets)):
        yield f"{place_of(written)}: unknown secret {name!r}; there is {', '.join(kind.secrets) or 'none'}"


def _wrong_setting(written: Written, name: str, setting: Setting, environ: Mapping[str, str]) -> Iterator[str]:
    value, everybodys = written.settings.get(name), environ.get(setting.variable, "")
    if value is not None and not re.fullmatch(setting.form, value):
        yield f"{place_of(written)}: {name} {value!r} is not {setting.what}"
    elif value is None and everybodys and not re.fullmatch(setting.form, everybodys):
        yield f"{setting.variable}: {everybodys!r} is not {setting.what}"
    elif value is None and not everybodys and setting.default is None:
        yield f"{place_of(written)}: the account needs the setting {name}: {setting.what}"


def _wrong_secret(written: Written, name: str, secret: Setting, variable: str, value: str) -> Iterator[str]:
    if not variable and secret.default is None:
        yield f"{place_of(written)}: name the variable that holds its {name} ({secret.what}) under secrets"
    elif variable and not value and (secret.default is None or variable != secret.variable):
        yield f"{variable}: missing, {place_of(written)} needs it: {secret.what}"
    elif value and not re.fullmatch(secret.form, value):
        yield f"{variable}: does not look like {secret.what}"
