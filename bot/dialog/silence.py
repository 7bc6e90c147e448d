"""What happens when the customer does not answer: first what the dialog declared, in the end nothing more."""

from dataclasses import dataclass
from datetime import timedelta

from bot.dialog.dialog import Dialog, Rule


@dataclass(frozen=True, slots=True)
class Silence:
    """How long the open question waits, and the rule that then runs; without a rule the dialog ends."""

    wait: timedelta
    rule: Rule | None

    @classmethod
    def of(cls, dialog: Dialog) -> "Silence":
        """The next silence of a dialog at its open question; a rule runs once a dialog."""
        frame = dialog.frame
        rules = [
            rule
            for rule in dialog.rules
            if rule.wait is not None and frame.at in rule.fields and rule.name not in frame.told
        ]
        if not rules:
            return cls(dialog.idle, None)
        rule = min(rules, key=lambda each: each.wait or timedelta.max)
        return cls(rule.wait or dialog.idle, rule)
