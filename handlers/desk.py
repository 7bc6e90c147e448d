"""A human in charge: what operators do reaches the customer, what the customer does reaches the desk.

Who answers is explicit (`Conversation.charge`). While somebody is only waited for, the bot goes on and the desk sees
everything; once a human is in charge the bot is silent, until they close the case.
"""

from functools import partial

from bot.chat import Chat, Option
from bot.desk import shown_name
from bot.desk.picker import choices, filled
from bot.dialog import Lost
from bot.events import (
    Announced,
    CaseAct,
    DeskLost,
    Edited,
    Event,
    Opened,
    OperatorSaid,
    Pressed,
    Reachable,
    Said,
)
from bot.records import Case
from bot.replies import Speak
from bot.store import transcript
from bot.texts import t
from handlers.campaign import announce
from handlers.handoff import KIND, lose

HUMAN, WAITING = "human", "waiting"


async def listen(chat: Chat, event: Event) -> bool:
    """Let the desk see what the customer does while a case is open, note by what way it is answered; takes nothing."""
    if isinstance(event, (Said, Opened)):
        chat.conversation.via = event.via
    if isinstance(event, Pressed):
        chat.conversation.via = ""
    if isinstance(event, (Said, Edited, Pressed, Opened)):
        chat.show_desk()
    return False


async def keep_silent(chat: Chat, event: Event) -> bool:
    """Leave everything to the human in charge, except the choice of a language."""
    return chat.conversation.charge == HUMAN and isinstance(event, (Said, Pressed, Opened))


async def handle(chat: Chat, event: Event) -> bool:
    """Take what operators and campaigns do, and what a messenger tells of the customer."""
    match event:
        case OperatorSaid():
            await answer(chat, event)
        case CaseAct():
            await act(chat, event)
        case Edited():
            note_edit(chat)
        case Reachable(ok):
            chat.conversation.blocked = not ok
        case DeskLost():
            chat.say(t("Our team’s chat cannot be reached just now. Please call us: {phone}.", phone=chat.business.phone),
                     kind="notice")  # fmt: skip
        case Announced():
            announce(chat, event)
        case _:
            return False
    return True


async def answer(chat: Chat, event: OperatorSaid) -> None:
    """Say an operator's words to the customer; the first ones take the case."""
    case = await chat.cases.find(event.case)
    if case is not None and case.actor != chat.scope.actor and not event.corrects:
        chat.scope.tell(case.actor, event)  # the customer goes on there
        return
    replaces = 0
    if event.template and event.origin and await said_before(chat, event.origin):
        return  # the button was pressed twice
    if event.corrects:
        replaces = await said_before(chat, event.corrects)
        if not replaces and not event.text:
            return
    here = case is not None and case.actor == chat.scope.actor
    if (
        case is not None
        and here
        and case.status != "closed"
        and (case.owner, chat.conversation.case) != (event.by.id, case.id)
    ):
        take(chat, case, event.by.id)
    name, _, language = event.template.partition("/")
    if not language:
        chat.relay(event.text, author(chat, event.by.name), media=event.media, origin=event.origin, replaces=replaces,
                   by=event.by.name)  # fmt: skip
    elif not say_template(chat, event, name, language):
        chat.show_desk(event.case, note=chat.words_for_staff(t("There is no template {name} any more.", name=name)))
    chat.show_desk()


async def said_before(chat: Chat, origin: str) -> int:
    """The number of what was said from an origin; 0 for nothing."""
    scope = chat.scope
    return await scope.read("origin", partial(transcript.by_origin, scope.business, scope.actor, origin))


def say_template(chat: Chat, event: OperatorSaid, name: str, language: str) -> bool:
    """Say one of the firm's own templates with the values that an operator gave; False when it has changed since."""
    own = choices(chat.business, chat.contact.channel).get(name)
    given = event.text.splitlines()
    if own is None or language not in own.languages or len(given) != len(own.asked):
        return False
    firm = chat.phrasebook.say(chat.business.name, language)
    text, template = filled(own, language, given, name=chat.customer.name, firm=firm)
    chat.relay(text, author(chat, event.by.name), origin=event.origin, by=event.by.name, template=template)
    return True


