"""What the commands share: the settings, the database, and a clear line for what a person can mend."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from bot.ports.store import Script, Store
    from bot.settings import Settings

T = TypeVar("T")
BUSINESS = click.option("--business", default="", help="The firm's folder name, where several run in one house.")


def settings_or_exit() -> "Settings":
    """The settings, or one clear list of what is wrong with them."""
    from bot.settings import SettingsProblem, load_settings

    try:
        return load_settings()
    except SettingsProblem as problem:
        raise click.ClickException(str(problem)) from problem


class plainly:  # noqa: N801  reads as a sentence: with plainly()
    """Say what a person can mend in one clear line instead of a traceback."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Turn expected failures into `ClickException`."""
        from bot.business import BusinessErrors
        from bot.ports.store import StoreUnavailable
        from bot.settings import SettingsProblem
        from bot.store.migrating import MigrationProblem
        from bot.store.opening import AlreadyRunning

        if isinstance(error, (BusinessErrors, StoreUnavailable, MigrationProblem, AlreadyRunning, SettingsProblem)):
            raise click.ClickException(str(error)) from error


def ask(settings: "Settings", question: "Callable[[Store], Awaitable[T]]") -> T:
    """The answer of the database."""
    from bot.clock import SystemClock
    from bot.store import open_store

    async def work() -> T:
        store = await open_store(settings.database_url, SystemClock())
        try:
            return await question(store)
        finally:
            await store.close()

    with plainly():
        return asyncio.run(work())


def ask_store(business: str, script: "Callable[[str, int], Script[T]]") -> "T":
    """Run a script on the database of one of the businesses, named by its folder (empty: the only one)."""
    from bot.clock import SystemClock
    from bot.ports.clock import micros

    settings = settings_or_exit()
    slugs = settings.slugs
    slug = business or (slugs[0] if len(slugs) == 1 else "")
    if slug not in slugs:
        raise click.ClickException(f"name one of the businesses with --business: {', '.join(slugs)}")

    return ask(
        settings, lambda store: store.run(lambda: script(slug, micros(SystemClock().now())), locks=(f"{slug}/staff",))
    )
