"""The dialogs that come with the house. A business switches them on by name in its `business.yaml`."""

from collections.abc import Mapping

from bot.dialog import Dialog
from dialogs.booking import Booking
from dialogs.cancel_visit import CancelVisit
from dialogs.feedback import Feedback
from dialogs.my_visits import MyVisits
from dialogs.qualification import Qualification
from dialogs.reschedule import Reschedule

SHIPPED: Mapping[str, type[Dialog]] = {
    each.key: each for each in (Booking, Reschedule, CancelVisit, MyVisits, Qualification, Feedback)
}

__all__ = ["SHIPPED", "Booking", "CancelVisit", "Feedback", "MyVisits", "Qualification", "Reschedule"]
