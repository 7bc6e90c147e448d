"""A small firm that is right in every way, for tests to break one thing at a time."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.business import Business, BusinessErrors, load_business, read_business
from integrations.channels import names

DEMO = Path(__file__).parents[2] / "businesses" / "demo"
DIALOGS = ("booking", "reschedule", "cancel_visit", "my_visits", "qualification", "feedback")
CHANNELS = ("webchat", "telegram")

SALON: Mapping[str, str] = {
    "business.yaml": """\
name: {en: Salon, ru: Салон}
languages: [en, ru]
zone: Asia/Yerevan
region: AM
currency: AMD
phone: +374 10 00 01 01
branches:
  north:
    name: {en: North, ru: Север}
    address: {en: 1 Main Street, ru: Главная 1}
    hours:
      mon-fri: 09:00-13:00, 14:00-20:00
      sat, sun: closed
services:
  haircut:
    name: {en: Haircut, ru: Стрижка}
    price: 5000 AMD
    duration: 45 min
specialists:
  ani:
    name: {en: Ani, ru: Ани}
    title: {en: Barber, ru: Мастер}
    services: [haircut]
    branches: [north]
dialogs: [booking, my_visits]
staff: {phone: +374 10 00 01 01}
accounts:
  - {id: site, channel: webchat}
""",
    "menu.yaml": """\
main:
  title: {en: Menu, ru: Меню}
  items:
    - {label: {en: Book, ru: Записаться}, start: booking}
    - {label: {en: Prices, ru: Цены}, go: prices}
    - {label: {en: Talk to us, ru: Связаться}, say: human}
prices:
  title: {en: Prices, ru: Цены}
  list: services
""",
}

ReadFirm = Callable[..., Business]
Faults = Callable[..., list[str]]


def salon_with(changes: Mapping[str, str | tuple[str, str]]) -> dict[str, str]:
    """The salon's files with some replaced whole, or one piece of one replaced: (old, new)."""
    files = dict(SALON)
    for name, change in changes.items():
        file = f"{name}.yaml"
        if isinstance(change, tuple):
            assert change[0] in files[file]
            files[file] = files[file].replace(change[0], change[1], 1)
        else:
            files[file] = change
    return files


@pytest.fixture
def salon() -> ReadFirm:
    """Read the salon with changes by file: `salon(menu="…")`, `salon(business=("old", "new"))`."""

    def read(**changes: str | tuple[str, str]) -> Business:
        contents = {name: text.encode() for name, text in salon_with(changes).items()}
        return read_business(contents, slug="salon", dialogs=DIALOGS, channels=CHANNELS)

    return read


@pytest.fixture
def faults(salon: ReadFirm) -> Faults:
    """Read the salon with changes that must be refused; gives the lines of the list."""

    def refused(**changes: str | tuple[str, str]) -> list[str]:
        with pytest.raises(BusinessErrors) as caught:
            salon(**changes)
        return [str(problem) for problem in caught.value.errors]

    return refused


@pytest.fixture(scope="session")
def demo() -> Business:
    """The demo firm as it is shipped."""
    return load_business(DEMO, dialogs=DIALOGS, channels=names())
