"""Others at work on the same account, accounts of any size, and flows that change their names."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from flowbuilder.publishing.apply import Outcome, apply_plan
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from tests.publishing.conftest import FLOW, NAME, NUMBER, OTHER, PUBLIC_URL, World, desired_application, wanted

FOREIGN_URL = "https://elsewhere.example.net/ivr"


def outcome_of(results: list[Any]) -> Outcome:
    assert results[-1].outcome
    outcome: Outcome = results[-1].outcome
    return outcome


def meanwhile(world: World, request: int, act: Any) -> None:
    """Lets somebody else act right before that request of ours, the first being 1."""
    inner = world.life.inner
    left = count(request, step=-1)

    class Interrupting(type(inner)):  # type: ignore[misc]
        def handle_request(self, asked: Any) -> Any:
            if next(left) == 1:
                act()
            return inner.handle_request(asked)

    world.life.inner = Interrupting(inner.app)  # type: ignore[attr-defined]


def test_two_publishings_of_one_flow_at_once_end_with_one_of_the_two_versions_whole(world: World) -> None:
    first = outcome_of(list(apply_plan(world.account, make_plan(world.account, wanted(1), [NUMBER]))))
    start = world.save()
    whole = []
    for version in (2, 3):
        world.restore(start)
        plan = make_plan(world.account, wanted(version), [NUMBER, OTHER], first.app_id, first.numbers)
        list(apply_plan(world.account, plan))
        whole.append(world.snapshot())
    inner = world.life.inner
    for request in range(1, 8):
        world.restore(start)
        world.life.inner = inner

        def other() -> None:
            plan = make_plan(world.account, wanted(3), [NUMBER, OTHER], first.app_id, first.numbers)
            assert outcome_of(list(apply_plan(world.account, plan))).ok

        meanwhile(world, request, other)
        plan = make_plan(world.account, wanted(2), [NUMBER, OTHER], first.app_id, first.numbers)
        outcome = outcome_of(list(apply_plan(world.account, plan)))
        assert outcome.ok
        assert world.snapshot() in whole, f"the other came before request {request}"


@pytest.mark.parametrize("request_number", [5, 7])
def test_a_number_that_somebody_moves_at_this_moment_is_left_to_them(world: World, request_number: int) -> None:
    new = world.account.create_application({"app_name": "New-IVR", "answer_url": FOREIGN_URL})
    world.account.list_numbers()
    before = world.snapshot()
    number = {5: NUMBER, 7: OTHER}[request_number]
    # Between our request to move it and our look whether it has moved.
    meanwhile(world, request_number, lambda: world.account.attach_number(number, new))
    results = list(apply_plan(world.account, make_plan(world.account, wanted(), [NUMBER, OTHER])))
    outcome = outcome_of(results)
    assert not outcome.ok
    assert "Somebody else has moved" in str(outcome.error)
    assert outcome.left_over == []
    assert world.snapshot() == {**before, "numbers": {**before["numbers"], number: "New-IVR"}}


def test_an_account_with_3000_numbers_is_not_read_whole(world: World) -> None:
    world.account.list_numbers()
    pattern = world.store.sandbox.get("number", NUMBER)
    assert pattern
    rented = [f"1646{n:07}" for n in range(3000)]
    for digits in rented:
        world.store.sandbox.put("number", digits, {**pattern, "number": digits})
    ours = [rented[3], rented[1500], rented[2999]]
    world.requests()
    first = outcome_of(list(apply_plan(world.account, make_plan(world.account, wanted(1), ours[:1]))))
    assert len(world.requests()) == 5
    plan = make_plan(world.account, wanted(2), ours[:1], first.app_id, first.numbers)
    assert outcome_of(list(apply_plan(world.account, plan))).ok
    assert len(world.requests()) == 3
    plan = make_plan(world.account, wanted(2), ours, first.app_id, first.numbers)
    # The Application, a page of the list, what was not on it one by one; then each move and a look at it.
    assert len(world.requests()) <= 5
    both = outcome_of(list(apply_plan(world.account, plan)))
    assert len(world.requests()) == 4
    outcome_of(list(apply_plan(world.account, unpublish_plan(world.account, str(both.app_id), both.numbers))))
    assert len(world.requests()) <= 5 + 6


def test_a_flow_renamed_after_publishing_keeps_its_application(world: World) -> None:
    """The Application is named by the flow's id, which a new name of the flow does not change; nor does it matter."""
    outcome = outcome_of(list(apply_plan(world.account, make_plan(world.account, wanted(), [NUMBER]))))
    renamed = desired_application("front-desk-k3x9qa", 2, "welcome", PUBLIC_URL)
    plan = make_plan(world.account, renamed, [NUMBER], outcome.app_id, outcome.numbers)
    assert plan.application.app_name == NAME
    assert outcome_of(list(apply_plan(world.account, plan))).app_id == outcome.app_id
    assert [app["app_name"] for app in world.account.list_applications("flowbuilder-")] == [NAME]


def test_each_deployment_has_an_application_of_its_own_and_tells_which_it_is(world: World) -> None:
    staging = desired_application(FLOW, 1, "welcome", PUBLIC_URL, True, deployment="staging")
    assert staging.app_name == f"{NAME}-staging"
    urls = {name: value for name, value in staging.fields.items() if name.endswith("_url")}
    assert len(urls) == 4
    assert all(url.endswith("?deployment=staging") for url in urls.values())
    for desired in (wanted(), staging):
        assert outcome_of(list(apply_plan(world.account, make_plan(world.account, desired, [])))).ok
    names = [app["app_name"] for app in world.account.list_applications(NAME)]
    assert sorted(names) == [NAME, f"{NAME}-staging"]
    assert not make_plan(world.account, wanted(), []).changes_anything


def test_long_names_of_flows_and_deployments_still_differ() -> None:
    flow = "a" * 80 + "-k3x9qa"
    names = {desired_application(flow, 1, "e", PUBLIC_URL, deployment=d).app_name for d in ("staging", "test", "qa")}
    assert len(names) == 3
    assert all(len(name) <= 60 for name in names)
