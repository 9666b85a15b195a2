"""Long stories: publishing, unpublishing, people in the console and faults, in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.apply import Outcome, apply_plan
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from flowbuilder.sandbox.faults import KINDS
from tests.publishing.conftest import NAME, NUMBER, OTHER, World, wanted

NUMBERS = (NUMBER, OTHER, "18005550199")
FOREIGN_URL = "https://elsewhere.example.net/ivr"

# While planning, "not found" is an answer to go by: it is no fault here.
faults = st.none() | st.tuples(st.sampled_from([kind for kind in KINDS if kind != "404"]), st.integers(1, 12))
steps = st.one_of(
    st.tuples(st.just("publish"), st.sets(st.sampled_from(NUMBERS)), faults),
    st.tuples(st.just("unpublish"), st.booleans(), faults),
    st.tuples(st.just("move"), st.sampled_from(NUMBERS), st.just(None)),
    st.tuples(st.just("delete"), st.just(None), st.just(None)),
    st.tuples(st.just("forget"), st.just(None), st.just(None)),
)


class Story:
    """What an operator knows, beside the account itself."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: Outcome | None = None
        self.version = 0
        self.foreign = world.account.create_application({"app_name": "Old-IVR", "answer_url": FOREIGN_URL})

    def plan(self, action: str, detail: Any) -> Plan | None:
        known = self.known
        if action == "publish":
            self.version += 1
            return make_plan(
                self.world.account,
                wanted(self.version, messages=self.version % 2 == 0),
                sorted(detail),
                known.app_id if known else None,
                known.numbers if known else (),
                release_others=True,
            )
        if known is None or known.app_id is None:
            return None
        return unpublish_plan(self.world.account, known.app_id, known.numbers, delete_application=detail)

    def meddle(self, action: str, detail: Any) -> None:
        """Somebody else at work in Plivo's console, or our database lost."""
        ours = self.world.account.list_applications(NAME)
        if action == "move":
            self.world.account.attach_number(detail, self.foreign)
        elif action == "delete" and ours:
            self.world.account.delete_application(ours[0]["app_id"])
        elif action == "forget":
            self.known = None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=3, max_size=8))
def test_the_account_is_always_as_before_or_as_planned_and_nothing_is_doubled(
    world: World, story: list[tuple[str, Any, Any]]
) -> None:
    world.reset()
    teller = Story(world)
    for action, detail, fault in story:
        world.faults.clear()
        if action in ("move", "delete", "forget"):
            teller.meddle(action, detail)
            continue
        before = world.snapshot()
        if fault:
            world.faults.add(fault[0], at=fault[1])
        outcome = None
        try:
            plan = teller.plan(action, detail)
            outcome = list(apply_plan(world.account, plan))[-1].outcome if plan else None
        except FlowbuilderError:
            pass
        world.faults.clear()
        after = world.snapshot()
        assert len(world.account.list_applications(NAME)) <= 1
        if outcome is None or not outcome.ok:
            assert after == before
            continue
        teller.known = outcome
        if action == "publish":
            app = world.account.get_application(str(outcome.app_id))
            assert app["answer_url"] == wanted(teller.version).fields["answer_url"]
            held = {number: name for number, name in after["numbers"].items() if name == NAME}
            assert set(detail) <= set(held)
            assert {entry["number"] for entry in outcome.numbers} == {f"+{number}" for number in detail}
