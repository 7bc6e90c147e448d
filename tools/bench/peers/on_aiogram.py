"""The booking in plain aiogram: a finite-state machine in memory, or in Redis when one is named."""

from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.keyboard import InlineKeyboardBuilder
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tools.bench.peers import clinic
from tools.bench.peers.clinic import Start, Visits

MANY = {"max_connections": 1000}  # the default of 100 is too few for 150 people at once: updates are lost
router = Router()


class Booking(StatesGroup):
    """The questions."""

    service = State()
    branch = State()
    doctor = State()
    when = State()
    name = State()
    phone = State()
    confirm = State()
    booked = State()
    cancelling = State()


def buttons(*labels: str, columns: int = 2) -> InlineKeyboardMarkup:
    """Buttons whose data is their label."""
    builder = InlineKeyboardBuilder()
    for label in labels:
        builder.add(InlineKeyboardButton(text=label, callback_data=label))
    return builder.adjust(columns).as_markup()


async def times(visits: Visits, doctor: str) -> InlineKeyboardMarkup:
    """The nearest times as buttons."""
    builder = InlineKeyboardBuilder()
    for at in await visits.next_times(doctor):
        builder.row(InlineKeyboardButton(text=f"{at:{clinic.SHOWN}}", callback_data=at.isoformat()))
    return builder.row(InlineKeyboardButton(text=clinic.BACK, callback_data=clinic.BACK)).as_markup()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """The menu."""
    await state.clear()
    await message.answer(clinic.GREETING, reply_markup=buttons(*clinic.MENU))


@router.callback_query(F.data == "Book a visit")
async def begin(press: CallbackQuery, state: FSMContext) -> None:
    """The first question."""
    await press.answer()
    await state.set_state(Booking.service)
    await press.message.answer(clinic.WHICH_SERVICE, reply_markup=buttons(*clinic.SERVICES))


@router.callback_query(Booking.service, F.data.in_(clinic.SERVICES))
async def service(press: CallbackQuery, state: FSMContext) -> None:
    """What."""
    await press.answer()
    await state.update_data(service=press.data)
    await state.set_state(Booking.branch)
    await press.message.answer(clinic.WHICH_BRANCH, reply_markup=buttons(*clinic.BRANCHES, clinic.BACK, columns=3))


@router.callback_query(Booking.branch, F.data.in_(clinic.BRANCHES))
async def branch(press: CallbackQuery, state: FSMContext) -> None:
    """Where."""
    await press.answer()
    await state.update_data(branch=press.data)
    await state.set_state(Booking.doctor)
    markup = buttons(*clinic.DOCTORS, clinic.ANYONE, clinic.BACK)
    await press.message.answer(clinic.WHICH_DOCTOR, reply_markup=markup)


@router.callback_query(Booking.doctor, F.data.in_((*clinic.DOCTORS, clinic.ANYONE)))
async def doctor(press: CallbackQuery, state: FSMContext, visits: Visits) -> None:
    """With whom."""
    await press.answer()
    await state.update_data(doctor=press.data)
    await state.set_state(Booking.when)
    await press.message.answer(clinic.WHEN, reply_markup=await times(visits, press.data))


async def take_time(message: Message, at: datetime | None, state: FSMContext, visits: Visits) -> None:
    """Go on when somebody is free then, else ask again."""
    answers = await state.get_data()
    if at is None or await visits.free_doctor(answers["doctor"], at.isoformat()) is None:
        await message.answer(clinic.WHEN, reply_markup=await times(visits, answers["doctor"]))
        return
    await state.update_data(at=at.isoformat())
    await state.set_state(Booking.name)
    await message.answer(clinic.NAME)


@router.message(Booking.when, F.text)
async def written_time(message: Message, state: FSMContext, visits: Visits) -> None:
    """A time that was typed."""
    await take_time(message, clinic.read_time(message.text), state, visits)


@router.callback_query(Booking.when, F.data.startswith("2"))
async def pressed_time(press: CallbackQuery, state: FSMContext, visits: Visits) -> None:
    """One of the times that were offered."""
    await press.answer()
    await take_time(press.message, datetime.fromisoformat(press.data), state, visits)


@router.message(Booking.name, F.text)
async def name(message: Message, state: FSMContext) -> None:
    """Who."""
    await state.update_data(name=message.text)
    await state.set_state(Booking.phone)
    await message.answer(clinic.PHONE)


@router.message(Booking.phone, F.text)
async def phone(message: Message, state: FSMContext) -> None:
    """How to reach them."""
    answers = await state.update_data(phone=message.text)
    await state.set_state(Booking.confirm)
    await message.answer(clinic.summary(answers), reply_markup=buttons(clinic.RIGHT, "Change something", "Cancel"))


@router.callback_query(Booking.confirm, F.data == clinic.RIGHT)
async def confirm(press: CallbackQuery, state: FSMContext, visits: Visits) -> None:
    """Book it."""
    await press.answer()
    answers = await state.get_data()
    visit = await visits.book(press.from_user.id, answers)
    if visit is None:
        await state.set_state(Booking.when)
        await press.message.answer(clinic.WHEN, reply_markup=await times(visits, answers["doctor"]))
        return
    await state.update_data(visit=visit)
    await state.set_state(Booking.booked)
    markup = buttons("Another time", clinic.CANCEL, "Menu")
    await press.message.answer(clinic.booked(answers), reply_markup=markup)


@router.callback_query(Booking.booked, F.data == clinic.CANCEL)
async def wants_to_cancel(press: CallbackQuery, state: FSMContext) -> None:
    """Ask back."""
    await press.answer()
    await state.set_state(Booking.cancelling)
    await press.message.answer(clinic.shall_i(await state.get_data()), reply_markup=buttons(clinic.YES, clinic.NO))


@router.callback_query(Booking.cancelling, F.data == clinic.YES)
async def cancel(press: CallbackQuery, state: FSMContext, visits: Visits) -> None:
    """Cancel it."""
    await press.answer()
    await visits.cancel((await state.get_data())["visit"])
    await state.clear()
    await press.message.answer(clinic.CANCELLED, reply_markup=buttons("Book a visit", "Menu"))


def main() -> None:
    """Serve."""
    given = Start.read()
    storage: BaseStorage = (
        RedisStorage.from_url(given.redis, connection_kwargs=MANY) if given.redis else MemoryStorage()
    )
    session = AiohttpSession(api=TelegramAPIServer.from_base(given.api))
    bot = Bot(given.token, session=session)
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)

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
