"""How the server says no: a code, a description, and sometimes what to do about it."""

from tests.standins.telegram.wire import Json


class Refused(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> Json:
        """The envelope, as the real server writes it."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(text: str, **parameters: int) -> Refused:
    """What the caller asked for cannot be done."""
    return Refused(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> Refused:
    """The bot may not."""
    return Refused(403, f"Forbidden: {text}")


def conflict(text: str) -> Refused:
    """Two want to receive the same updates."""
    return Refused(409, f"Conflict: {text}")


def too_many(seconds: int) -> Refused:
    """Too fast; again after so many seconds."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