def author(chat: Chat, name: str) -> str:
    """What the customer sees of an operator: their name where the firm wants that, else that it is one of the team."""
    return shown_name(name) if chat.business.staff.show_names and name else chat.words(t("Our team"))


async def act(chat: Chat, event: CaseAct) -> None:
    """Do to a case of this conversation what an operator wants."""
    case = await chat.cases.find(event.case)
    if case is None:
        return
    if case.actor != chat.scope.actor:
        chat.scope.tell(case.actor, event)
        return
    talk = chat.conversation
    match event.act:
        case "take" if (other := await chat.cases.current(case.kind)) is not None and other.id != case.id:
            refer(chat, case, other)
        case "take":
            known = talk.charge == HUMAN and case.status == "taken"
            take(chat, case, event.by.id)
            if not known:
                chat.say(t("{name} is with you now. Just write here.", name=author(chat, event.by.name)), kind="notice")
        case "transfer" if case.status != "closed":
            group = chat.business.groups.get(event.to)
            chat.cases.move(case, department=event.to, by=event.by.name, to=event.to)
            talk.case, talk.charge = case.id, WAITING
            chat.say(t("I have passed your question on. Our team will answer you here."), kind="notice")
            chat.show_desk(note=f"→ {chat.words_for_staff(group.name)}" if group else "")
        case "note" if case.status != "closed":
            chat.cases.note(case, note=event.text, by=event.by.name)
        case "hold" if case.status != "closed":
            chat.cases.note(case, held=event.text, origin=event.to, by=event.by.name, template=event.template)
        case "close" if case.status != "closed":
            await close(chat, case)
    chat.show_desk()


def take(chat: Chat, case: Case, member: str) -> None:
    """Put a human in charge."""
    chat.cases.move(case, owner=member)
    chat.conversation.case, chat.conversation.charge, chat.conversation.noted = case.id, HUMAN, False


def refer(chat: Chat, case: Case, other: Case) -> None:
    """Say in a closed case's thread that the customer has asked anew since, and where that is."""
    sentence = t("The customer has asked again since: #{case}. Answer there.", case=other.id)
    chat.show_desk(case.id, note=chat.words_for_staff(sentence))


async def close(chat: Chat, case: Case) -> None:
    """End a case: the bot answers again, asks how it was, and goes on where the customer stood."""
    await chat.cases.close(case.kind)
    chat.show_desk(case.id)
    talk = chat.conversation
    if talk.case == case.id:
        await go_back(chat, case)
    chat.first(t("Our team has closed this matter. I am here again."))
    try:
        wanted = case.owner and chat.dialogs.knows("feedback") and not talk.stopped
        if wanted and not await chat.ratings.given(case.id):
            await chat.start("feedback", about=case.id)
        elif not await chat.dialogs.ask_again(chat):
            chat.flush([Option(t("Menu"), Speak("menu"))])
    except Lost as lost:
        await lose(chat, lost)


async def go_back(chat: Chat, case: Case) -> None:
    """Whoever else was asked for is in charge once a case is closed; with nobody waited for, the bot is."""
    talk = chat.conversation
    other = await chat.cases.current(KIND)
    if other is None or other.id == case.id:
        talk.case = talk.charge = ""
    else:
        talk.case, talk.charge = other.id, HUMAN if other.status == "taken" else WAITING
    talk.noted = False


def note_edit(chat: Chat) -> None:
    """Say what becomes of a changed message, and let the desk see the new words."""
    chat.show_desk()
    if chat.conversation.charge != HUMAN and chat.conversation.frame is not None:
        chat.say(t("I see that you changed a message. To change an answer, write it once more or press BACK."),
                 kind="notice")  # fmt: skip
