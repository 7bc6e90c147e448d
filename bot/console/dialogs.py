"""`main.py draw` and `main.py try`: looks at dialogs without a customer, and has whole conversations."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.console.asking import plainly, settings_or_exit

if TYPE_CHECKING:
    from bot.router import ActorHandler, Route
    from bot.runtime import Tenant

Rules = tuple[Sequence["Route"], Mapping[str, "ActorHandler"]]
"""The handlers of conversations in their order, and those of other actors."""


def draw_of(tenant_of: "Callable[[Path], Tenant]") -> click.Command:
    """The command, with what loads a folder."""

    @click.command()
    @click.argument("dialog")
    @click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture instead of Mermaid.")
    def draw(dialog: str, svg: Path | None) -> None:
        """Draw a dialog's states and transitions."""
        from bot.dialog import draw as drawing
        from bot.dialog.graph import graph_of

        with plainly():
            dialogs = tenant_of(settings_or_exit().folders[0]).machine.dialogs
        if dialog not in dialogs:
            raise click.ClickException(f"there is no dialog {dialog!r}; there are {', '.join(sorted(dialogs))}")
        graph = graph_of(dialogs[dialog])
        if svg is None:
            click.echo(drawing.mermaid(graph), nl=False)
        else:
            svg.write_text(drawing.svg(graph), "utf-8")
            click.echo(f"{svg} is written.")

    return draw


def try_of(tenant_of: "Callable[[Path], Tenant]", rules: Callable[[], Rules]) -> click.Command:
    """The command, with what loads a folder, and what names the handlers."""

    @click.command("try")
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option(
        "--write", is_flag=True, help="Write what the bot really says into the files; read it before you keep it."
    )
    def try_out(files: tuple[Path, ...], *, write: bool) -> None:
        """Have the conversations that transcript files describe; says where one goes another way."""
        import logging

        import structlog

        from bot.testing import Departure, Talk, read_transcript, record_transcript, run_transcript

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        with plainly():
            tenant = tenant_of(settings_or_exit().folders[0])
        routes, actors = rules()
        failed = 0
        for path in files:
            try:
                transcript = read_transcript(path)
                with Talk(tenant, routes, now=transcript.start, language=transcript.language, actors=actors) as talk:
                    if write:
                        path.write_text(record_transcript(transcript, talk), "utf-8")
                    else:
                        run_transcript(transcript, talk)
            except (Departure, ValueError) as departure:
                failed += 1
                click.echo(f"✗ {departure}")
            else:
                click.echo(f"✓ {path}")
        if failed:
            raise click.ClickException(f"{failed} of {len(files)} conversations went another way")

    return try_out
