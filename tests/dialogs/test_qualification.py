"""Qualifying a lead, as the customer lives it and as the staff read it."""

from collections.abc import Iterator

import msgspec
import pytest

from bot.business import Leads, OwnerRule, check_business
from bot.events import Contact
from bot.ports.room import Post, Revise
from bot.ports.store import Query, Script
from bot.records import Case, open_cases
from bot.testing import Talk
from dialogs import Booking, Qualification
from tests.business.conftest import Faults, ReadFirm, faults, salon
from tests.dialogs.frozen import at, take_up
from tests.dialogs.parlour import Open, parlour, talk_with

__all__ = ["faults", "salon"]

GROUPS = "groups: {cutters: {name: Cutters}, painters: {name: Painters}, office: {name: Office}}"
RULES = """
leads:
  contact: any
  owners:
    - {what: [colour], to: [painters]}
    - {phone: ['+995'], to: [office]}
    - {to: [cutters, painters]}
"""
BEGIN = ("Do qualification", "Haircut")


def leads(talk: Talk) -> list[Case]:
    """The open leads."""
    return [case for case in talk.does(talk.store.read(lambda: open_cases("shears"))) if case.kind == "lead"]


def shop(more: str = f"{GROUPS}\n{RULES}") -> Talk:
    """A customer of a barber who may become a lead."""
    return talk_with(parlour(Qualification, Booking, more=more)).opens()


@pytest.fixture
def barber() -> Iterator[Talk]:
    """A customer of a barber who may become a lead."""
    with shop() as talk:
        yield talk


@pytest.fixture
def lead(barber: Talk) -> Talk:
    """The same customer, who has become one."""
    return barber.says(*BEGIN, "Now", "I do", "Anna", "+374 91 123456")


@pytest.mark.req("A7")
def test_what_when_and_who_decides_make_a_lead(lead: Talk) -> None:
    """Three questions, a name and a number: the staff have a lead that says it all."""
    (case,) = leads(lead)

    assert case.title == "Anna: Haircut"
    assert case.summary == "Source: webchat\nInterest: Haircut\nWhen: As soon as possible\nWho decides: I do"
    assert case.entries[-1].data == {
        "what": "cut", "when": "now", "decides": "me", "contact": "+37491123456", "source": "webchat", "step": "today"
    }  # fmt: skip


@pytest.mark.req("A7")
@pytest.mark.parametrize("empty", ["what", "when", "decides"])
@pytest.mark.parametrize("value", [b"null", b'""'])
def test_a_lead_is_not_qualified_with_one_of_the_three_empty(barber: Talk, empty: str, value: bytes) -> None:
    """However the dialog was begun, what is missing is asked for before anything is called a lead."""
    answers = {"what": b'"cut"', "when": b'"now"', "decides": b'"me"', "name": b'"Anna"'} | {empty: value}
    raw = {name: msgspec.Raw(each) for name, each in answers.items()}
    take_up(barber, at("qualification", "phone", answers=raw)).says("+374 91 123456")

    assert barber.asking == empty
    assert leads(barber) == []


@pytest.mark.req("A7")
def test_what_is_no_longer_offered_is_asked_again(barber: Talk) -> None:
    """A wish that the firm has taken off its list qualifies nobody."""
    raw = {name: msgspec.Raw(b'"gone"') for name in ("what", "when", "decides", "name")}
    take_up(barber, at("qualification", "phone", answers=raw)).says("+374 91 123456")

    assert barber.asking == "what"


@pytest.mark.req("A7")
@pytest.mark.parametrize(("said", "stored"), [
    ("This month", "month"), ("later", "later"), ("as soon as possible", "now"), ("25.12", "2026-12-25"),
    ("tomorrow", "2026-11-24"), ("2", "month"),
])  # fmt: skip
def test_when_is_chosen_or_written(barber: Talk, said: str, stored: str) -> None:
    """A button, its words, its number or a day: all are answers."""
    barber.says(*BEGIN, said)

    assert barber.state.frame is not None
    assert msgspec.json.decode(barber.state.frame.answers["when"]) == stored


@pytest.mark.req("A7")
@pytest.mark.parametrize(("said", "why"), [
    ("22.11.2026", "Sunday 22 November has passed."), ("31.02", "There is no such day as"), ("whenever", "I did not find"),
])  # fmt: skip
def test_a_day_that_cannot_be_is_explained(barber: Talk, said: str, why: str) -> None:
    """What is no time is refused with its reason, and asked again."""
    barber.says(*BEGIN, said)

    assert barber.heard[-1].startswith(why)
    assert barber.asking == "when"


@pytest.mark.req("A9")
def test_who_comes_back_changes_the_lead_and_makes_no_second(lead: Talk) -> None:
    """Two runs of one person give one lead: the newest answers count, and what was known is not asked."""
    lead.says("Do qualification", "Shave", "Later", "We decide together")
    (case,) = leads(lead)

    assert lead.asking == ""
    assert case.title == "Anna: Shave"
    assert case.tags == ("nurture",)
    assert [entry.data["what"] for entry in case.entries] == ["cut", "shave"]


