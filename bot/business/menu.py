"""The self-service menu: a tree of places with what can be chosen there."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.business.faults import several
from bot.business.fields import Entry, Id, InEachLanguage, Named, Picture, PlaceKey, ShortForm, Startable, Url

ROOT = "main"
Listing = Literal["services", "specialists", "branches"]
Word = Literal["human", "language", "help", "menu"]


class Item(Entry):
    """One choice at a place; it does one thing: goes to a place, starts a dialog or form, says a word, opens a link."""

    label: InEachLanguage
    short: ShortForm | None = None
    go: PlaceKey | None = None
    start: Startable | None = None
    say: Word | None = None
    link: Url | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        done = [key for key in ("go", "start", "say", "link") if getattr(self, key) is not None]
        if len(done) != 1:
            found = f"has {' and '.join(done)}" if done else "leads nowhere"
            raise ValueError(f"{found}; write one of go, start, say or link")
        return self

    @property
    def id(self) -> str:
        """What the choice is stored as: what it does, so that moving it in the list changes nothing."""
        kind = next(key for key in ("go", "start", "say", "link") if getattr(self, key) is not None)
        return f"{kind}:{getattr(self, kind)}"


class Place(Entry):
    """A node of the menu. What `listing` names is listed when it is shown; all but the root get Back and Menu."""

    key: Id = Field(alias="<id>")
    title: InEachLanguage
    text: InEachLanguage | None = None
    image: Picture | None = None
    listing: Listing | None = Field(None, alias="list")
    items: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not (self.text or self.listing or self.items):
            raise ValueError("is empty; write a text, a list or items")
        return self

    @model_validator(mode="after")
    def _offers_each_thing_once(self) -> Self:
        ids = [item.id for item in self.items]
        if twice := [place for place, name in enumerate(ids) if name in ids[:place]]:
            raise several([(("items", place), f"does the same as item {ids.index(ids[place]) + 1}") for place in twice])
        return self


class Menu(Entry):
    """All places by key; `main` is where a customer begins."""

    places: Annotated[Mapping[str, Place], Named]

    @model_validator(mode="after")
    def _has_a_root(self) -> Self:
        if ROOT not in self.places:
            raise ValueError(f"the place '{ROOT}', where every customer begins, is missing")
        return self

    @property
    def root(self) -> Place:
        """The place where a customer begins."""
        return self.places[ROOT]
