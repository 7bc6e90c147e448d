"""Opens the accounts that business folders name."""

from collections.abc import Callable, Iterable, Mapping

from bot.business.business import Account as Named
from bot.business.business import Business
from bot.ports.accounts import Descriptor, Kit, Opened, Problems, Written, read_account


def open_accounts(
    businesses: Iterable[Business],
    kits: Mapping[str, Kit],
    kind_of: Callable[[str], Descriptor],
    environ: Mapping[str, str],
    public_url: str,
) -> list[Opened]:
    """Every account of the businesses, but for web chat and Telegram, which need more than a kit.

    `kits` are by business. Raises `Problems` with all that is wrong.
    """
    opened: dict[str, Opened] = {}
    problems: list[str] = []
    for business in businesses:
        for each in business.accounts:
            if each.channel in {"webchat", "telegram"}:
                continue
            kind = kind_of(each.channel)
            source = f"{each.channel}/{each.id}"
            if source in opened:
                problems.append(
                    f"{source}: {opened[source].account.business} and {business.slug} have it; take another id"
                )
            try:
                account = read_account(_written(business.slug, each, kind), kind, environ, public_url)
                opened[source] = Opened(account, kind, kind.open(account, kits[business.slug]))
            except Problems as found:
                problems += found.lines
            except ValueError as error:
                problems.append(f"{business.slug}, account {each.id} ({each.channel}): {error}")
    if problems:
        raise Problems(problems)
    return list(opened.values())


def _written(business: str, named: Named, kind: Descriptor) -> Written:
    main = next(iter(kind.secrets), "")
    variables = {main: named.secret_env} if named.secret_env and main else {}
    return Written(business, named.channel, named.id, {**variables, **named.secrets}, named.settings)
