"""The rules that hold on the shelf of every provider."""

from tests.harness import all_is_met, nothing_leaves

__all__ = ["all_is_met", "nothing_leaves"]