@pytest.mark.req("A9")
@pytest.mark.parametrize(("when", "decides", "tags"), [
    ("Now", "I do", ("high interest",)), ("tomorrow", "Together", ("high interest",)), ("Now", "Somebody else", ()),
    ("This month", "I do", ()), ("Later", "I do", ("nurture",)), ("25.05.2027", "I do", ("nurture",)),
])  # fmt: skip
def test_tags_are_set_by_rule(barber: Talk, when: str, decides: str, tags: tuple[str, ...]) -> None:
    """Who decides and wants it soon is of high interest; who has time is to be nurtured; a day counts by how far it is."""
    barber.says(*BEGIN, when, decides, "Anna", "+374 91 123456")

    assert leads(barber)[0].tags == tags


@pytest.mark.req("A9")
def test_a_tag_that_no_rule_gives_stays(lead: Talk) -> None:
    """Rules take back only what rules gave."""

    def script() -> Script[None]:
        yield Query("UPDATE cases SET tags = ?", ('["vip","high interest"]',))

    lead.does(lead.store.run(script))
    lead.says("Do qualification", "Shave", "Later", "I do")

    assert leads(lead)[0].tags == ("vip", "nurture")


@pytest.mark.req("A10")
@pytest.mark.parametrize(("service", "phone", "group"), [
    ("Colouring", "+995 555 123456", "painters"), ("Haircut", "+995 555 123456", "office"),
    ("Haircut", "+374 91 123456", "cutters"), ("Haircut", "anna@example.com", "cutters"),
])  # fmt: skip
def test_the_first_rule_that_fits_decides_who_gets_a_lead(barber: Talk, service: str, phone: str, group: str) -> None:
    """By service, then by the country of the number, then by load, where the first of equals is taken."""
    barber.says("Do qualification", service, "Now", "I do", "Anna", phone)

    assert leads(barber)[0].department == group


@pytest.mark.req("A10")
def test_a_lead_goes_where_the_fewest_are_and_a_tie_to_the_first(barber: Talk) -> None:
    """Of groups that share, the one with the fewest open leads gets the next; the first of equals, every time."""
    groups = []
    for who, service in (("ann", "Colouring"), ("bea", "Haircut"), ("cat", "Haircut"), ("dan", "Haircut")):
        barber.contact = Contact("webchat", "test", who)
        barber.opens().says("Do qualification", service, "Now", "I do", who, "+374 91 123456")
        groups += [case.department for case in leads(barber) if case.actor == barber.contact.actor]

    assert groups == ["painters", "cutters", "cutters", "painters"]


@pytest.mark.req("A10")
def test_whoever_has_a_lead_keeps_it(lead: Talk) -> None:
    """A lead that changes does not wander to another group."""
    lead.says("Do qualification", "Colouring", "Now", "I do")

    assert leads(lead)[0].department == "cutters"


@pytest.mark.req("A10")
def test_rules_look_at_language_branch_and_channel_too() -> None:
    """Every condition of a row must fit; a row without any fits all; where none fits, nobody is named."""
    row = OwnerRule.model_construct(language=("ka",), branch=("north",), channel=("telegram",), to=("office",))
    wanted = {"language": "ka", "branch": "north", "channel": "telegram"}
    table = Leads.model_construct(owners=(row,))

    assert table.owners_of(wanted) == ("office",)
    assert [table.owners_of(wanted | {name: "other"}) for name in wanted] == [(), (), ()]


@pytest.mark.req("A11")
def test_a_time_is_booked_with_the_service_known(lead: Talk) -> None:
    """«Book a time» goes on with what the customer wanted; the service is not asked again."""
    assert lead.buttons == ["Book a time", "Talk to a person", "Menu"]
    lead.presses("Book a time")

    assert lead.state.frame is not None
    assert lead.state.frame.dialog == "booking"
    assert bytes(lead.state.frame.answers["service"]) == b'"cut"'
    assert lead.asking == "branch"


@pytest.mark.req("A11")
def test_the_price_is_said_in_the_chat(clinic: Talk) -> None:
    """«Prices here» says what the wanted service costs, and the booking is one press away."""
    clinic.says("Request a call", "Teeth cleaning", "Now", "I do", "Anna", "+374 91 123456")
    assert clinic.buttons == ["Book a time", "Prices here", "Talk to a person", "Menu"]
    clinic.presses("Prices here")

    assert " ".join(clinic.heard[-1].split()).startswith("Teeth cleaning: 1 h · 20,000 ֏ – 25,000 ֏")
    clinic.presses("Book a time")
    assert clinic.asking == "branch"


@pytest.mark.req("A12")
def test_the_staff_see_one_card_that_changes(lead: Talk) -> None:
    """Source, answers and the suggested step stand in one message a lead; a change edits it."""
    (first,) = lead.room.texts()
    lead.says("Do qualification", "Shave", "Later", "I do")
    (second,) = lead.room.texts()

    assert "Source: webchat" in first
    assert "Interest: Haircut" in first
    assert first.endswith("Next: call back today and offer a time")
    assert "Interest: Shave" in second
    assert second.endswith("Next: stay in touch, nothing is urgent")
    assert [type(order) for _, order in lead.room.orders] == [Post, Revise]


