"""`main.py check`: proves a business folder, and tells an editor what was found."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.console.asking import plainly, settings_or_exit

if TYPE_CHECKING:
    from bot.business.fitting import Finding
    from bot.runtime import Tenant

Fits = Callable[["Tenant", Path, Iterable[str]], Sequence["Finding"]]


def check_of(tenant_of: "Callable[[Path], Tenant]", fitting_of: Fits) -> click.Command:
    """The command, with what loads a folder, and what says which of it does not fit its channels or further ones."""

    @click.command()
    @click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
    @click.option("--channel", "more", multiple=True, help="As if the firm had this channel too; one or several.")
    def check(folder: Path | None, more: tuple[str, ...]) -> None:
        """Prove a business folder before it goes live: content, dialogs, texts, and that they fit the firm's channels."""
        from bot.business import check_business
        from bot.dialog.graph import findings

        for each in [folder] if folder else settings_or_exit().folders:
            with plainly():
                tenant = tenant_of(each)
            seen = fitting_of(tenant, each, more)
            business = tenant.business
            found = [*check_business(business, lengths=False), *(one.problem for one in seen if one.level == "fault")]
            tell(
                each,
                [*map(str, sorted(found)), *findings(tenant.machine.dialogs)],
                [str(one) for one in seen if one.level == "note"],
                f"{len(business.services)} services, {len(tenant.machine.dialogs)} dialogs,"
                f" {len(business.menu.places)} places, {len(business.answers)} answers in {', '.join(business.languages)}",
            )

    return check


def tell(folder: Path, faults: Sequence[str], notes: Sequence[str], held: str) -> None:
    """Say the notes, then that all is in order with what the folder holds; or what to mend, which ends in failure."""
    for line in faults:
        click.echo(line)
    for line in notes:
        click.echo(f"note  {line}")
    if faults:
        raise click.ClickException(f"{folder}: {len(faults)} things to mend")
    click.echo(f"{folder} is in order: {held}.")
