"""Voices for languages that the provider of a call does not speak."""

from integrations.speech.espeak import Espeak

__all__ = ["Espeak"]
