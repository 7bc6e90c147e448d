"""The booking in aiogram-dialog: one dialog of windows, its stack in Redis."""

from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Back, Button, Column, Group, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format
from aiohttp import web

from tools.bench.peers import clinic
from tools.bench.peers.clinic import Start, Visits

MANY = {"max_connections": 1000}  # the default of 100 is too few for 150 people at once: updates are lost
router = Router()


class Booking(StatesGroup):
    """The windows."""

    menu = State()
    service = State()
    branch = State()
    doctor = State()
    when = State()
    name = State()
    phone = State()
    confirm = State()
    booked = State()
    cancelling = State()
    cancelled = State()


def visits_of(manager: DialogManager) -> Visits:
    """The table."""
    visits: Visits = manager.middleware_data["visits"]
    return visits


@router.message(CommandStart())
async def start(_: Message, dialog_manager: DialogManager) -> None:
    """The menu."""
    await dialog_manager.start(Booking.menu, mode=StartMode.RESET_STACK)


async def chosen_service(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """What."""
    manager.dialog_data["service"] = clinic.SERVICES[int(item)]
    await manager.switch_to(Booking.branch)


async def chosen_branch(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """Where."""
    manager.dialog_data["branch"] = clinic.BRANCHES[int(item)]
    await manager.switch_to(Booking.doctor)


async def chosen_doctor(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """With whom."""
    manager.dialog_data["doctor"] = (*clinic.DOCTORS, clinic.ANYONE)[int(item)]
    await manager.switch_to(Booking.when)


async def take_time(manager: DialogManager, at: datetime | None) -> None:
    """Go on when somebody is free then, else stay."""
    wanted = manager.dialog_data["doctor"]
    if at is not None and await visits_of(manager).free_doctor(wanted, at.isoformat()) is not None:
        manager.dialog_data["at"] = at.isoformat()
        await manager.switch_to(Booking.name)


async def written_time(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A time that was typed."""
    await take_time(manager, clinic.read_time(message.text))


async def pressed_time(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """One of the times that were offered."""
    await take_time(manager, datetime.fromtimestamp(int(item)))


async def name(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Who."""
    manager.dialog_data["name"] = message.text
    await manager.switch_to(Booking.phone)


async def phone(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """How to reach them."""
    manager.dialog_data["phone"] = message.text
    await manager.switch_to(Booking.confirm)


async def confirm(press: CallbackQuery, _: Button, manager: DialogManager) -> None:
    """Book it."""
    visit = await visits_of(manager).book(press.from_user.id, manager.dialog_data)
    manager.dialog_data["visit"] = visit
    await manager.switch_to(Booking.when if visit is None else Booking.booked)


async def cancel(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Cancel it."""
    await visits_of(manager).cancel(manager.dialog_data["visit"])
    await manager.switch_to(Booking.cancelled)


async def times(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The nearest times."""
    found = await visits_of(dialog_manager).next_times(dialog_manager.dialog_data["doctor"])
    return {"times": [(f"{at:{clinic.SHOWN}}", int(at.timestamp())) for at in found]}


async def summary(dialog_manager: DialogManager, **_: Any) -> dict[str, str]:
    """All answers."""
    return {"words": clinic.summary(dialog_manager.dialog_data)}


async def booked(dialog_manager: DialogManager, **_: Any) -> dict[str, str]:
    """The visit."""
    return {"words": clinic.booked(dialog_manager.dialog_data)}


async def shall_i(dialog_manager: DialogManager, **_: Any) -> dict[str, str]:
    """The visit, once more."""
    return {"words": clinic.shall_i(dialog_manager.dialog_data)}


def choice(name: str, labels: tuple[str, ...], chosen: Any, width: int = 2) -> Group:
    """A button for each label."""
    items = [(label, n) for n, label in enumerate(labels)]
    return Group(Select(Format("{item[0]}"), name, lambda item: item[1], items, on_click=chosen), width=width)


BACK = Back(Const(clinic.BACK))
OTHERS = [Button(Const(label), f"other{n}") for n, label in enumerate(clinic.MENU[1:])]
booking = Dialog(
    Window(
        Const(clinic.GREETING),
        Group(SwitchTo(Const(clinic.MENU[0]), "book", Booking.service), *OTHERS, width=2),
        state=Booking.menu,
    ),
    Window(Const(clinic.WHICH_SERVICE), choice("service", clinic.SERVICES, chosen_service), state=Booking.service),
    Window(Const(clinic.WHICH_BRANCH), choice("branch", clinic.BRANCHES, chosen_branch, 3), BACK, state=Booking.branch),
    Window(
        Const(clinic.WHICH_DOCTOR),
        choice("doctor", (*clinic.DOCTORS, clinic.ANYONE), chosen_doctor),
        BACK,
        state=Booking.doctor,
    ),
    Window(
        Const(clinic.WHEN),
        Column(Select(Format("{item[0]}"), "time", lambda item: item[1], "times", on_click=pressed_time)),
        BACK,
        MessageInput(written_time),
        getter=times,
        state=Booking.when,
    ),
    Window(Const(clinic.NAME), MessageInput(name), state=Booking.name),
    Window(Const(clinic.PHONE), MessageInput(phone), state=Booking.phone),
    Window(
        Format("{words}"),
        Button(Const(clinic.RIGHT), "right", on_click=confirm),
        Button(Const("Change something"), "change"),
        getter=summary,
        state=Booking.confirm,
    ),
    Window(
        Format("{words}"),
        Button(Const("Another time"), "another"),
        SwitchTo(Const(clinic.CANCEL), "cancel", Booking.cancelling),
        getter=booked,
        state=Booking.booked,
    ),
    Window(
        Format("{words}"),
        Button(Const(clinic.YES), "yes", on_click=cancel),
        SwitchTo(Const(clinic.NO), "no", Booking.booked),
        getter=shall_i,
        state=Booking.cancelling,
    ),
    Window(
        Const(clinic.CANCELLED),
        SwitchTo(Const("Book a visit"), "again", Booking.service),
        SwitchTo(Const("Menu"), "menu", Booking.menu),
        state=Booking.cancelled,
    ),
)


def main() -> None:
    """Serve."""
    given = Start.read()
    storage = RedisStorage.from_url(
        given.redis, connection_kwargs=MANY, key_builder=DefaultKeyBuilder(with_destiny=True)
    )
    bot = Bot(given.token, session=AiohttpSession(api=TelegramAPIServer.from_base(given.api)))
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_routers(router, booking)
    setup_dialogs(dispatcher)

    @dispatcher.startup()
    async def begin_serving(dispatcher: Dispatcher) -> None:
        dispatcher["visits"] = await Visits.open(given.folder)
        await bot.set_webhook(given.url, secret_token="of_the_bench", max_connections=100)

    app: Any = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="of_the_bench").register(app, path="/hook")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=given.port, access_log=None, print=None)


if __name__ == "__main__":
    main()
