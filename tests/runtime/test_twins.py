"""After the window of a channel has closed, the template that the firm has had approved says what the message would have."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.business import BusinessErrors, read_business
from bot.chat import Chat
from bot.events import Event, Said, TimerFired
from bot.ports.channel import WindowClosed
from bot.ports.store import Store
from bot.replies import Message
from bot.router import Route, Stage
from bot.texts import Phrasebook, t
from tests.records.firm import FOLDER, MENU
from tests.runtime.ear import Ear
from tests.runtime.house import House, barber

DAY = timedelta(hours=24)
TEMPLATES = """
reminder: {names: {webchat: visit_reminder, telegram: other}, languages: [ru, en], values: [firm, text]}
"""


def folder(templates: str) -> dict[str, bytes]:
    return {"business.yaml": FOLDER.encode(), "menu.yaml": MENU.encode(), "templates.yaml": templates.encode()}


class Approved(Ear):
    """A channel that says only templates after a day."""

    window = DAY

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[str]:
        if silence is not None and silence <= self.window:
            return [message.text]
        if message.template is None:
            raise WindowClosed("no template")
        return [
            f"{message.template.names['webchat']}/{message.template.language}: {' · '.join(message.template.values)}"
        ]


def house_of(store: Store, kind: str, language: str, templates: str = TEMPLATES) -> House:
    """A house that says something of a kind two days later, to who speaks a language."""

    async def later(chat: Chat, event: Event) -> bool:
        chat.conversation.language = language
        match event:
            case Said():
                chat.remind("later", chat.scope.now + 2 * DAY)
            case TimerFired():
                chat.say(t("Thank you, we are expecting you."), kind=kind)
        return True

    business = read_business(folder(templates), slug="shears", dialogs=(), channels=("webchat", "telegram"))
    tenant = replace(barber(), business=business, phrasebook=Phrasebook("en"))
    return House(store, tenant=tenant, ear=Approved(), route=[Route(Stage.FALLBACK, later)])


@pytest.mark.req("F15")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "visit_reminder/en: Shears · Thank you, we are expecting you."),
        ("ru", "visit_reminder/ru: Shears · Спасибо, ждём вас!"),
        ("hy", "visit_reminder/ru: Shears · Спасибо, ждём вас!"),
    ],
)
async def test_a_message_has_its_twin(store: Store, language: str, said: str) -> None:
    """It leaves in the customer's language where that was approved, else in the template's first, values and all."""
    house = house_of(store, "reminder", language)
    await house.answers("hello")

    assert await house.waits(3 * DAY) == [said]


@pytest.mark.req("F15")
@pytest.mark.parametrize(("language", "said"), [("ru", "russian/ru"), ("en", "english/en"), ("hy", "english/en")])
async def test_a_template_may_have_a_name_for_each_language(store: Store, language: str, said: str) -> None:
    """At Twilio a template has one language: each leaves by its own id, and what stands in for others by that one's."""
    names = "{webchat: {ru: russian, en: english}}"
    house = house_of(
        store, "reminder", language, f"reminder: {{names: {names}, languages: [ru, en], others: en, values: [firm]}}"
    )
    await house.answers("hello")

    assert await house.waits(3 * DAY) == [f"{said}: Shears"]


@pytest.mark.req("F15")
async def test_what_has_no_twin_stays_unsaid(store: Store) -> None:
    """A kind of message that the firm has no template for is given up before the provider is called."""
    house = house_of(store, "notice", "en")
    await house.answers("hello")

    assert await house.waits(3 * DAY) == []
    assert house.ear.tried == []


@pytest.mark.parametrize(
    ("templates", "sentence"),
    [
        ("reminder: {names: {webchat: Visit Reminder}, languages: [en]}", "a template's name, like visit_reminder"),
        ("reminder: {names: {pigeon: x}, languages: [en]}", "there is no channel 'pigeon'"),
        ("reminder: {names: {}, languages: [en]}", "names"),
        ("reminder: {names: {webchat: x}, languages: [xx]}", "xx"),
        ("reminder: {names: {webchat: x}, languages: [en], values: [price]}", "price"),
        ("reminders: {names: {webchat: x}, languages: [en]}", "reminders"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_with_its_line(templates: str, sentence: str) -> None:
    """The firm's editor reads what was expected, and where."""
    with pytest.raises(BusinessErrors) as refused:
        read_business(folder(templates), slug="shears", dialogs=(), channels=("webchat",))

    (line,) = str(refused.value).splitlines()[1:]
    assert "templates.yaml:1" in line
    assert sentence in line
