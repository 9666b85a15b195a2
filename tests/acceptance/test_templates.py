"""The flows that a new one starts from: right, and good to hear along every exit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowbuilder.checks import find_problems
from flowbuilder.runtime import HttpAnswer
from flowbuilder.web.gallery import NAMES, start_flow
from tests.acceptance.product import CALLER, PUBLIC_URL, Product
from tests.acceptance.walking import Walk, every_exit

if TYPE_CHECKING:
    from tests.acceptance.product import World


@pytest.mark.parametrize("key", NAMES)
def test_nothing_is_wrong_with_it(key: str) -> None:
    assert [problem for problem in find_problems(start_flow(key)) if problem.severity != "hint"] == []


@pytest.mark.parametrize("key", NAMES)
def test_its_draft_is_called_along_every_exit(product: Product, world: World, key: str) -> None:
    flow = start_flow(key)
    row = product.parts.store.flows.create(flow)
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/draft-{row.revision}"

    def ring() -> object:
        return product.parts.switchboard.dial_application(
            f"{base}/nodes/{flow.entry}", f"{base}/fallback", f"{base}/hangup", CALLER, "+14155550100"
        )

    taken = set()
    for answer in (HttpAnswer(200, "", {}), HttpAnswer(500)):
        world.otherwise = answer
        walk = Walk(flow, product.parts.store, ring)
        taken |= walk.go()
        assert walk.doubts == []
    stand_ins = {(node, "otherwise") for node, value in flow.nodes.items() if value.type == "dial"}
    assert every_exit(flow) - taken - stand_ins == set()
