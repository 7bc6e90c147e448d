"""The booking in python-telegram-bot: a ConversationHandler, its data in memory."""

from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from tools.bench.peers import clinic
from tools.bench.peers.clinic import Start, Visits

MENU, SERVICE, BRANCH, DOCTOR, WHEN, NAME, PHONE, CONFIRM, BOOKED, CANCELLING = range(10)
Context = ContextTypes.DEFAULT_TYPE


def buttons(*labels: str, columns: int = 2) -> InlineKeyboardMarkup:
    """Buttons whose data is their label."""
    row = [InlineKeyboardButton(label, callback_data=label) for label in labels]
    return InlineKeyboardMarkup([row[n : n + columns] for n in range(0, len(row), columns)])


async def times(context: Context, doctor: str) -> InlineKeyboardMarkup:
    """The nearest times as buttons."""
    found = await context.bot_data["visits"].next_times(doctor)
    rows = [[InlineKeyboardButton(f"{at:{clinic.SHOWN}}", callback_data=at.isoformat())] for at in found]
    return InlineKeyboardMarkup([*rows, [InlineKeyboardButton(clinic.BACK, callback_data=clinic.BACK)]])


async def start(update: Update, context: Context) -> int:
    """The menu."""
    context.user_data.clear()
    await update.message.reply_text(clinic.GREETING, reply_markup=buttons(*clinic.MENU))
    return MENU


async def begin(update: Update, _: Context) -> int:
    """The first question."""
    await update.callback_query.answer()
    await update.effective_message.reply_text(clinic.WHICH_SERVICE, reply_markup=buttons(*clinic.SERVICES))
    return SERVICE


async def service(update: Update, context: Context) -> int:
    """What."""
    await update.callback_query.answer()
    context.user_data["service"] = update.callback_query.data
    markup = buttons(*clinic.BRANCHES, clinic.BACK, columns=3)
    await update.effective_message.reply_text(clinic.WHICH_BRANCH, reply_markup=markup)
    return BRANCH


async def branch(update: Update, context: Context) -> int:
    """Where."""
    await update.callback_query.answer()
    context.user_data["branch"] = update.callback_query.data
    markup = buttons(*clinic.DOCTORS, clinic.ANYONE, clinic.BACK)
    await update.effective_message.reply_text(clinic.WHICH_DOCTOR, reply_markup=markup)
    return DOCTOR


async def doctor(update: Update, context: Context) -> int:
    """With whom."""
    await update.callback_query.answer()
    context.user_data["doctor"] = update.callback_query.data
    markup = await times(context, update.callback_query.data)
    await update.effective_message.reply_text(clinic.WHEN, reply_markup=markup)
    return WHEN


async def take_time(message: Message, at: datetime | None, context: Context) -> int:
    """Go on when somebody is free then, else ask again."""
    wanted = context.user_data["doctor"]
    if at is None or await context.bot_data["visits"].free_doctor(wanted, at.isoformat()) is None:
        await message.reply_text(clinic.WHEN, reply_markup=await times(context, wanted))
        return WHEN
    context.user_data["at"] = at.isoformat()
    await message.reply_text(clinic.NAME)
    return NAME


async def written_time(update: Update, context: Context) -> int:
    """A time that was typed."""
    return await take_time(update.message, clinic.read_time(update.message.text), context)


async def pressed_time(update: Update, context: Context) -> int:
    """One of the times that were offered."""
    await update.callback_query.answer()
    return await take_time(update.effective_message, datetime.fromisoformat(update.callback_query.data), context)


async def name(update: Update, context: Context) -> int:
    """Who."""
    context.user_data["name"] = update.message.text
    await update.message.reply_text(clinic.PHONE)
    return PHONE


async def phone(update: Update, context: Context) -> int:
    """How to reach them."""
    context.user_data["phone"] = update.message.text
    markup = buttons(clinic.RIGHT, "Change something", "Cancel")
    await update.message.reply_text(clinic.summary(context.user_data), reply_markup=markup)
    return CONFIRM


async def confirm(update: Update, context: Context) -> int:
    """Book it."""
    await update.callback_query.answer()
    answers = context.user_data
    visit = await context.bot_data["visits"].book(update.effective_user.id, answers)
    if visit is None:
        markup = await times(context, answers["doctor"])
        await update.effective_message.reply_text(clinic.WHEN, reply_markup=markup)
        return WHEN
    answers["visit"] = visit
    markup = buttons("Another time", clinic.CANCEL, "Menu")
    await update.effective_message.reply_text(clinic.booked(answers), reply_markup=markup)
    return BOOKED


async def wants_to_cancel(update: Update, context: Context) -> int:
    """Ask back."""
    await update.callback_query.answer()
    question = clinic.shall_i(context.user_data)
    await update.effective_message.reply_text(question, reply_markup=buttons(clinic.YES, clinic.NO))
    return CANCELLING


async def cancel(update: Update, context: Context) -> int:
    """Cancel it."""
    await update.callback_query.answer()
    await context.bot_data["visits"].cancel(context.user_data["visit"])
    await update.effective_message.reply_text(clinic.CANCELLED, reply_markup=buttons("Book a visit", "Menu"))
    return MENU


def one_of(*labels: str) -> str:
    """A pattern that fits any of these labels as a whole."""
    return f"^({'|'.join(labels)})$"


def booking() -> ConversationHandler[Context]:
    """The whole talk."""
    words = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={
            MENU: [CallbackQueryHandler(begin, one_of("Book a visit"))],
            SERVICE: [CallbackQueryHandler(service, one_of(*clinic.SERVICES))],
            BRANCH: [CallbackQueryHandler(branch, one_of(*clinic.BRANCHES))],
            DOCTOR: [CallbackQueryHandler(doctor, one_of(*clinic.DOCTORS, clinic.ANYONE))],
            WHEN: [MessageHandler(words, written_time), CallbackQueryHandler(pressed_time, "^2")],
            NAME: [MessageHandler(words, name)],
            PHONE: [MessageHandler(words, phone)],
            CONFIRM: [CallbackQueryHandler(confirm, one_of(clinic.RIGHT))],
            BOOKED: [CallbackQueryHandler(wants_to_cancel, one_of(clinic.CANCEL))],
            CANCELLING: [CallbackQueryHandler(cancel, one_of(clinic.YES))],
        },
        fallbacks=[CommandHandler("start", start)],
    )


def main() -> None:
    """Serve."""
    given = Start.read()

    async def open_visits(application: Application) -> None:
        application.bot_data["visits"] = await Visits.open(given.folder)

    builder = Application.builder().token(given.token).base_url(f"{given.api}/bot").post_init(open_visits)
    application = builder.build()
    application.add_handler(booking())
    application.run_webhook(
        "127.0.0.1", given.port, "hook", webhook_url=given.url, secret_token="of_the_bench", max_connections=100
    )


if __name__ == "__main__":
    main()