@pytest.mark.req("A43")
def test_one_question_at_a_time_and_how_many_come(barber: Talk) -> None:
    """Each message asks one thing and says where it stands among about five."""
    barber.says(*BEGIN, "Now", "I do", "Anna")
    asked = barber.messages[1:]

    assert [(each.progress.step, each.progress.of) for each in asked if each.progress] == [(n, 5) for n in range(1, 6)]
    assert [each.text.count("?") for each in asked] == [1] * 5


@pytest.mark.req("B8")
@pytest.mark.parametrize("language", ["hy", "ru", "uz", "ka", "en"])
def test_questions_are_short_in_every_language(opened: Open, language: str) -> None:
    """Nothing that is asked on the way to a lead is longer than two lines of a phone."""
    talk = opened(language=language)
    talk.presses(talk.buttons[7])
    for _ in range(3):
        talk.presses(talk.buttons[0])
    talk.says("Anna", "+374 91 123456")

    assert len(talk.heard) == 7
    assert max(map(len, talk.heard[1:])) <= 140


@pytest.mark.req("A8")
@pytest.mark.parametrize(("contact", "said", "kept"), [
    ("phone", "091 123456", ("+37491123456", "")), ("any", "anna@example.com", ("", "anna@example.com")),
    ("any", "091 123456", ("+37491123456", "")), ("email", "anna@example.com", ("", "anna@example.com")),
])  # fmt: skip
def test_a_lead_is_reached_as_the_firm_wants(contact: str, said: str, kept: tuple[str, str]) -> None:
    """By phone, by e-mail, or by either; what was said is kept of the customer."""
    with shop(f"leads: {{contact: {contact}}}") as talk:
        talk.says(*BEGIN, "Now", "I do", "Anna", said)

        assert [tuple(row) for row in talk.reads(Query("SELECT phone, email FROM customers"))] == [kept]
        assert len(leads(talk)) == 1


@pytest.mark.req("A8")
def test_a_wrong_address_is_explained(barber: Talk) -> None:
    """Where a number or an address will do, each is refused in its own words."""
    barber.says(*BEGIN, "Now", "I do", "Anna", "anna@")
    assert barber.heard[-1].startswith("That does not look like an e-mail address.")
    barber.says("12")

    assert barber.heard[-1].startswith("This number is too short.")


OWN = """
leads:
  what:
    - {id: wedding, label: {en: A wedding}, service: colour}
    - {id: course, label: {en: A course}, short: {en: Course}, phrases: {en: [training]}, branch: north}
  owners: [{branch: [north], to: [office]}]
"""


@pytest.mark.req("A7", "A10", "A11")
def test_a_firm_may_have_a_list_of_its_own() -> None:
    """Segments instead of services: each may lead to a service to book, and belong to a branch."""
    with shop(f"{GROUPS}\n{OWN}") as talk:
        talk.says("Do qualification", "training", "Now", "I do", "Anna", "091 123456")
        assert leads(talk)[0].department == "office"
        assert talk.buttons == ["Book a time", "Talk to a person", "Menu"]

        talk.says("Do qualification", "A wedding", "Now", "I do").presses("Book a time")
        assert talk.asking in ("branch", "slot", "specialist")


FAULTS = {
    "unknown service": ("tags: [{tag: x, what: [hair]}]", "leads.tags[1].what[1]: there is no service 'hair'"),
    "unknown group": ("owners: [{to: [sales]}]", "leads.owners[1].to[1]: there is no group 'sales'"),
    "nobody": ("owners: [{to: []}]", "leads.owners[1].to: needs at least 1"),
    "unknown time": ("tags: [{tag: x, when: [soon]}]", "leads.tags[1].when[1]: 'soon' is not known"),
    "strange key": ("tag: []", "leads.tag: there is no such key; did you mean 'tags'?"),
    "strange contact": ("contact: fax", "leads.contact: 'fax' is not known"),
    "a code without a plus": ("owners: [{phone: [995], to: [x]}]", "leads.owners[1].phone[1]: expected the beginning"),
}


@pytest.mark.parametrize(("written", "said"), FAULTS.values(), ids=FAULTS)
def test_a_slip_in_the_rules_is_named_with_its_line(faults: Faults, written: str, said: str) -> None:
    """The editor reads where the slip is and what would be right."""
    found = faults(business=("staff:", f"leads: {{{written}}}\nstaff:"))

    assert any(line.startswith(f"business.yaml:26  {said}") for line in found), found


def test_a_firm_without_services_must_say_what_a_lead_may_want(salon: ReadFirm) -> None:
    """A bot that would ask an empty question does not go live."""
    switched = ("[booking, my_visits]", "[qualification]")
    firm = salon(business=switched, menu=("start: booking", "say: menu"))
    assert check_business(firm) == ()

    bare = firm.model_copy(update={"services": {}})
    assert [problem.message for problem in check_business(bare) if problem.place == "leads"] == [
        "there is nothing that a lead could want; list it under 'what', or offer a service"
    ]
