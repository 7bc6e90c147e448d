"""What the bots of the peers share: the questions, the buttons, and a table of visits in SQLite."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import aiosqlite

GREETING = "Hello! This is Nur Dental. Choose from the menu, or simply write what you need."
MENU = ("Book a visit", "My visits", "Services and prices", "Doctors", "Addresses and hours", "Common questions",
        "New patient form", "Request a call", "Language", "Talk to a person")  # fmt: skip
SERVICES = ("Consultation", "Teeth cleaning", "Filling", "Whitening", "Root canal treatment", "Tooth extraction",
            "Children's dentist", "Implant consultation")  # fmt: skip
BRANCHES = ("Kentron", "Komitas", "Any branch")
DOCTORS = ("Anahit Sargsyan", "Tigran Manukyan", "Mariam Grigoryan")
ANYONE = "Anyone"
WHICH_SERVICE = "What would you like to book?\n\n" + "\n".join(f"• {name}" for name in SERVICES)
WHICH_BRANCH = "Which branch suits you?\n\n• Kentron: 47 Tumanyan Street\n• Komitas: 71 Komitas Avenue\n\n2/7"
WHICH_DOCTOR = "Whom would you like to see?\n\n" + "\n".join(f"• {name}" for name in DOCTORS) + "\n\n3/7"
WHEN = "When would you like to come? Choose a time or write a day.\n\n4/7"
NAME = "What is your name?\n\n5/7"
PHONE = "What is your phone number?\n\n6/7"
BOOKED = "You are booked."
CANCELLED = "The visit is cancelled. You are welcome any time."
BACK, YES, NO, RIGHT, CANCEL = "‹ Back", "Yes", "No", "Yes, that is right", "Cancel the visit"
SHOWN = "%A %d %B, %H:%M"
FIRST_HOUR, LAST_HOUR = 9, 20


@dataclass(frozen=True, slots=True)
class Start:
    """What a program is given: where to listen, where the Bot API is, its token, its folder, perhaps a Redis."""

    port: int
    api: str
    token: str
    folder: Path
    redis: str = ""

    @classmethod
    def read(cls) -> "Start":
        """From the command line."""
        port, api, token, folder, *redis = sys.argv[1:]
        return cls(int(port), api, token, Path(folder), *redis)

    @property
    def url(self) -> str:
        """Where updates are to be delivered."""
        return f"http://127.0.0.1:{self.port}/hook"


def read_time(text: str) -> datetime | None:
    """A day and a time as in `25.12 10:30`, this year or next; None for anything else."""
    now = datetime.now()
    try:
        found = datetime.strptime(f"{now.year}.{text.strip()}", "%Y.%d.%m %H:%M")
    except ValueError:
        return None
    if found < now:
        found = found.replace(year=now.year + 1)
    return found if FIRST_HOUR <= found.hour < LAST_HOUR else None


def summary(answers: dict[str, str]) -> str:
    """All answers and the last question."""
    at = datetime.fromisoformat(answers["at"])
    return (
        f"Service: {answers['service']}\nTime: {at:{SHOWN}} · {answers['doctor']} · {answers['branch']}\n"
        f"Name: {answers['name']}\nPhone: {answers['phone']}\n\nIs everything right?\n\n7/7"
    )


def booked(answers: dict[str, str]) -> str:
    """What is said when the visit stands."""
    at = datetime.fromisoformat(answers["at"])
    return f"{BOOKED}\n\n{at:{SHOWN}}\nService: {answers['service']}\n\nWe will remind you before the visit."


def shall_i(answers: dict[str, str]) -> str:
    """The question before a visit is cancelled."""
    return (
        f"{datetime.fromisoformat(answers['at']):{SHOWN}}\nService: {answers['service']}\n\nShall I cancel this visit?"
    )


class Visits:
    """The table; one connection, a commit a change."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, folder: Path) -> "Visits":
        """Make the table when it is not there."""
        connection = await aiosqlite.connect(folder / "visits.db")
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS visits (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL, service TEXT NOT NULL,"
            " branch TEXT NOT NULL, doctor TEXT NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,"
            " cancelled INTEGER NOT NULL DEFAULT 0)"
        )
        await connection.execute("CREATE UNIQUE INDEX IF NOT EXISTS free ON visits (doctor, at) WHERE cancelled = 0")
        await connection.commit()
        return cls(connection)

    async def free_doctor(self, wanted: str, at: str) -> str | None:
        """Who has time then: the wanted one, or anyone."""
        query = "SELECT doctor FROM visits WHERE at = ? AND cancelled = 0"
        taken = {row[0] for row in await self._connection.execute_fetchall(query, (at,))}
        return next((each for each in DOCTORS if each not in taken and wanted in {each, ANYONE}), None)

    async def next_times(self, wanted: str) -> list[datetime]:
        """The three nearest times at which there is somebody."""
        query = "SELECT doctor, at FROM visits WHERE at >= ? AND cancelled = 0"
        at = datetime.now().replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
        taken = set(map(tuple, await self._connection.execute_fetchall(query, (at.isoformat(),))))
        doctors = DOCTORS if wanted == ANYONE else (wanted,)
        found: list[datetime] = []
        while len(found) < 3:
            if at.hour < LAST_HOUR and any((each, at.isoformat()) not in taken for each in doctors):
                found.append(at)
            at += timedelta(minutes=30)
            if at.hour >= LAST_HOUR:
                at = at.replace(hour=FIRST_HOUR) + timedelta(days=1)
        return found

    async def book(self, customer: int, answers: dict[str, str]) -> int | None:
        """The number of the visit; None when the time has just been taken."""
        doctor = await self.free_doctor(answers["doctor"], answers["at"])
        if doctor is None:
            return None
        try:
            done = await self._connection.execute(
                "INSERT INTO visits (customer, service, branch, doctor, at, name, phone) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (customer, answers["service"], answers["branch"], doctor, answers["at"], answers["name"],
                 answers["phone"]),
            )  # fmt: skip
        except aiosqlite.IntegrityError:
            return None
        await self._connection.commit()
        return done.lastrowid

    async def cancel(self, visit: int) -> None:
        """Give its time back."""
        await self._connection.execute("UPDATE visits SET cancelled = 1 WHERE id = ?", (visit,))
        await self._connection.commit()
