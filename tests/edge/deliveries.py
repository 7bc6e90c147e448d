"""`python -m tests.edge.deliveries --channel all --count 10000`: deliveries that no provider would make.

Each is signed as its provider would, so that it gets past the proof and has to be read; and each stands again under the
proof of another, which must not be taken. Whatever a channel then does but refuse or give events is a fault.
"""

import argparse
import asyncio
import dataclasses
import gc
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import quantiles

import click
import msgspec
import structlog

from bot.events import Contact, Edited, Envelope, RoomSaid, Said
from bot.ports.channel import Answer, Closes, Delivery, Inbound, Malformed, NotSigned, Told
from bot.understanding import clean
from tests.contracts.channels.line import Line, Still
from tests.contracts.channels.lines import LINES
from tests.contracts.channels.messages import MESSAGES
from tests.edge.mutations import in_form, mutated

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MOST_SHOWN = 5
KEY_BYTES, ACTOR_BYTES = 2000, 500  # an index of PostgreSQL holds 2,700 bytes
decode = msgspec.json.Decoder(list[Envelope]).decode


@dataclass
class Found:
    """What came of the deliveries of one channel. `faults` are errors that were not caught, or events that cannot be."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    forgeries: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)


def throw(line: Line, count: int, seed: int) -> Found:
    """So many deliveries, each proved, and each under a proof that is not its own."""
    found = Found()
    samples = list(line.samples())
    chance = random.Random(seed)
    bodies = mutated(seed, [each.body for each in samples])
    for number, (place, body) in enumerate(islice(bodies, count)):
        take(line, another_url(samples[place].url, chance), body, found)
        forge(line, samples[place], body, chance, found)
        if number in (count // 5, count - 1):
            gc.collect()
            found.resident.append(resident_megabytes())
    return found


def take(line: Line, url: str, body: bytes, found: Found) -> None:
    """A delivery with its proof is refused with a sentence, or gives events that can be stored."""
    inbound = line.proved(body, url=url)
    began = time.process_time()
    try:
        delivery = line.channel.receive(inbound)
    except NotSigned:
        found.outcomes["not signed"] += 1
    except Malformed as malformed:
        found.outcomes["malformed"] += 1
        if any(secret in malformed.sentence for secret in line.secrets.values()):
            found.faults.append(f"a secret is told: {malformed.sentence!r}")
    except Exception as error:  # noqa: BLE001  that is what is looked for
        found.faults.append(f"{type(error).__name__}: {error} from {body[:300]!r}")
    else:
        found.outcomes["events" if delivery.envelopes else "nothing"] += 1
        found.faults += [*unsound(line, list(delivery.envelopes), body), *speechless(delivery, body)]
    found.milliseconds.append((time.process_time() - began) * 1000)


def unsound(line: Line, envelopes: list[Envelope], body: bytes) -> list[str]:
    """What of some events could not be stored, or is not of this account."""
    wrong = []
    for each in map(cleaned, envelopes):
        try:
            key, actor = each.dedupe_key.encode(), each.actor.encode()
            same = decode(msgspec.json.encode([each])) == [each]
        except (msgspec.DecodeError, ValueError) as error:
            wrong.append(f"an event that cannot be stored ({error}), from {body[:300]!r}")
            continue
        if not 0 < len(key) <= KEY_BYTES or len(actor) > ACTOR_BYTES or b"\0" in key + actor:
            wrong.append(f"{actor[:100]!r} with a key of {len(key)} bytes that no table takes, from {body[:300]!r}")
        if not each.actor.startswith(("staff/", f"{line.name}/")) or not Contact.of(each.actor).address:
            wrong.append(f"an event of {each.actor} from {body[:300]!r}")
        if not same:
            wrong.append(f"an event that is another when it is read back, from {body[:300]!r}")
    return wrong


def speechless(delivery: Delivery, body: bytes) -> list[str]:
    """Where the provider waits for words, some can be given, and none."""
    if delivery.says is None:
        return []
    said: list[Sequence[Told]] = [[], [Told(1, MESSAGES["words"]), Told(2, MESSAGES["ten choices"])]]
    try:
        answers = [delivery.says(each) for each in said]
    except Exception as error:  # noqa: BLE001  that is what is looked for
        return [f"no answer, {type(error).__name__}: {error}, to {body[:300]!r}"]
    return [] if all(isinstance(each, Answer) for each in answers) else [f"an answer that is none, to {body[:300]!r}"]


def cleaned(envelope: Envelope) -> Envelope:
    """As intake leaves it: words are put into their storing form there."""
    event = envelope.event
    if not isinstance(event, (Said, Edited, RoomSaid)):
        return envelope
    plain = msgspec.structs.replace(event, text=clean(event.text).text)
    return msgspec.structs.replace(envelope, event=plain)


def forge(line: Line, sample: Inbound, body: bytes, chance: random.Random, found: Found) -> None:
    """The same under the proof of the sample, and the sample under a proof that was changed, are both refused."""
    tries = []
    if line.covers and line.meaning(body) != line.meaning(sample.body):
        tries.append(dataclasses.replace(sample, body=body))
    if line.proof_header:
        headers = {**sample.headers, line.proof_header: altered(chance, sample.headers[line.proof_header])}
        tries.append(dataclasses.replace(sample, headers=headers))
    if "proof" in line.can:
        tries.append(chance.choice(list(line.forgeries(dataclasses.replace(sample, body=body)).values())))
    for inbound in tries:
        try:
            line.channel.receive(inbound)
        except NotSigned:
            found.outcomes["forgery refused"] += 1
        except Exception as error:  # noqa: BLE001  looked at before its proof
            found.forgeries.append(f"{type(error).__name__} for {inbound.body[:300]!r}")
        else:
            found.forgeries.append(f"{inbound.body[:300]!r} under {inbound.headers.get(line.proof_header, '')!r}")


def another_url(url: str, chance: random.Random) -> str:
    """Now and then a query that the provider would not send, signed with the rest."""
    address, mark, query = url.partition("?")
    if not mark or chance.random() < 0.7:
        return url
    changed = in_form(chance, query.encode()).decode("ascii", "replace")
    return f"{address}?{changed[:2000]}"


def altered(chance: random.Random, proof: str) -> str:
    """Another proof of the same look: one sign changed, gone, or one more."""
    at = chance.randrange(len(proof))
    other = chance.choice([sign for sign in "0123456789abcdefGHIJ" if sign.casefold() != proof[at].casefold()])
    return chance.choice(
        [proof[:at] + other + proof[at + 1 :], proof[:at] + proof[at + 1 :], proof + other, "", "սեղան"]
    )


def resident_megabytes() -> float:
    """What this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


