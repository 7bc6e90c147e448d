"""A stand-in of Viber's bot API, on this machine."""

from tests.standins.viber.server import TOKEN, Seen, ViberServer

__all__ = ["TOKEN", "Seen", "ViberServer"]
