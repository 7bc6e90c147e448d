"""Where the firm is: its branches and their hours."""

from datetime import date

from pydantic import Field

from bot.business.fields import Entry, Id, InEachLanguage, MapUrl, Phone, Picture, ShortForm
from bot.business.holidays import Holiday
from bot.business.hours import WeekHours
from bot.business.spans import Span


class Branch(Entry):
    """One address. `short` is its name on a narrow button. `holidays` are its own first, then the firm's."""

    id: Id = Field(alias="<id>")
    name: InEachLanguage
    short: ShortForm | None = None
    address: InEachLanguage
    phone: Phone | None = None
    map_url: MapUrl | None = None
    picture: Picture | None = None
    hours: WeekHours
    holidays: tuple[Holiday, ...] = ()

    def open_spans(self, day: date) -> tuple[Span, ...]:
        """When it is open on `day`, holidays considered; in order, empty when closed."""
        return self.hours.spans(day, self.holidays)

    def holiday(self, day: date) -> Holiday | None:
        """Name the holiday that `day` is, or None."""
        return next((holiday for holiday in self.holidays if holiday.day.covers(day)), None)
