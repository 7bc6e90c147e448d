"""How an account stands with its provider: said in sentences, without secrets, and without changing anything."""

import pytest

from bot.ports.doctor import Doctored, Finding
from tests.contracts.channels.line import Line
from tests.contracts.channels.lines import those_with


def sound(line: Line, findings: list[Finding]) -> bool:
    """Whether each is a sentence, one that is not fine says how it is mended, and none shows a secret."""
    told = repr(findings)
    return (
        bool(findings)
        and all(each.what and (each.fine or each.how) for each in findings)
        and not any(secret in told for secret in line.secrets.values())
    )


@pytest.mark.parametrize("line", those_with("doctor"), indirect=True)
async def test_an_account_is_set_up_and_then_stands_well(line: Line) -> None:
    """Who connects an account and looks again finds it in order, or is told what has to be done by hand."""
    assert isinstance(line.channel, Doctored)
    connected = list(await line.channel.connect())
    found = list(await line.channel.examine())

    assert sound(line, connected)
    assert sound(line, found)
    assert [each for each in found if each.fine]


@pytest.mark.parametrize("line", those_with("doctor"), indirect=True)
async def test_a_provider_that_cannot_be_reached_is_a_finding(line: Line) -> None:
    """Who looks while the provider is down is told so; setting up is told in sentences as well."""
    await line.stop()
    assert isinstance(line.channel, Doctored)
    found, connected = list(await line.channel.examine()), list(await line.channel.connect())

    assert sound(line, found)
    assert any(not each.fine for each in found)
    assert sound(line, connected)
