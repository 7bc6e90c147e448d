"""A firm as a folder of plain YAML: read, proved consistent, and handed on frozen.

Nothing here knows a messenger or a database: the folder is content, and whoever needs it gets one `Business`.
"""

from bot.business.answers import Answer, NextStep
from bot.business.booking import BookingRules, QuietHours
from bot.business.branches import Branch
from bot.business.business import Account, Brand, Business, Group, StaffContact
from bot.business.check import check_business
from bot.business.feedback import Feedback
from bot.business.forms import Form, Option, Question
from bot.business.holidays import Dates, Holiday
from bot.business.hours import Hours, describe_hours
from bot.business.intents import ANSWER, GO, PRICE, IntentAction
from bot.business.leads import LeadRule, Leads, OwnerRule, TagRule, Wish
from bot.business.load import load_business, read_business
from bot.business.menu import Item, Menu, Place
from bot.business.problems import BusinessErrors, Problem
from bot.business.services import Price, Service
from bot.business.spans import Span
from bot.business.specialists import Specialist
from bot.business.vocabulary import destination, vocabulary_of

__all__ = [
    "ANSWER",
    "GO",
    "PRICE",
    "Account",
    "Answer",
    "BookingRules",
    "Branch",
    "Brand",
    "Business",
    "BusinessErrors",
    "Dates",
    "Feedback",
    "Form",
    "Group",
    "Holiday",
    "Hours",
    "IntentAction",
    "Item",
    "LeadRule",
    "Leads",
    "Menu",
    "NextStep",
    "Option",
    "OwnerRule",
    "Place",
    "Price",
    "Problem",
    "Question",
    "QuietHours",
    "Service",
    "Span",
    "Specialist",
    "StaffContact",
    "TagRule",
    "Wish",
    "check_business",
    "describe_hours",
    "destination",
    "load_business",
    "read_business",
    "vocabulary_of",
]
