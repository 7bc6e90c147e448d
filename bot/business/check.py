"""Proves more of a business than that it can be read: that customers can use all of it.

What is found here does not stop a start; it stops a release.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.business.business import Business
from bot.business.fields import SHORT_CHARS
from bot.business.hours import DAYS
from bot.business.menu import ROOT, Place
from bot.business.problems import Problem
from bot.business.services import Service
from bot.business.spans import Span, overlap
from bot.business.specialists import Specialist
from bot.texts import LANGUAGES, Localized
from bot.understanding import fold

TEXT_CHARS = 1000  # leaves room for a menu under it in the narrowest channels (WhatsApp: 1024 with buttons)
Finding = tuple[str, str, str]  # file, place, message


def check_business(business: Business, *, lengths: bool = True) -> tuple[Problem, ...]:
    """Find what customers could not use: in the order of files and lines; empty when all is well.

    With `lengths` also what is too long for the narrowest channel there is; `bot.business.fitting` looks at those that a
    firm has.
    """
    checks = [_unbookable, _unwanted, _shifts, _unreached, _same_words, _phrases, _half_worded]
    checks += [_long_labels, _long_texts] if lengths else []
    found = (finding for check in checks for finding in check(business))
    return tuple(sorted(Problem(file, _line(business, file, at), at, message) for file, at, message in found))


def _line(business: Business, file: str, place: str) -> int:
    while place and f"{file} {place}" not in business.lines:
        cut = max(place.rfind("."), place.rfind("["))
        place = place[:cut] if cut > 0 else ""
    return business.lines.get(f"{file} {place}", 0)


def _unbookable(business: Business) -> Iterator[Finding]:
    for service in business.services.values():
        place = f"services.{service.id}"
        if not service.specialists:
            yield "business.yaml", place, "nobody offers it; name it under the services of a specialist"
        elif not any(_fits(business, service, business.specialists[key]) for key in service.specialists):
            yield "business.yaml", place, f"no specialist has {service.occupies} on end at any branch (buffers count)"


def _unwanted(business: Business) -> Iterator[Finding]:
    offered = any(service.specialists for service in business.services.values())
    if "qualification" in business.dialogs and not business.leads.what and not offered:
        yield (
            "business.yaml",
            "leads",
            "there is nothing that a lead could want; list it under 'what', or offer a service",
        )


def _fits(business: Business, service: Service, specialist: Specialist) -> bool:
    spans = (
        span
        for key in specialist.branches
        for weekday, own in specialist.hours_at(business.branches[key]).weekly.items()
        for span in overlap(own, business.branches[key].hours.weekly.get(weekday, ()))
    )
    return any(span.length >= service.occupies for span in spans)


def _shifts(business: Business) -> Iterator[Finding]:
    for specialist in business.specialists.values():
        taken: dict[int, list[tuple[str, tuple[Span, ...]]]] = defaultdict(list)
        for key in specialist.branches:
            branch = business.branches[key]
            place = f"specialists.{specialist.id}.hours.{key}"
            for weekday, own in specialist.hours_at(branch).weekly.items():
                if overlap(own, branch.hours.weekly.get(weekday, ())) != own:
                    yield "business.yaml", place, f"{DAYS[weekday]} goes beyond the hours of the branch"
                for other, spans in taken[weekday]:
                    if overlap(own, spans):
                        yield "business.yaml", place, f"{DAYS[weekday]} overlaps with the hours at {other}"
                taken[weekday].append((key, own))


def _unreached(business: Business) -> Iterator[Finding]:
    places = business.menu.places
    seen = {ROOT}
    ahead = [ROOT, *(answer.next.go for answer in business.answers if answer.next and answer.next.go)]
    while ahead:
        key = ahead.pop()
        seen.add(key)
        ahead.extend(item.go for item in places[key].items if item.go and item.go not in seen)
    for key in places.keys() - seen:
        yield "menu.yaml", key, "no choice leads here"
    if not business.menu.root.items:
        yield "menu.yaml", ROOT, "offers no choice"
    if not any(item.say == "human" for place in places.values() for item in place.items):
        yield "menu.yaml", ROOT, "no choice anywhere says 'human', so a customer must know the word"


def _same_words(business: Business) -> Iterator[Finding]:
    for place in business.menu.places.values():
        yield from _same_labels(business, place)


def _long_labels(business: Business) -> Iterator[Finding]:
    for place in business.menu.places.values():
        for number, item in enumerate(place.items, 1):
            yield from _long_label(f"{place.key}.items[{number}]", "menu.yaml", item.label, item.short)
    for number, answer in enumerate(business.answers, 1):
        if answer.next:
            yield from _long_label(f"[{number}].next", "answers.yaml", answer.next.label, answer.next.short)
    for form in business.forms.values():
        for number, question in enumerate(form.questions, 1):
            for option in question.options:
                place_of = f"{form.id}.questions[{number}].options"
                yield from _long_label(place_of, "forms.yaml", option.label, option.short)


def _same_labels(business: Business, place: Place) -> Iterator[Finding]:
    for code in business.languages:
        first: dict[str, int] = {}
        for number, item in enumerate(place.items, 1):
            for label in {fold(text.wordings[code]) for text in (item.label, item.short) if text}:
                if first.setdefault(label, number) != number:
                    message = f"reads like item {first[label]} in {LANGUAGES[code]}; a typed answer could mean either"
                    yield "menu.yaml", f"{place.key}.items[{number}]", message


def _long_label(place: str, file: str, label: Localized, short: Localized | None) -> Iterator[Finding]:
    long = [code for code, wording in label.wordings.items() if len(wording) > SHORT_CHARS]
    if long and not short:
        yield file, place, f"the label is over {SHORT_CHARS} characters in {', '.join(long)}; add a 'short' form"


def _long_texts(business: Business) -> Iterator[Finding]:
    for file, place, text in _bodies(business):
        for code, wording in text.wordings.items():
            if len(wording) > TEXT_CHARS:
                yield file, f"{place}.{code}", f"has {len(wording)} characters; over {TEXT_CHARS} is split"


def _bodies(business: Business) -> Iterator[tuple[str, str, Localized]]:
    for place in business.menu.places.values():
        if place.text:
            yield "menu.yaml", f"{place.key}.text", place.text
    for number, answer in enumerate(business.answers, 1):
        yield "answers.yaml", f"[{number}].text", answer.text
    for form in business.forms.values():
        yield "forms.yaml", f"{form.id}.done", form.done
        for number, question in enumerate(form.questions, 1):
            yield "forms.yaml", f"{form.id}.questions[{number}].ask", question.ask


def _phrases(business: Business) -> Iterator[Finding]:
    first: dict[tuple[str, str], str] = {}
    for file, place, owner, code, phrases in _all_phrases(business):
        for phrase in {fold(phrase) for phrase in phrases}:
            before = first.setdefault((code, phrase), owner)
            if before != owner:
                yield file, place, f"'{phrase}' ({code}) already means {before}"


def _all_phrases(business: Business) -> Iterator[tuple[str, str, str, str, Iterable[str]]]:
    for name, by_language in business.triggers.items():
        for code, phrases in by_language.items():
            yield "triggers.yaml", f"{name}.{code}", f"the dialog '{name}'", code, phrases
    for number, answer in enumerate(business.answers, 1):
        for code, phrases in answer.phrases.items():
            yield "answers.yaml", f"[{number}].phrases.{code}", f"the answer '{answer.id}'", code, phrases
    for service in business.services.values():
        for code, phrases in service.phrases.items():
            owner = f"the service '{service.id}'"
            yield "business.yaml", f"services.{service.id}.phrases.{code}", owner, code, phrases


def _half_worded(business: Business) -> Iterator[Finding]:
    for text, own in business.texts.items():
        if missing := [code for code in business.languages if code not in own.wordings]:
            yield "texts.yaml", text, f"has no wording in {', '.join(missing)}; the shipped one is used there"
