"""Back to an earlier version by one request."""

from __future__ import annotations

import pytest

from flowbuilder.publishing.apply import Outcome, Result, apply_plan
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.plan import make_plan
from flowbuilder.publishing.rollback import rollback_plan
from flowbuilder.sandbox.faults import KINDS
from tests.publishing.conftest import FLOW, NAME, NUMBER, PUBLIC_URL, World, desired_application, wanted


@pytest.fixture
def live(world: World) -> Outcome:
    """Version 2, which takes messages, on a number."""
    plan = make_plan(world.account, wanted(2, messages=True), [NUMBER])
    outcome = list(apply_plan(world.account, plan))[-1].outcome
    assert outcome
    world.faults.seen.clear()
    return outcome


def back_to_1(world: World, live: Outcome) -> Plan:
    return rollback_plan(
        world.account.auth_id, str(live.app_id), NAME, wanted(2, messages=True), wanted(1), live.numbers
    )


def run(world: World, plan: Plan) -> Result:
    return list(apply_plan(world.account, plan))[-1]


def test_one_request_sets_all_urls(world: World, live: Outcome) -> None:
    plan = back_to_1(world, live)
    outcome = run(world, plan).outcome
    assert world.requests() == [("POST", "Application")]
    assert outcome
    assert (outcome.ok, outcome.numbers) == (True, live.numbers)
    app = world.account.get_application(str(live.app_id))
    urls = {name: value for name, value in wanted(1).fields.items() if name.endswith("_url")}
    assert {name: app[name] for name in urls} == urls
    assert app["message_url"] == ""
    assert plan.sentences[1] == f"Leave +{NUMBER} attached to the Application {NAME}."


def test_what_the_deployment_states_beside_the_urls_is_not_touched(world: World, live: Outcome) -> None:
    stated = desired_application(FLOW, 1, "welcome", PUBLIC_URL, settings={"public_uri": True})
    numbers = live.numbers
    plan = rollback_plan(world.account.auth_id, str(live.app_id), NAME, wanted(2), stated, numbers)
    assert [change.field for change in plan.application.changes] == ["answer_url", "hangup_url", "fallback_answer_url"]


def test_back_to_what_is_live_changes_nothing(world: World, live: Outcome) -> None:
    plan = rollback_plan(world.account.auth_id, str(live.app_id), NAME, wanted(2), wanted(2), live.numbers)
    assert plan.steps == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_it_leaves_the_earlier_or_the_later_version_whole(world: World, live: Outcome, kind: str) -> None:
    before = world.snapshot()
    start = world.save()
    run(world, back_to_1(world, live))
    planned = world.snapshot()
    assert planned != before
    for times in (1, 4):
        world.restore(start)
        world.faults.add(kind, times=times)
        outcome = run(world, back_to_1(world, live)).outcome
        world.faults.clear()
        assert outcome
        if outcome.left_over:
            # Nothing could be read any more; even then it is one of the two.
            assert times > 1
            assert world.snapshot() in (before, planned)
        else:
            assert world.snapshot() == (planned if outcome.ok else before)


def test_an_application_that_is_deleted_is_told(world: World, live: Outcome) -> None:
    world.account.delete_application(str(live.app_id))
    end = run(world, back_to_1(world, live))
    assert "is not in this Plivo account" in end.sentence
