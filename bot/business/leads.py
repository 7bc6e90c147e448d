"""How the firm takes up people who are interested: what they may want, and rules that tag a lead and give it to a group.

A rule is a row of conditions; a row without any fits every lead. Of the tags every row that fits counts, of the owners
the first one.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from bot.business.faults import Fault, several
from bot.business.fields import (
    BranchId,
    ChannelName,
    Entry,
    GroupId,
    Id,
    InEachLanguage,
    LanguageCode,
    ServiceId,
    ShortForm,
    SomePhrases,
    matching,
)
from bot.business.names import names_of
from bot.business.problems import no_such

When = Literal["now", "month", "later"]
Decides = Literal["me", "together", "other"]
PhoneCode = Annotated[str, matching(r"\+\d{1,6}", "the beginning of a phone number, like '+995', in quotes")]
Tag = Annotated[str, Field(min_length=1, max_length=40)]
SERVICES = "services"


class Wish(Entry):
    """Something that a lead may want, where that is not simply a service; `service` is what can be booked for it."""

    id: Id
    label: InEachLanguage
    short: ShortForm | None = None
    phrases: SomePhrases = Field(default_factory=dict)
    service: ServiceId | None = None
    branch: BranchId | None = None


class LeadRule(Entry):
    """Conditions on a lead: each that is there must name what the lead has. `phone` compares the number's beginning."""

    what: tuple[str, ...] = ()
    when: tuple[When, ...] = ()
    decides: tuple[Decides, ...] = ()
    language: tuple[LanguageCode, ...] = ()
    branch: tuple[BranchId, ...] = ()
    channel: tuple[ChannelName, ...] = ()
    phone: tuple[PhoneCode, ...] = ()

    def fits(self, lead: Mapping[str, str]) -> bool:
        """Whether a lead, by the names of the conditions, fulfils them all."""
        exact = ("what", "when", "decides", "language", "branch", "channel")
        wanted = ((lead.get(name, ""), getattr(self, name)) for name in exact)
        same = all(not allowed or value in allowed for value, allowed in wanted)
        return same and (not self.phone or lead.get("phone", "").startswith(self.phone))


class TagRule(LeadRule):
    """A tag for the leads that fit."""

    tag: Tag


class OwnerRule(LeadRule):
    """Who gets the leads that fit; of several groups the one with the fewest open leads, the first of equals."""

    to: Annotated[tuple[GroupId, ...], Field(min_length=1)]


TAGS = (
    TagRule(tag="high interest", when=("now",), decides=("me", "together")),
    TagRule(tag="nurture", when=("later",)),
)


def _own_wishes(written: Any) -> Any:
    return () if written == SERVICES else written


class Leads(Entry):
    """The rules of leads. Without `what` the services are offered; `contact` is how people may be reached."""

    what: Annotated[tuple[Wish, ...], BeforeValidator(_own_wishes)] = ()
    contact: Literal["phone", "email", "any"] = "phone"
    tags: tuple[TagRule, ...] = TAGS
    owners: tuple[OwnerRule, ...] = ()

    @model_validator(mode="after")
    def _names_what_can_be_wanted(self, info: ValidationInfo) -> Self:
        known = {wish.id for wish in self.what} if self.what else names_of(info).of("service")
        if known is None:
            return self
        rules: tuple[tuple[str, tuple[LeadRule, ...]], ...] = (("tags", self.tags), ("owners", self.owners))
        faults: list[Fault] = [
            ((part, row, "what", place), no_such("wish" if self.what else "service", name, known))
            for part, rows in rules
            for row, rule in enumerate(rows)
            for place, name in enumerate(rule.what)
            if name not in known
        ]
        if faults:
            raise several(faults)
        return self

    def tags_of(self, lead: Mapping[str, str]) -> tuple[str, ...]:
        """The tags of a lead, in the order of the rules."""
        return tuple(dict.fromkeys(rule.tag for rule in self.tags if rule.fits(lead)))

    @property
    def own_tags(self) -> frozenset[str]:
        """Every tag that the rules may give."""
        return frozenset(rule.tag for rule in self.tags)

    def owners_of(self, lead: Mapping[str, str]) -> tuple[str, ...]:
        """The groups that may take a lead, by the first rule that fits; empty when none does."""
        return next((rule.to for rule in self.owners if rule.fits(lead)), ())
