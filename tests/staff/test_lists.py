"""What the staff look up: visits, leads, customers, what failed, what is in force."""

from datetime import timedelta

import pytest

from bot.chat import Chat
from bot.events import Event, Said
from bot.ports.store import Query
from bot.router import Route, Stage
from handlers.staff.order import PAGE_CHARS, PAGES, paged
from tests.staff.office import Office

MICROS = 1_000_000


def booked(office: Office, name: str = "Anna", phone: str = "+37491123456") -> None:
    """The customer of the talk books a cleaning on Monday at two."""
    office.opens().says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    office.says(name, phone).presses("Yes, that is right")


def test_bookings_lists_today_and_tomorrow(office: Office) -> None:
    """An operator sees at a glance who comes today: time, what, with whom, name, phone; and that tomorrow is empty."""
    booked(office)
    (answer,) = office.orders("/bookings", "operator")

    lines = answer.splitlines()
    assert lines[:2] == ["Visits", "Monday 23 November:"]
    assert "14:00 · Teeth cleaning" in lines[2]
    assert "Anna · +37491123456" in lines[2]
    assert lines[3:] == ["Tuesday 24 November:", "no visits"]


@pytest.mark.parametrize(("words", "day"), [("tomorrow", "Tuesday 24 November:"), ("25.12", "Friday 25 December:")])
def test_bookings_takes_a_day_as_people_write_it(office: Office, words: str, day: str) -> None:
    """A day after the command is read as a customer's would be."""
    assert office.orders(f"/bookings {words}")[0].splitlines()[1] == day


def test_bookings_says_when_it_did_not_understand_the_day(office: Office) -> None:
    """Words that are no day are said back, not guessed at."""
    assert office.orders("/bookings blue")[0].startswith("I did not understand the day «blue».")


def test_a_cancelled_visit_is_not_listed(office: Office) -> None:
    """Nobody waits for a customer who has cancelled."""
    booked(office)
    office.changes("UPDATE bookings SET status = 'cancelled'")

    assert "Anna" not in office.orders("/bookings")[0]


def test_leads_are_listed_with_tags_owner_and_age(office: Office) -> None:
    """Whoever looks at the leads sees which are hot, who has them, and how long they have waited."""
    now = round(office.clock.now().timestamp() * MICROS)
    lead(office, "LEAD0001", now - 3 * 86_400 * MICROS, tags='["high interest"]')
    lead(office, "LEAD0002", now - 600 * MICROS)
    title, first, second = office.orders("/leads", "operator")[0].splitlines()

    assert title == "2 open leads"
    assert first == "LEAD0001 · Anna: implants · high interest · nobody has it · 3 days"
    assert second.endswith("nobody has it · 10\N{NO-BREAK SPACE}min")


def lead(office: Office, name: str, opened: int, tags: str = "[]") -> None:
    office.changes(
        "INSERT INTO cases (business, id, customer, actor, kind, status, tags, title, body, version, opened_at, changed_at)"
        " VALUES (?, ?, 'c1', ?, 'lead', 'open', ?, 'Anna: implants', '{\"entries\": []}', 1, ?, ?)",
        office.business.slug, name, f"webchat/test/{name}", tags, opened, opened,
    )  # fmt: skip


def test_customer_in_a_topic_is_the_one_of_the_topic(office: Office) -> None:
    """In a topic no name is needed: contacts, visits and cases of whoever it is about."""
    booked(office)
    office.says("HUMAN")
    (answer,) = office.orders("/customer", "operator", thread=next(iter(office.room.topics)))

    assert "Anna · +37491123456" in answer
    assert "🌐 webchat visitor" in answer
    assert "Monday 23 November 2026, 14:00: Teeth cleaning (booked)" in answer
    assert "(open)" in answer


@pytest.mark.parametrize("words", ["anna", "Ann", "91 12-34-56", "+37491123456"])
def test_a_customer_is_found_by_name_or_phone(office: Office, words: str) -> None:
    """However an operator writes it, small letters or a number with spaces, the customer is found."""
    booked(office)

    assert "Anna · +37491123456" in office.orders(f"/customer {words}")[0]


