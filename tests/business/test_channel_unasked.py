"""The proof knows all that leaves unasked: what the shipped dialogs say, at the sample firms, and every timer of the code."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml
from click.testing import CliRunner

import main
from bot.business.fitting import Code, check_channels
from bot.business.fitting.unasked import silences
from bot.business.templates import Kind
from bot.dialog.forms import form_dialogs
from dialogs import SHIPPED
from integrations.channels import limits
from tests.business.channel_firm import TEMPLATES

ROOT = Path(__file__).parents[2]
REMINDER = "a reminder may leave after 24 h of silence; name a template for 'reminder' in templates.yaml"


@pytest.mark.req("F24")
@pytest.mark.parametrize("channel", TEMPLATES)
@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("name", ["demo", "salon"])
def test_a_sample_firm_misses_each_of_its_templates(tmp_path: Path, name: str, kind: str, channel: str) -> None:
    """The shipped dialogs say something of each kind unasked: without its template the proof fails."""
    folder = shutil.copytree(ROOT / "businesses" / name, tmp_path / name)
    written = yaml.safe_load((folder / "templates.yaml").read_text("utf-8"))
    del written[kind]
    (folder / "templates.yaml").write_text(yaml.safe_dump(written), "utf-8")
    business = main.load(folder)

    found = check_channels(
        business, folder, {channel: limits(channel)}, Code({}, ()), main.dialogs_of(business, folder)
    )

    missed = [each for each in found if f"name a template for '{kind}'" in str(each)]
    assert {each.level for each in missed} == {"note" if kind == "broadcast" else "fault"}
    assert [each for each in found if each.level == "fault" and each not in missed] == []


TIMERS = {
    "bot/records/calendar.py": "reminders",
    "bot/dialog/machine.py": "rules of dialogs, and their end, at which nothing is said",
    "handlers/campaign.py": "broadcasts",
    "handlers/unheard.py": "the desk looks again; nothing is said",
}
"""Every place where a timer of a conversation is set, and what comes of it."""


def calls(pattern: str, *names: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(ROOT.glob(pattern)):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                yield path.relative_to(ROOT).as_posix(), node


def test_no_timer_is_set_that_the_proof_does_not_know() -> None:
    """Whoever adds one finds here that `sends` must say what it brings."""
    found = {
        file
        for pattern in ("handlers/**/*.py", "dialogs/*.py", "bot/dialog/**/*.py", "bot/records/*.py")
        for file, _ in calls(pattern, "remind", "schedule")
    }

    assert found == TIMERS.keys()


def test_every_kind_that_the_program_says_is_one_that_the_proof_knows() -> None:
    """What is said without a kind is a question, and people's words are relayed."""
    found = {
        keyword.value.value
        for pattern in ("handlers/**/*.py", "dialogs/*.py", "bot/**/*.py")
        for _, call in calls(pattern, "say")
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }

    assert found == {*get_args(Kind)} - {"question", "relay"}


def test_forms_say_nothing_of_themselves() -> None:
    """A form of a firm has no rule for a silence; it ends unsaid, so it needs no template."""
    forms = form_dialogs(main.load(ROOT / "businesses" / "demo"))

    assert forms
    assert [dialog.key for dialog in forms.values() if silences(dialog)] == []
    assert [dialog.key for dialog in SHIPPED.values() if silences(dialog)] == ["booking"]


def test_check_holds_the_dialogs_that_are_on_to_it(tmp_path: Path) -> None:
    """On the command line all of it comes together: without its templates the clinic cannot go live on WhatsApp."""
    folder = shutil.copytree(ROOT / "businesses" / "demo", tmp_path / "clinic")
    (folder / "templates.yaml").unlink()

    told = CliRunner().invoke(main.cli, ["check", str(folder), "--channel", "whatsapp_cloud"])

    assert told.exit_code == 1
    assert f"booking.reminders: {REMINDER} (whatsapp_cloud)" in told.output
    assert "booking.nudge: what the dialog says may leave after 24 h of silence" in told.output
    assert CliRunner().invoke(main.cli, ["check", "businesses/demo", "--channel", "whatsapp_cloud"]).exit_code == 0
    assert CliRunner().invoke(main.cli, ["check", str(folder), "--channel", "viber"]).exit_code == 0
