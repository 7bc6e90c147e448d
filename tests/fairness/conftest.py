"""What the tests of fairness share."""

from tests.contracts.conftest import post

__all__ = ["post"]
