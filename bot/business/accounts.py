"""Opens the accounts that business folders name, and those that have a short form in the environment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.business.business import Account as Named
from bot.business.business import Business
from bot.ports.accounts import (
    Descriptor,
    Kit,
    Opened,
    Problems,
    Short,
    Written,
    place_of,
    read_account,
    read_settings,
)
from bot.ports.channel import Listener

PAGE = "webchat"
"""The page of our own: it has no provider, so there is nothing to open."""

Kinds = Callable[[str], Descriptor]


def open_accounts(
    businesses: Sequence[Business],
    kits: Mapping[str, Kit],
    kind_of: Kinds,
    environ: Mapping[str, str],
    public_url: str,
    short: Iterable[Short] = (),
) -> list[Opened]:
    """Every account of the businesses beside their pages; `kits` are by business.

    Raises `Problems` with all that is wrong.
    """
    written = [
        _written(firm.slug, each, kind_of) for firm in businesses for each in firm.accounts if each.channel != PAGE
    ]
    problems: list[str] = []
    for form in short:
        if environ.get(form.secret) and not _is_named(form, written):
            problems += _misplaced(form, len(businesses), written)
            written += [_in_short(form, firm.slug, kind_of, environ) for firm in businesses[:1]]
    problems += _at_one_address(written, kind_of, environ)
    opened = []
    for each in written:
        kind = kind_of(each.channel)
        try:
            account = read_account(each, kind, environ, public_url)
            opened.append(Opened(account, kind, kind.open(account, kits[each.business])))
        except Problems as found:
            problems += found.lines
        except ValueError as error:
            problems.append(f"{place_of(each)}: {error}")
    problems += _heard_twice(opened)
    if problems:
        raise Problems(list(dict.fromkeys(problems)))
    return opened


def _written(business: str, named: Named, kind_of: Kinds) -> Written:
    main = _main_secret(kind_of(named.channel))
    variables = {main: named.secret_env} if named.secret_env and main else {}
    return Written(business, named.channel, named.id, {**variables, **named.secrets}, named.settings)


def _in_short(form: Short, business: str, kind_of: Kinds, environ: Mapping[str, str]) -> Written:
    settings = {name: value for name, variable in form.settings.items() if (value := environ.get(variable))}
    return Written(business, form.channel, "main", {_main_secret(kind_of(form.channel)): form.secret}, settings)


def _main_secret(kind: Descriptor) -> str:
    return next(iter(kind.secrets), "")


def _is_named(form: Short, written: Iterable[Written]) -> bool:
    """Whether an account of a folder takes the variable for its own."""
    return any(form.secret in each.variables.values() for each in written)


def _misplaced(form: Short, firms: int, written: Iterable[Written]) -> Iterator[str]:
    if firms != 1:
        yield f"{form.secret}: it is for one business, and there are {firms}; name an account in each business.yaml"
    elif any(each.channel == form.channel for each in written):
        yield f"{form.secret}: it stands beside accounts in business.yaml; keep one of the two"


def _at_one_address(written: Iterable[Written], kind_of: Kinds, environ: Mapping[str, str]) -> Iterator[str]:
    """An address names a channel and an account, so what is delivered needs different ids."""
    taken: dict[tuple[str, str], str] = {}
    for each in written:
        kind = kind_of(each.channel)
        if kind.way(read_settings(each, kind, environ)) == "fetched":
            continue
        first = taken.setdefault((each.channel, each.id), each.business)
        if first != each.business:
            yield f"{each.channel}/{each.id}: {first} and {each.business} have it; take another id"


def _heard_twice(opened: Iterable[Opened]) -> Iterator[str]:
    """Two that listen to one would take each other's messages."""
    heard: dict[str, Opened] = {}
    for each in opened:
        if isinstance(each.channel, Listener):
            first = heard.setdefault(each.channel.token, each)
            if first is not each:
                both = f"{place_of(first.account)} and {place_of(each.account)}"
                yield f"{both} are the same at the provider; each needs its own"
