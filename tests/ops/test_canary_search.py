"""The search for canaries is as sharp as it must be, else their silence would prove nothing."""

import json

from tests.ops.canaries import PERSONAL, SECRETS, hits


def test_a_canary_is_found_where_it_sings() -> None:
    """The search itself finds every canary, in whatever form it is written down."""
    for canary in (*PERSONAL, *SECRETS):
        assert canary in hits(f"x {canary} y"), canary
        assert canary in hits(json.dumps({"a": canary})), canary
    assert hits("a step failed after 4 tries") == []
    assert len(SECRETS) == 20
    assert len(PERSONAL) == 50
