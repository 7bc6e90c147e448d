"""`main.py new`: makes a firm's folder."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.console.asking import plainly

if TYPE_CHECKING:
    from bot.business.new import Question


def new_of(known: Callable[[], tuple[tuple[str, ...], tuple[str, ...]]]) -> click.Command:
    """The command, with what names the dialogs and the channels that a folder may use."""

    @click.command()
    @click.argument("folder", type=click.Path(path_type=Path), required=False)
    @click.option("--name", help="What the firm is called.")
    @click.option("--kind", help="One line on what it is: beauty salon.")
    @click.option("--languages", help="Of hy, ru, uz, ka, en; the main one first: ru,en.")
    @click.option("--city", help="Its time zone, country and currency follow from it.")
    @click.option("--zone", help="The time zone, where the city does not tell it.")
    @click.option("--currency", help="AMD, GEL, UZS, RUB, USD or EUR, where the country does not tell it.")
    @click.option("--address", help="Street and number.")
    @click.option("--phone", help="With the country code.")
    @click.option("--hours", help="mon-fri 09:00-13:00, 14:00-18:00; sat 10:00-15:00")
    @click.option("--service", multiple=True, help="Name, minutes, price; once for each: 'Haircut, 45, 40'.")
    @click.option("--person", help="Who does the work.")
    @click.option("--yes", is_flag=True, help="Ask nothing; take what is suggested for the rest.")
    def new(folder: Path | None, *, yes: bool, service: tuple[str, ...], **given: str | None) -> None:
        """Make a firm's folder by a few questions; every answer may be an option instead."""
        from bot.business.new import Unanswered
        from bot.business.starter import begin

        options = {key: [text] for key, text in given.items() if text is not None} | {"service": list(service)}
        dialogs, channels = known()
        try:
            with plainly():
                place = begin(folder, options, None if yes else ask, click.echo, dialogs=dialogs, channels=channels)
        except Unanswered as reason:
            raise click.ClickException(str(reason)) from reason
        click.echo(f"\n{place} is written. Next:\n")
        click.echo(f"  python main.py check {place}\n  DRAGOMAN_BUSINESS={place} python main.py run")

    return new


def ask(question: "Question", suggestion: str) -> str:
    """What a person at the terminal answers."""
    answer: str = click.prompt(question.key, default=suggestion, show_default=bool(suggestion))
    return answer
