"""A stand-in of Play Mobile's broker, on this machine."""

from tests.standins.playmobile.server import LOGIN, PASSWORD, PlayMobileServer, Sms

__all__ = ["LOGIN", "PASSWORD", "PlayMobileServer", "Sms"]
