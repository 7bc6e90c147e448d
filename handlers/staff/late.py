"""What an operator writes after the window of the customer's channel: held back, and offered as a template.

Free words would not arrive any more. The operator is told before anything is tried; what they wrote is kept with the
case until they press whether it leaves as the firm's template for people's words, or stays.
"""

from functools import partial

from bot.desk.window import answerable_until
from bot.events import CaseAct, Contact, OperatorSaid, RoomSaid
from bot.records import Case, Entry, find_case
from bot.store import transcript
from bot.texts import Wording, t
from handlers.staff.order import StaffOrder

SEND, LEAVE = "late.send", "late.leave"
RELAY = "relay"
"""The kind of message whose template carries an operator's own words."""

SEND_IT, LEAVE_IT = t("Send as a template"), t("Leave it")
NOTHING_LEAVES = t("The window has closed, so this was not sent. Only the customer’s next message opens it.")
GONE = t("This button no longer works.")


async def hold_back(order: StaffOrder, event: RoomSaid, case: Case) -> bool:
    """Keep words that come too late, and ask what becomes of them; False when they may leave as they are."""
    actor = order.actor
    until = await answerable_until(actor, case.actor)
    if until is None or actor.scope.now < until:
        return False
    twin = actor.business.twin(RELAY)
    name = twin.called(Contact.of(case.actor).channel) if twin else ""
    if not name or not event.text or event.media:
        order.reply(NOTHING_LEAVES)
    elif event.edited and await _was_said(order, case, event.id):
        order.reply(t("The window has closed, so the change was not sent. Write it as a new message."))
    else:
        words = t("The window has closed, so this was not sent. It can leave as the template «{name}».", name=name)
        offer(order, case, words, text=event.text, template=RELAY)
    return True


def offer(order: StaffOrder, case: Case, wording: Wording, *, text: str, template: str) -> None:
    """Keep what an order would say to a customer with the case, and let the operator decide."""
    scope, about = order.actor.scope, f"{case.id}:{order.message}"
    held = CaseAct(case.id, "hold", order.member.operator, f"{scope.actor}/{order.message}", text, template)
    scope.tell(case.actor, held)
    order.reply(wording, [(SEND_IT, SEND, about), (LEAVE_IT, LEAVE, about)])


async def send(order: StaffOrder, about: str) -> None:
    """The button: what was held leaves; as it was written, if the customer has written meanwhile."""
    case, entry = await _held(order, about)
    if case is None or entry is None or case.status == "closed":
        order.reply(GONE)
    elif await _was_said(order, case, about.partition(":")[2]):
        order.reply(t("This was decided already."))
    else:
        data = entry.data
        said = OperatorSaid(case.id, order.member.operator, data["held"], origin=data["origin"],
                            template=data["template"])  # fmt: skip
        order.actor.scope.tell(case.actor, said)
        order.reply(t("It is on its way to the customer."))


async def leave(order: StaffOrder, about: str) -> None:
    """The other button: nothing leaves. The first one still works, should they think again."""
    case, entry = await _held(order, about)
    order.reply(t("It is not sent.") if case is not None and entry is not None else GONE)


async def _held(order: StaffOrder, about: str) -> tuple[Case | None, Entry | None]:
    """The case that a button names, and the newest of what was held there from one message."""
    scope, (name, _, message) = order.actor.scope, about.partition(":")
    case = await scope.read(f"case#{name}", partial(find_case, scope.business, name))
    entries = case.entries if case else ()
    found = (each for each in reversed(entries) if "held" in each.data and _from(each.data["origin"]) == message)
    return case, next(found, None)


def _from(origin: str) -> str:
    """The message in an origin; the room before it may have moved since."""
    return origin.rpartition("/")[2]


async def _was_said(order: StaffOrder, case: Case, message: str) -> bool:
    """Whether the words of a message in this room have been said to the customer."""
    scope = order.actor.scope
    origin = f"{scope.actor}/{message}"
    return bool(await scope.read(f"said:{message}", partial(transcript.by_origin, scope.business, case.actor, origin)))
