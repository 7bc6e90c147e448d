"""Tables for other programs, as CSV.

A spreadsheet runs a cell that begins like a formula, and customers write what they like; such a cell is made text by
an apostrophe before it, as OWASP advises against «CSV injection».
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its header, lines ended as RFC 4180 says; texts that look like formulas are defused."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value
