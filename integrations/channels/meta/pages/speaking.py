"""Makes the requests: to a person, or as the one private answer to a comment."""

from datetime import timedelta

import msgspec
import structlog

from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.rates import Rates
from integrations.channels.meta.graph import Graph, GraphAnswer, GraphError
from integrations.channels.meta.pages import outcomes
from integrations.channels.meta.pages.addresses import CommentAddress
from integrations.channels.meta.pages.limits import HEAVY_RATE
from integrations.channels.meta.pages.render import Request
from integrations.channels.meta.pages.wire import Fields, fields_of

log = structlog.get_logger()

MESSAGES = "/me/messages"  # `me` is the page whose token it is, also for its Instagram account
HEAVY = frozenset({"audio", "video"})


class Said(msgspec.Struct, frozen=True):
    """What is read of the answer to a message that was taken: its id, and who got it."""

    message_id: str = ""
    recipient_id: str = ""


class Public(msgspec.Struct, frozen=True):
    """The line that stands under every comment which was answered privately, and the edge that takes it."""

    text: str
    edge: str


_said = msgspec.json.Decoder(Said).decode


class Speaker:
    """Speaks for one account, which `source` names. `marked` messages bear their place among ours.

    Without a text in `public` nothing is said under comments.
    """

    def __init__(
        self, graph: Graph, standing: Standing, source: str, public: Public, rates: Rates | None, *, marked: bool
    ) -> None:
        self._graph, self._standing, self._source = graph, standing, source
        self._public, self._rates, self._marked = public, rates, marked

    async def to_person(self, person: str, request: Request) -> Outcome:
        """Say something to somebody who has written; a file that Meta does not take goes as its address."""
        if wait := await self._too_fast(request):
            return Retry(timedelta(seconds=wait), "recordings and videos go slower")
        answer = await self._post(fields_of(request, {"id": person}, marked=self._marked))
        outcome = _outcome(answer)
        if request.attached is not None and _not_taken(answer):
            words = msgspec.structs.replace(request, text=request.attached.words, attached=None)
            return await self.to_person(person, words)
        return outcome

    async def to_comment(self, comment: CommentAddress, request: Request) -> Outcome:
        """Answer a comment: privately to the comment itself, once.

        What follows goes to the person, which needs them to have written; a refusal to answer the comment does not say
        whether it was answered before.
        """
        fields = fields_of(request, {"comment_id": comment.comment}, marked=self._marked)
        answer = await self._post(fields)
        outcome = _outcome(answer)
        if isinstance(outcome, Sent) and isinstance(answer, GraphAnswer):
            if _said(answer.body).recipient_id not in {"", comment.person}:
                log.warning("whoever commented has another id in private, what they answer is not joined",
                            account=self._source)  # fmt: skip
            await self._say_in_public(comment)
        if not isinstance(outcome, Undeliverable):
            return outcome
        followed = await self.to_person(comment.person, request)
        if not isinstance(followed, Undeliverable):
            return followed
        return Undeliverable("window", f"a comment is answered once ({outcome.reason}; {followed.reason})")

    async def _say_in_public(self, comment: CommentAddress) -> None:
        """Say where the answer is. It is a courtesy: when it fails, the answer itself has arrived."""
        if not self._public.text:
            return
        answer = await self._post({"message": self._public.text}, f"/{comment.comment}/{self._public.edge}")
        if not isinstance(answer, GraphAnswer) or answer.error is not None:
            log.warning("a comment has its private answer, but not the public line", account=self._source)

    async def _too_fast(self, request: Request) -> float:
        if self._rates is None or request.attached is None or request.attached.type not in HEAVY:
            return 0.0
        return await self._rates.take(f"{self._source}/heavy", per_second=HEAVY_RATE, burst=HEAVY_RATE)

    async def _post(self, fields: Fields, path: str = MESSAGES) -> GraphAnswer | Outcome:
        if held := self._standing.held():
            return held
        try:
            answer = await self._graph.post(path, fields)
        except Unreached as error:
            return Retry(outcomes.SOON, str(error), "provider")
        except Broken as error:
            return PerhapsSent(str(error))
        if answer.error is None:
            self._standing.accepted()
        elif trouble := outcomes.trouble(answer.error):
            return self._standing.refused(trouble)
        return answer


def _outcome(answer: GraphAnswer | Outcome) -> Outcome:
    if not isinstance(answer, GraphAnswer):
        return answer
    if answer.error is not None:
        return outcomes.refusal(answer, answer.error)
    try:
        return Sent(_said(answer.body).message_id)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return PerhapsSent("an answer that cannot be read")


def _not_taken(answer: GraphAnswer | Outcome) -> bool:
    """Whether a file was refused as such."""
    if not isinstance(answer, GraphAnswer):
        return False
    match answer.error:
        case GraphError(code=outcomes.PARAMETER, subcode=subcode):
            return subcode not in outcomes.WINDOW | outcomes.OTHER_APP | outcomes.NOBODY
    return False
