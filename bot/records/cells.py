"""Cells: time in pieces of five minutes, so that a database can decide who has it.

Whether two visits overlap is a question about ranges, which no key answers. Cut into cells, each with a row, it is
answered by a primary key on any database.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from bot.business import Service
from bot.ports.calendar import Slot
from bot.ports.clock import micros

CELL = timedelta(minutes=5)
CELL_MICROS = CELL // timedelta(microseconds=1)


class Cells(NamedTuple):
    """From cell `first` to before cell `end`, counted in five minutes of UTC from 1970."""

    first: int
    end: int

    @classmethod
    def covering(cls, start: datetime, end: datetime) -> "Cells":
        """The cells that a stretch of time touches."""
        return cls(micros(start) // CELL_MICROS, -(-micros(end) // CELL_MICROS))

    def __contains__(self, cell: object) -> bool:
        return isinstance(cell, int) and self.first <= cell < self.end


class Run(NamedTuple):
    """What one holder has of a resource: `seat` from cell `first` to before cell `end`."""

    resource: str
    seat: int
    first: int
    end: int

    def meets(self, cells: Cells) -> bool:
        """Whether they share a cell."""
        return self.first < cells.end and cells.first < self.end


def cells_between(service: Service, start: datetime) -> Cells:
    """What a visit that starts then occupies, buffers included."""
    return Cells.covering(start - service.buffer_before, start + service.duration + service.buffer_after)


def cells_of(service: Service, slot: Slot) -> Cells:
    """What a slot occupies, buffers included; its own length holds, should the service's have changed since."""
    return Cells.covering(slot.start - service.buffer_before, slot.end + service.buffer_after)


def resource_of(specialist: str) -> str:
    """The name under which a specialist's time is kept."""
    return f"specialist:{specialist}"
