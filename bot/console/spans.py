"""Spans of time on the command line: 90s, 10m, 2h, 1d."""

import re
from datetime import timedelta

import click

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Span(click.ParamType[timedelta]):
    """A number and its unit, as a `timedelta`."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it, or say how it looks."""
        found = re.fullmatch(r"(\d+)([smhd])", str(value).strip())
        if found is None or not int(found[1]):
            self.fail(f"{value!r} is no span; it looks like 60s, 10m, 2h or 1d", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})
