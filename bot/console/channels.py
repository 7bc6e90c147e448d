"""`main.py channels`: the firms' accounts, how each stands with its provider, and setting one up there.

The composition root gives what opens the accounts, since nothing in here knows a channel.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import click

from bot.console.asking import BUSINESS, plainly, settings_or_exit

if TYPE_CHECKING:
    from bot.ports.channel import Channel
    from bot.ports.doctor import Doctored, Finding
    from bot.settings import Settings

Key = tuple[str, str]
"""A business, and the account's key beside others of it: `viber/main`."""

Opens = Callable[["Settings"], AbstractAsyncContextManager[Mapping[Key, "Channel"]]]
SECONDS = 30.0


def channels_of(opens: Opens) -> click.Group:
    """The command, with what opens the accounts while it looks at them."""

    @click.group("channels", invoke_without_command=True)
    @click.pass_context
    def channels(context: click.Context) -> None:
        """Show how the firms' accounts stand with their providers, or set one up there."""
        if context.invoked_subcommand is None:
            context.invoke(show)

    @channels.command("list")
    @BUSINESS
    def show(business: str = "") -> None:
        """Look at every account; nothing is changed. Fails when something has to be mended."""
        run(opens, lambda slug, _: not business or slug == business, lambda account: account.examine())

    @channels.command("connect")
    @click.argument("channel")
    @click.argument("account", default="")
    @BUSINESS
    def connect(channel: str, account: str, business: str) -> None:
        """Tell the provider of CHANNEL where to deliver, and what else can be set up from here.

        ACCOUNT is its id; without it all accounts of that channel are set up. Safe to repeat.
        """
        wanted = f"{channel}/{account}" if account else f"{channel}/"

        def named(slug: str, source: str) -> bool:
            return (not business or slug == business) and (source == wanted if account else source.startswith(wanted))

        run(opens, named, lambda found: found.connect())

    return channels


def run(
    opens: Opens, wanted: Callable[[str, str], bool], act: "Callable[[Doctored], Awaitable[Sequence[Finding]]]"
) -> None:
    """Do it with each account that is wanted, and say how it went, in the order of the accounts."""
    settings = settings_or_exit()
    with plainly():
        told, there = asyncio.run(_all(settings, opens, wanted, act))
    if not told:
        raise click.ClickException(f"there is no such account; there are {', '.join(there) or 'none'}")
    for (slug, source), findings in told.items():
        click.echo(f"{slug}  {source}")
        for each in findings:
            click.echo(f"  {'✓' if each.fine else '✗'} {each.what}" + (f": {each.how}" if each.how else ""))
    wrong = sum(not each.fine for findings in told.values() for each in findings)
    if wrong:
        raise click.ClickException(f"{wrong} to mend")


async def _all(
    settings: "Settings", opens: Opens, wanted: Callable[[str, str], bool],
    act: "Callable[[Doctored], Awaitable[Sequence[Finding]]]",
) -> "tuple[dict[Key, Sequence[Finding]], list[str]]":  # fmt: skip
    """What was found of each account that is wanted, and which there are."""
    async with opens(settings) as found:
        keys = [key for key in sorted(found) if wanted(*key)]
        findings = await asyncio.gather(*(_of(found[key], act) for key in keys))
        return dict(zip(keys, findings, strict=True)), sorted({source for _, source in found})


async def remind(channels: "Mapping[Key, Channel]") -> None:
    """Look at every account, as is done at the start, and say in the log what must be mended at the providers."""
    import structlog

    findings = await asyncio.gather(*(_of(channel, lambda account: account.examine()) for channel in channels.values()))
    for (business, account), found in zip(channels, findings, strict=True):
        for each in found:
            if not each.fine:
                structlog.get_logger().warning(
                    "an account has something to mend", business=business, account=account, what=each.what, how=each.how
                )


async def _of(channel: "Channel", act: "Callable[[Doctored], Awaitable[Sequence[Finding]]]") -> "Sequence[Finding]":
    from bot.ports.doctor import Doctored, Finding

    if not isinstance(channel, Doctored):
        return [Finding(fine=True, what="it needs no provider, or cannot be asked how it stands")]
    try:
        async with asyncio.timeout(SECONDS):
            return await act(channel)
    except TimeoutError:
        return [Finding(fine=False, what="the provider does not answer", how="try again later")]
