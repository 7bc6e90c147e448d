"""One person in many conversations: who proves the same phone is the same person, and their matter goes on where they write.

A conversation is linked in a step of its own (`bot.events.Linking`), because everything else in a step belongs to the
customer that it began with.
"""

from datetime import timedelta
from functools import partial
from urllib.parse import quote

import msgspec

from bot.chat import Chat
from bot.events import CaseWent, Event, Linking, Opened, Pressed, Said, Unlinking
from bot.ports.clock import micros
from bot.records import Case, CustomerPatch, SaveCustomer, load_customer, save_customer
from bot.records.cases import case_with_people
from bot.records.customers import Customer, find_customer, joined
from bot.records.links import Link, Unlink, held_apart, homing, linked
from bot.records.passes import firm_secret, found_in, holder, issue
from bot.records.proofs import Prove, whose
from bot.replies import Act
from bot.replies import Link as Address
from bot.texts import LANGUAGES, t
from bot.understanding import match_label
from handlers.places import places_of
from handlers.words import ELSEWHERE, WISH, welcome

HUMAN, WAITING = "human", "waiting"


async def listen(chat: Chat, event: Event) -> bool:
    """Notice a phone that the channel vouches for, and fetch the person's matter to where they write; takes nothing."""
    if not isinstance(event, (Said, Pressed, Opened)):
        return False
    talk = chat.conversation
    if event.by is not None and event.by.phone and event.by.phone != talk.proved:
        talk.proved = event.by.phone
        chat.scope.tell(chat.scope.actor, Linking(phone=event.by.phone))
    if isinstance(event, Opened) and (token := found_in(event.source)):
        await use(chat, token)
    if talk.shared and not talk.case and isinstance(event, Said):
        await fetch_case(chat, chat.customer.id)
    return False


async def handle(chat: Chat, event: Event) -> bool:
    """Take what makes one person of several conversations, and what undoes it."""
    match event:
        case Linking():
            await link(chat, event)
        case Unlinking():
            await unlink(chat, event)
        case CaseWent(case):
            if chat.conversation.case == case:
                chat.conversation.case = chat.conversation.charge = ""
                chat.conversation.noted = False
        case _:
            return False
    return True


async def choose(chat: Chat, event: Event) -> bool:
    """Take the wish to go on in another messenger, and the words of somebody who has come by such a link."""
    if isinstance(event, Pressed):
        if chat.pressed is None or chat.pressed.means != Act(ELSEWHERE):
            return False
        return await offer(chat)
    if not isinstance(event, Said) or not event.text:
        return False
    if token := found_in(event.text):
        await use(chat, token)
        if chat.conversation.charge != HUMAN:
            welcome(chat)
        return True
    named = {ELSEWHERE: [chat.phrasebook.say(WISH, code) for code in LANGUAGES]}
    return bool(match_label(event.text, named, plainly=True)) and await offer(chat)


async def use(chat: Chat, token: str) -> None:
    """Let who has come by a link be who asked for it; one that is over or forged is no link, and none works twice."""
    scope = chat.scope
    secret = await scope.read("secret", partial(firm_secret, scope.business))
    if customer := holder(secret, scope.business, token, scope.now):
        scope.tell(scope.actor, Linking(customer=customer), key=f"pass:{token}")


async def offer(chat: Chat) -> bool:
    """Give links to the firm's other channels that take the matter along; False where there are none."""
    scope, customer = chat.scope, chat.customer
    places = places_of(chat)
    secret = await scope.read("secret", partial(firm_secret, scope.business)) if places else ""
    if not secret:
        return False
    if not customer.version:
        scope.write(SaveCustomer(scope.business, scope.actor, customer.id, 0, {}, micros(scope.now)))
        chat.customer = msgspec.structs.replace(customer, version=1)
    links = []
    for n, (channel, address) in enumerate(places):
        token = issue(secret, scope.business, customer.id, scope.now + timedelta(seconds=n))
        words = quote(chat.words(t("Go on: {token}", token=token)))
        links.append(Address(address.format(token=token, words=words), chat.business.face(channel).name))
    chat.say(t("Where shall we go on? Each link works once, within an hour."), links=links, kind="notice")
    return True


