"""The built-in providers, on our own tables: the calendar, customers, cases, the staff, ratings."""

from bot.records.calendar import BuiltInCalendar, StepCalendar, reminder_key
from bot.records.cases import Case, Cases, Entry, find_case, open_case, open_cases
from bot.records.customers import (
    Customer,
    CustomerPatch,
    SaveCustomer,
    current_customer,
    load_customer,
    merge,
    save_customer,
)
from bot.records.export import to_csv
from bot.records.leads import least_loaded, open_leads
from bot.records.members import Member, Role, save_member
from bot.records.occupancy import check_occupancy
from bot.records.ratings import RATING_COLUMNS, Rating, Ratings, all_ratings, rating_row
from bot.records.slots import Search, find_slots

__all__ = [
    "RATING_COLUMNS",
    "BuiltInCalendar",
    "Case",
    "Cases",
    "Customer",
    "CustomerPatch",
    "Entry",
    "Member",
    "Rating",
    "Ratings",
    "Role",
    "SaveCustomer",
    "Search",
    "StepCalendar",
    "all_ratings",
    "check_occupancy",
    "current_customer",
    "find_case",
    "find_slots",
    "least_loaded",
    "load_customer",
    "merge",
    "open_case",
    "open_cases",
    "open_leads",
    "rating_row",
    "reminder_key",
    "save_customer",
    "save_member",
    "to_csv",
]
