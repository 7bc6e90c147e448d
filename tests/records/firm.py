"""A small firm to book at: a barber's shop with two branches and three barbers."""

from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.business import Business, read_business

FOLDER = """
name: Shears
languages: [en]
zone: Asia/Yerevan
currency: AMD
region: AM
phone: "+374 10 000001"
staff: {phone: "+374 10 000002"}
branches:
  centre:
    name: Centre
    address: 1 Long Street
    hours: {mon-fri: "09:00-13:00, 14:00-18:00", sat: "10:00-14:00", sun: closed}
  north:
    name: North
    address: 2 Short Street
    hours: {mon-sun: "12:00-20:00"}
services:
  cut: {name: Haircut, duration: 60 min}
  shave: {name: Shave, duration: 30 min, buffer_before: 5 min, buffer_after: 10 min}
  colour: {name: Colouring, duration: 120 min}
specialists:
  ani: {name: Ani, title: Barber, services: [cut, shave, colour], branches: [centre]}
  bob: {name: Bob, title: Barber, services: [cut, shave], branches: [centre]}
  eva:
    name: Eva
    title: Barber
    services: [cut]
    branches: [north, centre]
    hours: {north: {"mon-tue,thu-sun": "12:00-20:00", wed: "13:00-19:00"}}
holidays:
  - {day: 11-26, name: Founders' day}
  - {day: 11-27, name: The day after, hours: "10:00-12:00"}
booking: {slot_step: 30 min, minimum_notice: 2 hours, horizon: 30 days}
"""
MENU = "main: {title: Menu, items: [{label: Us, link: https://shears.example}]}"


@cache
def firm(folder: str = FOLDER) -> Business:
    """The firm, read as a business folder is read."""
    files = {"business.yaml": folder.encode(), "menu.yaml": MENU.encode()}
    return read_business(files, slug="shears", dialogs=(), channels=())


def ruled(business: Business, **rules: timedelta | int | tuple[timedelta, ...]) -> Business:
    """The firm under other rules of booking."""
    return business.model_copy(update={"booking": business.booking.model_copy(update=rules)})


def in_zone(business: Business, zone: str) -> Business:
    """The firm, moved."""
    return business.model_copy(update={"zone": ZoneInfo(zone)})