async def link(chat: Chat, event: Linking) -> None:
    """Let this conversation be its person's; a phone that nobody has proved before is this customer's from now on."""
    scope, mine = chat.scope, chat.customer
    wanted = await _wanted(chat, event)
    if not wanted and event.phone:
        prove(chat, event.phone)
        return
    if wanted == mine.id:
        await _be_shared(chat)
        return
    theirs = await scope.read("theirs", partial(linked, scope.business, wanted)) if wanted else ()
    stays = await scope.read("stays", partial(find_customer, scope.business, wanted)) if theirs else None
    nobody = stays is None and bool(event.beside)
    if nobody:  # somebody of whom nothing is known yet
        stays, theirs = Customer(wanted, version=1), (event.beside,)
    if stays is None:
        return
    apart = partial(held_apart, scope.business, scope.actor, mine.id, wanted)
    if not (event.by or event.customer) and await scope.read("apart", apart):
        return
    await _join(chat, event, stays, event.beside if nobody else "")
    for each in theirs:
        scope.tell(each, Linking(beside=scope.actor))
    if event.phone or (event.customer and not event.by):
        await fetch_case(chat, wanted, said=True)


async def _wanted(chat: Chat, event: Linking) -> str:
    """The id of the person that is meant; empty for nobody."""
    scope = chat.scope
    if event.phone:
        return await scope.read("whose", partial(whose, scope.business, event.phone))
    if event.beside:
        return (await scope.read("beside", partial(load_customer, scope.business, event.beside))).id
    return event.customer


def prove(chat: Chat, phone: str) -> None:
    """Write down that this customer has proved a phone; it is asked for in a dialog all the same."""
    scope = chat.scope
    chat.customer = save_customer(scope, chat.customer, CustomerPatch(phone=phone, guessed=True))
    scope.write(Prove(scope.business, phone, chat.customer.id, scope.actor, micros(scope.now)))


async def _be_shared(chat: Chat) -> None:
    """See whether the person has other conversations, and take up a matter of theirs that is in this one."""
    scope = chat.scope
    chat.conversation.shared = len(await scope.read("mine", partial(linked, scope.business, chat.customer.id))) > 1
    case = await scope.read("with people", partial(case_with_people, scope.business, chat.customer.id))
    if case is not None and case.actor == scope.actor and not chat.conversation.case:
        _put_in_charge(chat, case)
    chat.show_desk()


async def _join(chat: Chat, event: Linking, stays: Customer, first: str) -> None:
    """Link the conversation, merge what both know of the person, and let the others of who it was follow.

    `first` is the conversation of somebody who has no row yet.
    """
    scope, mine = chat.scope, chat.customer
    others = [each for each in await scope.read("others", partial(linked, scope.business, mine.id))
              if each != scope.actor]  # fmt: skip
    means = "staff" if event.by else "phone" if event.phone else "with" if event.beside else "token"
    scope.write(Link(scope.business, scope.actor, mine.id, tuple(others), mine.version > 0, stays.id, means,
                     micros(scope.now), event.phone, first, event.by))  # fmt: skip
    for patch in joined(stays, mine):
        stays = save_customer(scope, stays, patch)
    chat.customer = stays
    chat.conversation.shared = True
    for each in others:
        scope.tell(each, Linking(beside=scope.actor))
    chat.show_desk()


async def fetch_case(chat: Chat, customer: str, *, said: bool = False) -> None:
    """Let the person's newest matter with people go on here, unless one is open here; `said`: the customer hears of it."""
    scope, talk = chat.scope, chat.conversation
    case = await scope.read("with people", partial(case_with_people, scope.business, customer))
    if case is None or case.actor == scope.actor or talk.case or await chat.cases.current(case.kind):
        return
    chat.cases.follow(case)
    _put_in_charge(chat, case)
    scope.tell(case.actor, CaseWent(case.id))
    chat.show_desk(note=chat.words_for_staff(t("The customer goes on in another channel: {channel}.",
                                               channel=chat.contact.channel)))  # fmt: skip
    if said:
        chat.say(t("Your matter with our team goes on here."), kind="notice")


def _put_in_charge(chat: Chat, case: Case) -> None:
    talk = chat.conversation
    talk.case, talk.charge, talk.noted = case.id, HUMAN if case.status == "taken" else WAITING, False


async def unlink(chat: Chat, event: Unlinking) -> None:
    """Let this conversation be who it was before; nothing happens where it is linked with no other."""
    scope, talk, mine = chat.scope, chat.conversation, chat.customer
    others = [each for each in await scope.read("mine", partial(linked, scope.business, mine.id))
              if each != scope.actor]  # fmt: skip
    if not others:
        return
    scope.write(Unlink(scope.business, scope.actor, mine.id, event.by, micros(scope.now)))
    for case, at in await scope.read("homing", partial(homing, scope.business, mine.id, scope.actor)):
        if at != scope.actor:
            scope.tell(at, CaseWent(case))
        elif talk.case == case:
            talk.case, talk.charge, talk.noted = "", "", False
    for each in (scope.actor, *others):
        scope.tell(each, Linking(beside=each))
    if event.case:
        chat.show_desk(event.case, note=chat.words_for_staff(t("This conversation is a person of its own again.")))
