"""The built-in providers, on our own tables: the calendar, customers, cases."""

from bot.records.calendar import BuiltInCalendar, StepCalendar, reminder_key
from bot.records.cases import Case, Cases, Entry, open_case, open_cases
from bot.records.customers import (
    Customer,
    CustomerPatch,
    SaveCustomer,
    current_customer,
    load_customer,
    merge,
    save_customer,
)
from bot.records.occupancy import check_occupancy
from bot.records.slots import Search, find_slots

__all__ = [
    "BuiltInCalendar",
    "Case",
    "Cases",
    "Customer",
    "CustomerPatch",
    "Entry",
    "SaveCustomer",
    "Search",
    "StepCalendar",
    "check_occupancy",
    "current_customer",
    "find_slots",
    "load_customer",
    "merge",
    "open_case",
    "open_cases",
    "reminder_key",
    "save_customer",
]