async def run(name: str, count: int, seed: int) -> Found:
    """One channel."""
    async with LINES[name](Still(NOW)) as line:
        found = throw(line, count, seed)
        if isinstance(line.channel, Closes):
            await line.channel.close()
    return found


def tell(name: str, count: int, found: Found) -> None:
    """One line, and the first of what went wrong."""
    outcomes = ", ".join(f"{outcome} {number}" for outcome, number in sorted(found.outcomes.items()))
    grown = found.resident[-1] - found.resident[0] if len(found.resident) > 1 else 0.0
    p99 = quantiles(found.milliseconds, n=100)[98]
    click.echo(
        f"{name:<16} {count} deliveries: errors {len(found.faults)}, forgeries taken {len(found.forgeries)}; {outcomes};"
        f" processor p99 {p99:.2f} ms, most {max(found.milliseconds):.1f} ms; memory {found.resident[-1]:.0f} MB,"
        f" {grown:+.1f} MB over the last four fifths"
    )
    for each in [*found.faults[:MOST_SHOWN], *found.forgeries[:MOST_SHOWN]]:
        click.echo(f"    {each}")


def main() -> int:
    """Throw at the channels that are named; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channel", default="all", choices=["all", *LINES])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    wrong = 0
    for name in LINES if wanted.channel == "all" else [wanted.channel]:
        found = asyncio.run(run(name, wanted.count, wanted.seed))
        tell(name, wanted.count, found)
        wrong += len(found.faults) + len(found.forgeries)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
