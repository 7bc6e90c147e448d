"""Twilio's refusals: a code, a sentence, and the envelope that they come in."""

from typing import Any

SENTENCES = {
    20001: "Unknown parameters",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number: {}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {}",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number is not a valid, message-capable Twilio phone number for this destination",
    21609: "The StatusCallback URL {} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "To number: {}, is not a mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21619: "A text message body or media urls must be specified.",
    21654: "ContentSid Required",
    21655: "The ContentSid is invalid",
    21656: "The ContentVariables Parameter is invalid",
    21660: "Mismatch between the 'From' number and the account",
    63005: "Channel did not accept given content",
    63007: "Twilio could not find a Channel with the specified From address",
    63018: "Rate limit exceeded for Channel",
}


class Refused(Exception):
    """A request that Twilio does not carry out; one that comes too early may come `again` after so many seconds."""

    def __init__(self, code: int, about: str = "", status: int = 400, again: int = 1) -> None:
        super().__init__(code)
        self.code, self.about, self.status, self.again = code, about, status, again

    def as_json(self) -> dict[str, Any]:
        """The envelope."""
        return {
            "code": self.code,
            "message": SENTENCES.get(self.code, "Refused {}").format(self.about),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
