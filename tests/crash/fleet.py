"""All processes that run the program over one database: one on SQLite, any number on PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.crash.nursery import Nursery
from tests.crash.program import Program


@dataclass(frozen=True, slots=True)
class Fleet:
    """The processes, each with a port, a log and a life of its own."""

    programs: Sequence[Program]

    @classmethod
    def of(cls, size: int, folder: Path, database_url: str, nursery: Nursery | None = None) -> "Fleet":
        """So many in `folder`; one alone has the folder for itself."""
        if size == 1:
            return cls([Program(folder, database_url, nursery=nursery)])
        return cls([Program(folder / f"worker-{n}", database_url, nursery=nursery) for n in range(size)])

    @property
    def first(self) -> Program:
        """One of them."""
        return self.programs[0]

    @property
    def database_url(self) -> str:
        """The database that they share."""
        return self.first.database_url

    @property
    def chats(self) -> Sequence[str]:
        """Where the demo firm's chat is, once for each process."""
        return [each.chat for each in self.programs]

    @property
    def starts(self) -> int:
        """How often one was begun."""
        return sum(each.starts for each in self.programs)

    @property
    def refused(self) -> int:
        """How often a process ended before it was ready, and was not killed."""
        return sum(each.refused for each in self.programs)

    @property
    def beginnings(self) -> Sequence[datetime]:
        """When one was begun, in order."""
        return sorted(moment for each in self.programs for moment in each.beginnings)

    @property
    def ends(self) -> Sequence[datetime]:
        """When one ended by a kill or a stop, in order."""
        return sorted(moment for each in self.programs for moment in each.ends)

    def set(self, settings: Mapping[str, str]) -> None:
        """The same settings for all."""
        for each in self.programs:
            each.settings = {**each.settings, **settings}