def test_several_customers_of_a_name_are_told_apart_by_id(office: Office) -> None:
    """Where a name fits two, the operator chooses; the id then finds one."""
    for n in "12":
        office.changes(
            "INSERT INTO customers (business, id, name, version, created_at, changed_at) VALUES (?, ?, 'Bea', 1, 1, 1)",
            office.business.slug, f"c{n}",
        )  # fmt: skip
    (answer,) = office.orders("/customer Bea")

    assert answer.splitlines()[1:] == ["c1 · Bea", "c2 · Bea"]
    assert office.orders("/customer c2")[0].splitlines()[1] == "c2 · Bea"


def test_a_name_with_a_percent_sign_finds_nobody_else(office: Office) -> None:
    """What is searched for is text, never a pattern."""
    booked(office)

    assert office.orders("/customer %") == ["I know nobody by «%»."]


def test_a_long_list_becomes_messages_that_fit(office: Office) -> None:
    """A room takes messages of a few thousand characters; a list has at most five of them and says that it goes on."""
    pages = paged([f"{n} {'x' * 100}" for n in range(1000)])

    assert len(pages) == PAGES
    assert all(len(page) <= PAGE_CHARS + 2 for page in pages)
    assert pages[-1].endswith("\n…")
    assert paged(["a", "b"]) == ["a\nb"]


class Choking:
    """A stage of the router that chokes on one word until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    async def handle(self, chat: Chat, event: Event) -> bool:
        if isinstance(event, Said) and event.text == "poison" and not self.mended:
            raise ZeroDivisionError("a fault of ours")
        return False


@pytest.fixture
def choking(office: Office) -> Choking:
    """The office whose bot chokes on the word «poison»."""
    choking = Choking()
    router = office.engine.stepper._router
    router.routes = (Route(Stage.SYSTEM, choking.handle), *router.routes)
    return choking


def test_what_failed_for_good_is_on_the_card_and_can_be_tried_again_there(office: Office, choking: Choking) -> None:
    """A parked event opens a topic whose card has a button; when the fault is mended it is handled as if nothing was."""
    office.opens().says("poison").waits(timedelta(minutes=2))
    assert "look what went wrong (/parked), then answer" in "\n".join(office.room.texts())
    choking.mended = True
    answer = office.presses_in_room("Try it again", "supervisor")[0]

    assert answer == "webchat/test/visitor#3 is tried again."
    assert office.reads(Query("SELECT state FROM inbox WHERE body LIKE '%poison%'")) == [("done",)]
    assert office.presses_in_room("Try it again", "supervisor") == ["webchat/test/visitor#3 is not parked."]


def test_parked_lists_what_failed_without_what_the_customer_wrote(office: Office, choking: Choking) -> None:
    """A supervisor sees what failed and how, never the customer's words, and can try it again by its name."""
    assert office.orders("/parked", "supervisor") == ["Nothing is parked."]
    office.opens().says("poison").waits(timedelta(minutes=2))
    (answer,) = office.orders("/parked", "supervisor")
    assert "webchat/test/visitor#3: Monday 23 November, ZeroDivisionError: a fault of ours" in answer
    assert "poison" not in answer
    choking.mended = True

    assert office.orders("/parked replay webchat/test/visitor#3")[0] == "webchat/test/visitor#3 is tried again."
    assert office.orders("/parked") == ["Nothing is parked."]


@pytest.mark.parametrize(
    "name", ["", "nobody#1", "webchat/test/visitor#1", "webchat/test/visitor", "x#99999999999999999999"]
)
def test_what_is_not_parked_is_not_replayed(office: Office, name: str) -> None:
    """A name that is wrong, or an event that was handled, is answered and changes nothing."""
    office.says("hello")

    assert office.orders(f"/parked replay {name}")[0].endswith("is not parked.")


def test_settings_show_what_is_in_force(office: Office) -> None:
    """An owner sees languages, hours, rooms and who may do what, as the bot has them now."""
    (answer,) = office.orders("/settings")

    assert answer.startswith(f"In force, content {office.business.version}:")
    for part in ("Հայերեն", "Asia/Yerevan", "09:00", "staff/room/main/-1001", "Owner: owner", "Operator: operator"):
        assert part in answer


def test_help_lists_what_the_member_may_do(office: Office) -> None:
    """Nobody reads of commands that they may not give."""
    (operators,) = office.orders("/help", "operator")
    (owners,) = office.orders("/help")

    assert "/bookings" in operators
    assert "/settings" not in operators
    assert "/settings" in owners
