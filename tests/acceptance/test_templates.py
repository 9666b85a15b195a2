"""The flows that a new one starts from: right, and good to hear along every exit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowbuilder.checks import find_problems
from flowbuilder.runtime import HttpAnswer
from flowbuilder.web.gallery import NAMES, start_flow
from tests.acceptance.product import CALLER, PUBLIC_URL, Product
from tests.acceptance.walking import Exits, Walk, every_exit
from tests.flow_worlds import CALLERS, MOMENTS

if TYPE_CHECKING:
    from tests.acceptance.product import World


FINE, BROKEN = HttpAnswer(200, "", {"partner": "+12025550198"}), HttpAnswer(500)
# What the web answers: always the same, or another thing at the addresses that end so.
WEBS: tuple[tuple[HttpAnswer, dict[str, HttpAnswer]], ...] = (
    (HttpAnswer(200, "", {}), {}),
    (FINE, {}),
    (BROKEN, {}),
    (FINE, {"confirmed": BROKEN, "cancelled": BROKEN}),
)


@pytest.mark.parametrize("key", NAMES)
def test_nothing_is_wrong_with_it(key: str) -> None:
    assert [problem for problem in find_problems(start_flow(key)) if problem.severity != "hint"] == []


@pytest.mark.parametrize("key", NAMES)
def test_its_draft_is_called_along_every_exit(
    product: Product, world: World, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = start_flow(key)
    row = product.parts.store.flows.create(flow)
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/draft-{row.revision}"

    def walk_from(caller: str) -> Exits:
        def ring() -> object:
            return product.parts.switchboard.dial_application(
                f"{base}/nodes/{flow.entry}", f"{base}/fallback", f"{base}/hangup", caller, "+14155550100"
            )

        walk = Walk(flow, product.parts, ring)
        walk.go()
        assert walk.doubts == []
        return walk.taken

    taken: Exits = set()
    for world.otherwise, world.replies in WEBS:
        for caller in (CALLER, *CALLERS.get(key, ())):
            taken |= walk_from(caller)
    for moment in MOMENTS.get(key, ()):
        monkeypatch.setattr("tests.acceptance.product.NOW", moment)
        taken |= walk_from(CALLER)
    stand_ins = {(node, "otherwise") for node, value in flow.nodes.items() if value.type == "dial"}
    assert every_exit(flow) - taken - stand_ins == set()
