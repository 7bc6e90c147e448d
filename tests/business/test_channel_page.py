"""The page of limits says what the channels keep to, and that is within what their providers document."""

from pathlib import Path

import pytest

from bot.rendering import Limits, utf8_bytes, utf16_units
from bot.rendering.lengths import Measure
from integrations.channels import limits, names
from tests.rendering.rows import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "channels" / "limits.md"
UNITS: dict[Measure, str] = {utf16_units: "units", utf8_bytes: "bytes"}


def row(name: str, own: Limits) -> str:
    """The row of a channel as the page has it."""
    asking = own.asking if own.asking < own.text else 0
    label = f"{own.label or 'any'}" if own.buttons else ""
    figures = (own.rows, own.row_label, own.row_description, own.pages)
    cells = [f"`{name}`", f"{own.text:,} {UNITS.get(own.measure, 'characters')}", _figure(asking), _figure(own.buttons)]
    cells += [label, *map(_figure, figures)]
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def _figure(number: int) -> str:
    return f"{number:,}" if number else ""


@pytest.mark.parametrize("name", names())
def test_the_page_has_the_limits_that_a_channel_keeps_to(name: str) -> None:
    """An editor who reads a figure there can rely on it."""
    assert row(name, limits(name)) in PAGE.read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", names())
def test_no_channel_allows_itself_more_than_its_provider_documents(name: str) -> None:
    """A channel may keep to less; a figure above the documented one would be refused by the provider."""
    own, most = limits(name), ROWS[name]

    assert own.text <= most.text
    assert (own.asking or own.text) <= (most.asking or most.text)
    assert (own.listing or own.text) <= (most.listing or most.text)
    assert own.caption <= most.caption
    assert own.buttons <= most.buttons
    assert own.rows <= most.rows
    assert own.row_label <= most.row_label
    assert own.row_description <= most.row_description
    assert not most.label or 0 < own.label <= most.label
    assert not most.payload or 0 < own.payload <= most.payload
    assert own.reserved >= most.reserved
    assert own.one_way >= most.one_way
    assert own.segments == most.segments
    assert own.window == most.window
    assert own.templates or not most.templates


def test_every_channel_has_a_row_in_the_table_of_facts() -> None:
    """What is proved on the rows of these tests is proved for each channel that a firm may have."""
    assert ROWS.keys() == set(names())
