"""The card of a case: who it is, what is known, what could be done next."""

from collections.abc import Sequence

from bot.actor import Actor
from bot.business import Business
from bot.desk.answers import answers
from bot.desk.frames import frame, shown, shown_name
from bot.events import Contact
from bot.ports.faces import Face
from bot.records import Case, Customer
from bot.replies import Message
from bot.texts import LANGUAGES, Lines, Wording, spoken, t

KINDS = {"messenger": t("a messenger"), "text": t("text messages"), "call": t("phone calls"), "page": t("web chat")}
PARKED = "parked event "
LEAD_STEPS = {
    "today": t("call back today and offer a time"),
    "week": t("call back this week"),
    "prices": t("send the prices to pass on, and ask who decides"),
    "touch": t("stay in touch, nothing is urgent"),
}
"""What can be done about a lead, by the newest word that stands under `step` in its entries."""


def card(actor: Actor, case: Case, customer: Customer, owner: str, window: Wording | None = None,
         places: Sequence[str] = ()) -> Message:  # fmt: skip
    """What operators see on top of a case; `owner` is the name of the member who has taken it.

    `window` says until when the customer can be answered, `places` are all conversations of the customer.
    """
    lines = [state(case, owner), *([window] if window else []), *facts(actor.business, case, customer)]
    lines += elsewhere(actor.business, case, places)
    if case.summary:
        lines.append(spoken(shown(case.summary)))
    found = answers(case, actor.business, actor.words)
    if found:
        lines.append(spoken(shown("\n".join(found))))
    lines.append(t("Next: {step}", step=step(case)))
    acts: list[tuple[Wording, str, str]] = []
    if case.status == "open":
        acts.append((t("Take it"), "case.take", case.id))
    if case.status != "closed":
        acts.append((t("Close it"), "case.close", case.id))
    if failed := parked(case):
        acts.append((t("Try it again"), "parked.replay", failed))
    return actor.message(Lines(tuple(lines)), acts, heading=title(actor.business, case, customer))


def title(business: Business, case: Case, customer: Customer) -> str:
    """The line above a card: channel, name, id."""
    contact = Contact.of(case.actor)
    return frame(customer.name or f"…{contact.address[-4:]}", business.face(contact.channel).sign, case.id)


def facts(business: Business, case: Case, customer: Customer) -> list[Wording]:
    """What is known of the customer and their matter, a line each."""
    lines: list[Wording] = []
    if case.department and (group := business.groups.get(case.department)):
        lines.append(t("Group: {name}", name=group.name))
    if customer.phone:
        lines.append(t("Phone: {phone}", phone=customer.phone))
    if customer.email:
        lines.append(t("E-mail: {email}", email=shown_name(customer.email)))
    if customer.language:
        lines.append(t("Language: {language}", language=LANGUAGES.get(customer.language, customer.language)))
    if case.tags:
        lines.append(t("Tags: {tags}", tags=", ".join(case.tags)))
    return lines


def elsewhere(business: Business, case: Case, places: Sequence[str]) -> list[Wording]:
    """Where else the customer writes, a line each; `places` are all their conversations."""
    channels = dict.fromkeys(Contact.of(each).channel for each in places if each != case.actor)
    return [t("Also writes in: {channel}", channel=_called(business.face(each))) for each in channels]


def _called(face: Face) -> Wording:
    return spoken(face.name) if face.name else KINDS[face.kind]


def state(case: Case, owner: str) -> Wording:
    """Whose turn it is."""
    match case.status:
        case "closed":
            return t("Closed.")
        case "taken":
            return t("{name} has it.", name=shown_name(owner) or "?")
        case _:
            return t("Waits for somebody.")


def step(case: Case) -> Wording:
    """What could be done next, by what the case is about."""
    if case.status == "closed":
        return t("nothing, it is done")
    if case.kind == "lead":
        return LEAD_STEPS.get(_newest(case, "step"), t("call back and offer a time"))
    if _newest(case, "reason").startswith(PARKED):
        return t("look what went wrong (/parked), then answer")
    return t("answer here, and close it at the end") if case.status == "taken" else t("take it and answer here")


def _newest(case: Case, name: str) -> str:
    """What was said last under a name; a note, a transfer or held words that came later say nothing of it."""
    return next((entry.data[name] for entry in reversed(case.entries) if entry.data.get(name)), "")


def parked(case: Case) -> str:
    """The newest event of the conversation that failed for good while the case was open, as `actor#number`."""
    reasons = (str(entry.data.get("reason", "")) for entry in reversed(case.entries))
    number = next((reason.removeprefix(PARKED) for reason in reasons if reason.startswith(PARKED)), "")
    return f"{case.actor}#{number}" if number and case.status != "closed" else ""
