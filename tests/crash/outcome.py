"""What came of a plan, as people read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.crash.audit import Findings
from tests.crash.faults import Troubles
from tests.crash.fleet import Fleet
from tests.crash.plan import Plan
from tests.crash.reaper import Reaper
from tests.crash.recovery import Recovery

PROMISES = (
    "lost", "reordered", "doubled messages", "doubled bookings", "booking and word differ", "calendar",
    "handled twice", "not shown", "shown twice", "unsent", "parked", "stuck", "half done", "refused", "fell",
)  # fmt: skip
TELEGRAM_PROMISES = ("doubled cases", "lost relays", "doubled relays")
RECOVERED_SECONDS = 30
MOST_SENTENCES = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures and what was found."""

    plan: Plan
    findings: Findings
    kills: int
    starts: int
    refused_starts: int
    exit_codes: Sequence[int]
    recoveries: Sequence[float]
    spans: Sequence[float]
    taken_over: Sequence[float]
    happened: Mapping[str, int]

    @classmethod
    def of(
        cls, plan: Plan, findings: Findings, fleet: Fleet, reaper: Reaper, troubles: Troubles,
        recoveries: Sequence[float], recovery: Recovery | None,
    ) -> "Outcome":  # fmt: skip
        """Gathered from those who know."""
        spans = tuple(recovery.spans) if recovery else ()
        taken_over = tuple(recovery.taken_over) if recovery else ()
        return cls(plan, findings, reaper.kills, fleet.starts, fleet.refused, tuple(reaper.exit_codes), tuple(recoveries),
                   spans, taken_over, dict(troubles.happened))  # fmt: skip

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not self.findings.broken and not any(self.exit_codes)

    def lines(self) -> Iterator[str]:
        """All of it."""
        plan, findings = self.plan, self.findings
        processes = f", {plan.size} processes" if plan.size > 1 else ""
        ends = f"{self.kills} kills, {len(self.exit_codes)} orderly stops, {self.starts} starts"
        yield f"{plan.way}, seed {plan.seed}{processes}: {ends}"
        for name, times in self.happened.items():
            yield f"  {times} {name}"
        yield _line("messages sent", findings.messages)
        yield _line("answers", findings.answers)
        yield _line("bookings", findings.bookings)
        if plan.on_telegram:
            yield _line("relays, both ways", findings.relays)
            doubled = f"{findings.doubled}; relays {findings.doubled_relays}, topics {findings.doubled_topics}"
            yield _line("doubled answers", f"{doubled} (each was on its way when the program ended)")
        yield _line("steps that were repeated", f"{findings.failed_steps} after an error of their own")
        yield from self._spans()
        yield _line("starts that were refused", self.refused_starts)
        yield _line("exit codes of SIGTERM", ", ".join(map(str, self.exit_codes)) or "none asked")
        for promise in (*PROMISES, *(TELEGRAM_PROMISES if plan.on_telegram else ())):
            yield _line(promise, findings.broken[promise])
        yield from (f"  ! {sentence}" for sentence in findings.sentences[:MOST_SENTENCES])

    def _spans(self) -> Iterator[str]:
        if self.recoveries:
            yield _line("start to first answer", _figures(self.recoveries))
        if self.spans:
            late = sum(span > RECOVERED_SECONDS for span in self.spans)
            yield _line("kill to going on", f"{_figures(self.spans)}, {late} over {RECOVERED_SECONDS} s")
        if self.taken_over:
            yield _line("taken over by others", _figures(self.taken_over))


def _line(name: str, value: object) -> str:
    return f"  {name:<26}{value}"


def _figures(spans: Sequence[float]) -> str:
    return f"median {median(spans):.2f} s, longest {max(spans):.2f} s, {len(spans)} times"
