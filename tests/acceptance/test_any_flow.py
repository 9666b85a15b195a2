"""Any flow without errors and any caller, through webhooks and database: no step fails, no document is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.checks import find_problems
from flowbuilder.runtime import HttpAnswer
from flowbuilder.runtime.apology import APOLOGY
from tests.acceptance.product import CALLER, PUBLIC_URL, Product, World, said
from tests.strategies import callers, flows, steps_with_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.flow.model import Flow

STEPS = (
    "speak",
    "play",
    "wait",
    "get_input",
    "dial",
    "record",
    "hangup",
    "redirect",
    "branch",
    "http_request",
)
KEYS = "1234567890*#"
PHRASES = ("billing", "sales", "the desk", "zyzzyva quux")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, World]]:
    world = World()
    product = Product(tmp_path_factory.mktemp("any") / "flowbuilder.sqlite3", world)
    yield product, world
    product.close()


def act(live: Any, what: str, number: int) -> None:
    """What the caller does, as far as it can be done now; else what can be."""
    awaiting = live.player.awaiting
    if what == "hang_up" or awaiting.kind == "endless":
        live.act("hang_up")
    elif awaiting.kind == "dial":
        live.act("dial_ends", sorted(awaiting.results)[number % len(awaiting.results)])
    elif awaiting.kind == "record":
        live.act("record_ends", number)
    elif what in ("speech", "wrong") and awaiting.takes_speech:
        live.act("say", PHRASES[number % len(PHRASES)])
    elif awaiting.takes_digits and (what == "key" or not awaiting.may_stay_silent):
        live.act("press", KEYS[number % len(KEYS)])
    elif awaiting.may_stay_silent:
        live.act("stay_silent")
    else:
        live.act("hang_up")


@given(flows(steps_with_settings(STEPS)), callers(), st.booleans())
def test_any_call_to_any_flow_gets_good_documents_to_its_end(
    running: tuple[Product, World], flow: Flow, caller: list[tuple[str, int]], world_answers: bool
) -> None:
    product, world = running
    world.otherwise = HttpAnswer(200 if world_answers else 500, "", {"name": "Zoë <&>"})
    if any(problem.blocks for problem in find_problems(flow)):
        return
    row = product.parts.store.flows.create(flow)
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/draft-{row.revision}"
    live = product.parts.switchboard.dial_application(
        f"{base}/nodes/{flow.entry}", f"{base}/fallback", f"{base}/hangup", CALLER, "+14155550000"
    )
    for what, number in caller:
        if not live.is_over:
            act(live, what, number)
    if not live.is_over:
        live.act("hang_up")
    assert [event for event in live.player.events if event.kind == "doubted"] == []
    asked = [event.data for event in live.player.events if event.kind == "requested"]
    assert all(one["status"] == 200 for one in asked if one["url"].startswith(base))
    assert APOLOGY not in said(live)
    call = product.parts.store.calls.find(live.uuid)
    assert call is not None
    assert call.ended_at is not None
