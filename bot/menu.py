"""Self-service trees: shows a place of the menu and finds what is typed for it."""

from collections.abc import Iterable
from mimetypes import guess_type

from bot.business import Business, Item, Place, describe_hours
from bot.chat import Chat, Option
from bot.events import Media
from bot.replies import Go, Link, Speak, Start
from bot.texts import Lines, Localized, Wording, duration, spoken, t, written
from bot.understanding import match_label

ROOT = "main"


def show(chat: Chat, key: str = ROOT) -> None:
    """Say a place of the menu with what can be chosen there; an unknown place shows the first."""
    business = chat.business
    place = business.menu.places.get(key) or business.menu.places[ROOT]
    chat.conversation.place = place.key
    chosen = [option(item) for item in place.items if item.link is None]
    links = [Link(item.link, chat.words(item.label)) for item in place.items if item.link is not None]
    if place.key != ROOT:
        chosen.append(Option(t("‹ Menu"), Go(ROOT)))
    chat.say(words(chat.business, place, chat.language), chosen, links=links, media=pictures(chat, place))


def pictures(chat: Chat, place: Place) -> tuple[Media, ...]:
    """The picture of a place, out of the business folder."""
    if place.image is None:
        return ()
    mime = guess_type(place.image)[0] or "image/png"
    return (Media("image", place.image, mime, alt=chat.words(place.title), shelf=chat.business.slug),)


def option(item: Item) -> Option:
    """An item as a button."""
    means: Go | Start | Speak = Go(item.go or ROOT)
    if item.start:
        means = Start(item.start)
    elif item.say:
        means = Speak(item.say)
    return Option(item.label, means, short=item.short)


def words(business: Business, place: Place, language: str) -> Wording:
    """What a place says: its text, or its title, and its list."""
    parts: list[Wording] = [place.text or place.title]
    if place.listing == "services":
        parts.append(Lines(tuple(_services(business))))
    elif place.listing == "specialists":
        parts.append(Lines(tuple(_specialists(business))))
    elif place.listing == "branches":
        parts += list(_branches(business, language))
    return Lines(tuple(parts), "\n\n")


def _services(business: Business) -> Iterable[Wording]:
    for each in business.services.values():
        length = written(duration(each.duration))
        terms = Lines((length, each.price.wording()), " · ") if each.price else length
        yield t("• {name}: {terms}", name=each.name, terms=terms)


def _specialists(business: Business) -> Iterable[Wording]:
    for each in business.specialists.values():
        yield t("• {name}: {terms}", name=each.name, terms=each.title or each.name)


def _branches(business: Business, language: str) -> Iterable[Wording]:
    for each in business.branches.values():
        hours = spoken(describe_hours(each.hours, language))
        phone = spoken(each.phone or business.phone)
        yield Lines((each.name, each.address, phone, hours))


def find(chat: Chat, text: str) -> Item | None:
    """The item, of the present place first, whose label is typed in any language; None for none or several."""
    places = chat.business.menu.places
    here = places.get(chat.conversation.place) or places[ROOT]
    items = {item.id: item for place in (*places.values(), here) for item in place.items if item.link is None}
    found = match_label(text, {key: labels_of(item) for key, item in items.items()})
    return items[found[0]] if len(found) == 1 else None


def labels_of(item: Item) -> tuple[str, ...]:
    """An item's labels in every language."""
    shorts = item.short.wordings.values() if isinstance(item.short, Localized) else ()
    return (*item.label.wordings.values(), *shorts)
