"""How the Graph API says no: one envelope for everything."""

from tests.standins.meta.wire import Json


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(self, status: int, code: int, message: str, *, subcode: int = 0, details: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.subcode, self.details = status, code, message, subcode, details

    def as_json(self, product: str = "") -> Json:
        """The envelope; `product` stands beside the details."""
        error: Json = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.details:
            error["error_data"] = {"messaging_product": product, "details": self.details} if product else self.details
        if self.subcode:
            error["error_subcode"] = self.subcode
        return {"error": error | {"fbtrace_id": "AbCdEfGhIjK"}}


def wrong_token() -> Refused:
    """A token that nobody has, or that was taken back."""
    return Refused(401, 190, "Invalid OAuth access token - Cannot parse access token")


def wrong_parameter(message: str, code: int = 100) -> Refused:
    """What the caller asked for cannot be done."""
    return Refused(400, code, f"(#{code}) {message}")


def no_such_object(name: str) -> Refused:
    """Nothing has this id, or the token may not see it."""
    text = f"Unsupported request. Object with ID '{name}' does not exist or cannot be loaded due to missing permissions"
    return Refused(400, 100, text, subcode=33)
