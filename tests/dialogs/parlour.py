"""A firm with dialogs of the tests' own, and the talks with it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import yaml

import main
from bot.business import read_business, vocabulary_of
from bot.dialog import Dialog, Machine
from bot.dialog.forms import form_dialogs
from bot.ports.store import Query
from bot.records import BuiltInCalendar, Cases, Ratings
from bot.runtime import Tenant
from bot.testing import Talk
from bot.texts import Phrasebook
from bot.understanding import Understander
from handlers import ROUTES
from tests.records.firm import FOLDER

CLINIC = Path("businesses/demo")
MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the business
Open = Callable[..., Talk]

ANSWERS = "- {id: parking, phrases: {en: [parking]}, text: {en: There is a yard.}, next: {label: {en: Menu}, go: main}}"


def parlour(*dialogs: type[Dialog], forms: str = "", more: str = "") -> Tenant:
    """A firm whose menu starts each of these dialogs by its name; `more` goes into its business.yaml."""
    names = [each.key for each in dialogs] + list(yaml.safe_load(forms) if forms else ())
    items = ", ".join(f"{{label: {{en: Do {name}}}, start: {name}}}" for name in names)
    switched = f"dialogs: [{', '.join(each.key for each in dialogs)}]"
    files = {
        "business.yaml": f"{FOLDER}\n{switched}\n{more}".encode(),
        "menu.yaml": f"main: {{title: {{en: Menu}}, text: {{en: Welcome.}}, items: [{items}]}}".encode(),
        "answers.yaml": ANSWERS.encode(),
    }
    if forms:
        files["forms.yaml"] = forms.encode()
    business = read_business(files, slug="shears", dialogs=[each.key for each in dialogs], channels=())
    ports = {"calendar": BuiltInCalendar(business).bind, "cases": Cases.bind, "ratings": Ratings.bind}
    machine = Machine({each.key: each for each in dialogs} | form_dialogs(business))
    understander = Understander.of(vocabulary_of(business, machine.dialogs))
    return Tenant(business, machine, ports, Phrasebook("en"), understander)


def talk_with(tenant: Tenant, language: str = "en") -> Talk:
    """A talk on a Monday morning."""
    return Talk(tenant, ROUTES, now=MONDAY, language=language)


def clinic_tenant() -> Tenant:
    """The shipped sample firm."""
    return main.tenant_of(CLINIC)


def visits(talk: Talk) -> list[tuple[str, str]]:
    """Start and status of every visit there is, in the order they were made."""
    return [tuple(row) for row in talk.reads(Query("SELECT local_start, status FROM bookings ORDER BY created_at, id"))]


def occupied(talk: Talk) -> int:
    """How many five-minute cells are taken by visits or kept for somebody."""
    count: int = talk.reads(Query("SELECT COUNT(*) FROM occupancy"))[0][0]
    return count
