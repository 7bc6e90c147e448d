"""Bugs that are put into the running product on purpose: a simulation that does not find them proves nothing.

Each is one place of the product that is otherwise while a block lasts.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from unittest.mock import patch

from bot.ports.channel import PerhapsSent, Retry, Sent
from bot.records import calendar, cases, visits, withdrawal
from bot.runtime import intake, scope, sender, stepper
from bot.runtime.alarm import Alarm
from bot.store import inbox, leases, outbox, sqlite, steps, timers
from handlers import system
from tests.simulation import bugs
from tests.simulation.weather import Weather

STEP = stepper.Stepper

PLANTED: Mapping[str, Callable[[], bugs.Patch]] = {
    "answered before it is on disk": lambda: bugs.swapped(intake.Intake, "accept", bugs.acknowledge_first),
    "answered although the disk was full": lambda: bugs.swapped(intake.Intake, "accept", bugs.forget_refusals),
    "repeats are not recognised": lambda: bugs.swapped(intake.Intake, "accept", bugs.new_keys),
    "messages are written after the step": lambda: bugs.swapped(STEP, "_commit", bugs.rows_afterwards("outgoing")),
    "timers are written after the step": lambda: bugs.swapped(STEP, "_commit", bugs.rows_afterwards("timers")),
    "records are written after the step": lambda: bugs.swapped(STEP, "_commit", bugs.rows_afterwards("writes")),
    "events for others are forgotten": lambda: bugs.swapped(STEP, "_commit", bugs.without("events")),
    "the state is not written": lambda: bugs.swapped(STEP, "_commit", bugs.no_state),
    "no version, lease or state is checked": lambda: bugs.rewritten(
        (" AND version = ? AND lease_owner = ? RETURNING seq, ready_at", " RETURNING seq, ready_at"),
        ("AND seq = ? AND state = 'waiting' RETURNING seq", "AND seq = ? RETURNING seq"),
    ),
    "the next event is any event": lambda: bugs.rewritten(
        ("AND i.state = 'waiting' ORDER BY i.seq LIMIT 1", "AND i.state = 'waiting' ORDER BY i.seq DESC LIMIT 1"),
        ("MIN(seq) FROM inbox", "MAX(seq) FROM inbox"),
    ),
    "marked as sent before it is sent": lambda: bugs.swapped(sender.Sender, "_deliver", bugs.mark_then_send),
    "what was on its way is not known after a crash": lambda: bugs.swapped(
        sender.Sender, "_deliver", bugs.parcels(perhaps=False)),
    "news are sent again when in doubt": lambda: patch.object(sender, "NOT_TWICE", frozenset()),
    "no answer counts as sent": lambda: bugs.swapped(
        sender.Sender, "_request", bugs.answers(lambda met: Sent() if isinstance(met, PerhapsSent) else met)),
    "try later counts as sent": lambda: bugs.swapped(
        sender.Sender, "_request", bugs.answers(lambda met: Sent() if isinstance(met, Retry) else met)),
    "parts that were sent are forgotten": lambda: bugs.swapped(sender.Sender, "_deliver", bugs.parcels(sent_parts=0)),
    "one part too few is sent": lambda: bugs.swapped(sender.Sender, "_deliver", bugs.count_parts_wrongly),
    "what has run out is sent all the same": lambda: patch.object(
        sender.Sender, "_over", bugs.never_over),
    "giving up is told to nobody": lambda: bugs.swapped(sender.Sender, "_deliver", bugs.no_result_events),
    "the newest row of a line leaves first": lambda: bugs.rewritten(
        ("ORDER BY created_at, position", "ORDER BY created_at DESC, position DESC")),
    "a clock that is set back turns a line round": lambda: patch.object(steps, "_newest", bugs.zero),
    "a line is freed under another sending": lambda: bugs.rewritten(
        ("AND state = 'sending' AND attempts = r.column7", "AND attempts >= r.column7 - 1000")),
    "a line of which more waits is forgotten": lambda: patch.object(outbox, "_free", bugs.freed_anyway),
    "results are taken twice": bugs.together(
        lambda: bugs.rewritten(
            ("AND state = 'sending' AND attempts = r.column7", "AND attempts >= r.column7 - 1000")),
        lambda: bugs.swapped(sender.Sender, "_finished", bugs.results_unlike)),
    "a timer that was set anew fires as well": lambda: bugs.swapped(timers, "is_current", bugs.always_current),
    "a timer fires in two steps": lambda: bugs.swapped(Alarm, "work", bugs.fire_and_forget),
    "a refused claim is had all the same": lambda: bugs.swapped(visits, "_take", bugs.claims_granted),
    "a time has a seat for everybody": lambda: bugs.swapped(visits, "claim_seat", bugs.a_seat_for_everybody),
    "a step that is undone leaves something": lambda: bugs.swapped(sqlite, "_run", bugs.kept_after_refusal),
    "a moved visit keeps its old time": lambda: bugs.swapped(visits, "let_go", bugs.let_go_of_holds_only),
    "who cancelled is reminded": bugs.together(
        lambda: bugs.swapped(calendar.StepCalendar, "cancel", bugs.remind_anyway),
        lambda: bugs.swapped(system, "remind", bugs.remind_whoever)),
    "STOP is forgotten": lambda: bugs.swapped(stepper, "freeze", bugs.never_stopped),
    "news that wait leave after STOP": lambda: bugs.swapped(withdrawal.Withdraw, "apply", bugs.nothing),
    "an apology is forgotten": lambda: bugs.swapped(inbox, "park", bugs.quiet_park),
    "a failing event is set aside at once": lambda: patch.object(stepper, "BACKOFF", ()),
    "a failing event is never set aside": lambda: patch.object(stepper, "BACKOFF", (timedelta(seconds=1),) * 100_000),
    "what was set aside is pruned": lambda: bugs.rewritten(("accepted_at < ? AND state = 'done'", "accepted_at < ?")),
    "leases of the dead are not taken back": lambda: bugs.swapped(leases, "take_back", bugs.nothing),
    "lines of the dead are not taken back": lambda: bugs.rewritten(("UPDATE lines SET lease_until = 0, lease_owner = ''",
        "UPDATE lines SET lease_owner = lease_owner")),
    "a repeated step sees another instant": lambda: bugs.swapped(scope.StepScope, "again", bugs.another_instant),
    "ids are drawn at random": lambda: bugs.swapped(scope.StepScope, "new_id", bugs.random_ids),
    "a second matter is opened": lambda: bugs.swapped(cases, "open_case", bugs.nothing),
}  # fmt: skip

NEEDS: Mapping[str, Callable[[Weather], object]] = {
    "answered although the disk was full": lambda weather: weather.refused_writes or weather.unsure_commits,
    "no version, lease or state is checked": lambda weather: weather.stalls or weather.jumps,
    "what was on its way is not known after a crash": lambda weather: weather.news and weather.crashes,
    "news are sent again when in doubt": lambda weather: weather.news and (weather.lost_after or weather.crashes),
    "parts that were sent are forgotten": lambda weather: weather.parts,
    "one part too few is sent": lambda weather: weather.parts,
    "what has run out is sent all the same": lambda weather: weather.outages or weather.crashes,
    "giving up is told to nobody": lambda weather: weather.refusals,
    "a clock that is set back turns a line round": lambda weather: weather.jumps,
    "a line is freed under another sending": lambda weather: weather.unsure_commits,
    "results are taken twice": lambda weather: weather.unsure_commits or weather.stalls or weather.jumps,
    "a timer fires in two steps": lambda weather: weather.crashes and weather.notes > 3,
    "a refused claim is had all the same": lambda weather: weather.people > 1,
    "a time has a seat for everybody": lambda weather: weather.people > 1,
    "a step that is undone leaves something": lambda weather: weather.people > 1,
    "a moved visit keeps its old time": lambda weather: weather.people,
    "who cancelled is reminded": lambda weather: weather.people,
    "STOP is forgotten": lambda weather: weather.people and weather.stop_words,
    "news that wait leave after STOP": lambda weather: weather.stop_words and weather.news,
    "an apology is forgotten": lambda weather: weather.poison and weather.people,
    "a failing event is set aside at once": lambda weather: weather.flaky and weather.people,
    "a failing event is never set aside": lambda weather: weather.poison and weather.people,
    "what was set aside is pruned": lambda weather: weather.age and weather.poison,
    "a repeated step sees another instant": lambda weather: weather.people > 1,
    "ids are drawn at random": lambda weather: weather.people or weather.notes > 4,
    "a second matter is opened": lambda weather: weather.humans and weather.people,
}
"""What a seed's weather must hold for a bug to show at all; other seeds are passed over."""
