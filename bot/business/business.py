"""One firm, as its folder describes it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.business.answers import Answer
from bot.business.booking import BookingRules, WrittenQuietHours
from bot.business.branches import Branch
from bot.business.feedback import Feedback
from bot.business.fields import (
    ChannelName,
    Colour,
    Currency,
    Email,
    Entry,
    GroupId,
    Id,
    InEachLanguage,
    InSomeLanguages,
    LanguageCode,
    Languages,
    Named,
    Phone,
    Picture,
    Region,
    SecretEnv,
    Settings,
    ShippedDialog,
    SomePhrases,
    Startable,
    Zone,
)
from bot.business.forms import Forms
from bot.business.holidays import Holiday
from bot.business.hours import WeekHours
from bot.business.intents import Intents
from bot.business.leads import Leads
from bot.business.menu import Menu
from bot.business.services import Service
from bot.business.specialists import Specialist
from bot.business.templates import Templates, Twin
from bot.ports.faces import UNKNOWN, Face

SEARCH_DAYS = 400  # a firm that does not open within a year and its holidays does not open


class Brand(Entry):
    """How the firm looks on pages; `logo` is a file in media/."""

    color: Colour = "#0f766e"
    logo: Picture | None = None


class Group(Entry):
    """A department of operators; without hours of its own it works while any branch is open.

    Its `phones` ring for callers who want a person.
    """

    id: Id = Field(alias="<id>")
    name: InEachLanguage
    hours: WeekHours | None = None
    phones: tuple[Phone, ...] = ()


class StaffContact(Entry):
    """Those who answer: how a customer reaches them when the desk cannot, and how they work there.

    `group` takes what has no group of its own. `language` is the desk's (the firm's first without it). With
    `show_names` a customer sees who writes, else only that a colleague does.
    """

    name: InEachLanguage | None = None
    phone: Phone
    email: Email | None = None
    group: GroupId | None = None
    language: LanguageCode | None = None
    show_names: bool = False


class Account(Entry):
    """One configured instance of a channel.

    Its secrets are in the environment, each under the name that `secrets` gives it; `secret_env` names that of its main one.
    `public` is what customers find it by: a bot's user name, a phone, a page's name.
    """

    id: Id
    channel: ChannelName
    public: Annotated[str, Field(pattern=r"^[+A-Za-z0-9_.-]{3,64}$")] | None = None
    secret_env: SecretEnv | None = None
    secrets: Mapping[str, SecretEnv] = Field(default_factory=dict)
    settings: Settings = Field(default_factory=dict)


class Business(Entry):
    """A firm's content, complete and consistent: every reference in it leads somewhere. Frozen.

    `languages[0]` is the default; `version` changes with any of the files. Keys in angle brackets come from the loader,
    `faces` of channels from who knows the channels.
    `recordings` are sounds in media/ that calls play in place of the phrases they are of, by language.
    """

    slug: str = Field(alias="<slug>")
    version: str = Field(alias="<version>")
    lines: Mapping[str, int] = Field(alias="<lines>", repr=False)
    faces: Mapping[str, Face] = Field(alias="<faces>", repr=False)
    name: InEachLanguage
    tagline: InEachLanguage | None = None
    languages: Languages
    zone: Zone
    currency: Currency
    region: Region
    phone: Phone
    email: Email | None = None
    brand: Brand = Brand()
    recordings: Mapping[LanguageCode, Mapping[str, Picture]] = Field(default_factory=dict)
    demo: bool = False
    branches: Annotated[Mapping[str, Branch], Named, Field(min_length=1)]
    services: Annotated[Mapping[str, Service], Named] = Field(default_factory=dict)
    specialists: Annotated[Mapping[str, Specialist], Named] = Field(default_factory=dict)
    holidays: tuple[Holiday, ...] = ()
    booking: BookingRules = BookingRules()
    leads: Leads = Field(default_factory=Leads.model_construct)
    feedback: Feedback = Feedback()
    quiet_hours: WrittenQuietHours | None = None
    dialogs: tuple[ShippedDialog, ...] = ()
    intents: Intents = Field(default_factory=dict)
    groups: Annotated[Mapping[str, Group], Named] = Field(default_factory=dict)
    staff: StaffContact
    accounts: tuple[Account, ...] = ()
    menu: Menu = Field(alias="<menu>")
    answers: tuple[Answer, ...] = Field(alias="<answers>")
    forms: Forms = Field(alias="<forms>")
    texts: Mapping[str, InSomeLanguages] = Field(alias="<texts>")
    triggers: Mapping[Startable, SomePhrases] = Field(alias="<triggers>")
    templates: Templates = Field(alias="<templates>")

    @property
    def desk_language(self) -> str:
        """The language in which the staff are spoken to."""
        return self.staff.language or self.languages[0]

    def face(self, channel: str) -> Face:
        """What people know a channel as."""
        return self.faces.get(channel, UNKNOWN)

    def twin(self, kind: str) -> Twin | None:
        """The template that stands in for a message of a kind."""
        return self.templates.twins.get(kind)

    def offering(self, service: str, branch: str | None = None) -> tuple[Specialist, ...]:
        """Who offers a service, at a branch or anywhere; in the folder's order."""
        return tuple(
            each
            for each in self.specialists.values()
            if service in each.services and (branch is None or branch in each.branches)
        )

    def is_open(self, at: datetime, branch: str | None = None) -> bool:
        """Whether a branch (any, if none is named) is open at the aware instant `at`."""
        return any(start <= at < end for start, end in self._openings(at, branch, days=1))

    def next_opening(self, after: datetime, branch: str | None = None) -> datetime | None:
        """Find the first instant not before `after` at which a branch is open: `after` itself if it is open then.

        Aware, in the firm's zone; None when nothing opens within a year.
        """
        coming = (max(start, after) for start, end in self._openings(after, branch, days=SEARCH_DAYS) if end > after)
        first = next(coming, None)
        return first.astimezone(self.zone) if first else None

    def _openings(self, since: datetime, branch: str | None, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Open spans as instants in UTC, day by day from the day of `since` on; in order of their start."""
        first = since.astimezone(self.zone).date()
        for step in range(days):
            day = first + timedelta(days=step)
            yield from sorted(self._openings_of(day, branch))

    def _openings_of(self, day: date, branch: str | None) -> Iterator[tuple[datetime, datetime]]:
        # In UTC: two datetimes of one zone compare by wall time, which is wrong in the hour that a clock repeats.
        for each in self.branches.values():
            if branch in (None, each.id):
                for span in each.open_spans(day):
                    yield span.starts(day, self.zone).astimezone(UTC), span.ends(day, self.zone).astimezone(UTC)
