"""The rules that hold in every conversation over a stand-in."""

from tests.harness import all_is_met, nothing_leaves

__all__ = ["all_is_met", "nothing_leaves"]
