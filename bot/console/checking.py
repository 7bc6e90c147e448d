"""Tells an editor what `check` has found."""

from collections.abc import Sequence
from pathlib import Path

import click


def tell(folder: Path, faults: Sequence[str], notes: Sequence[str], held: str) -> None:
    """Say the notes, then that all is in order with what the folder holds; or what to mend, which ends in failure."""
    for line in faults:
        click.echo(line)
    for line in notes:
        click.echo(f"note  {line}")
    if faults:
        raise click.ClickException(f"{folder}: {len(faults)} things to mend")
    click.echo(f"{folder} is in order: {held}.")
