"""A publishing that died anywhere is finished or undone: never between, nothing doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, product
from typing import Any

import pytest

from flowbuilder.publishing.apply import Outcome, Result, apply_plan, resume
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from flowbuilder.publishing.rollback import rollback_plan
from tests.publishing.conftest import FLOW, NAME, NUMBER, OTHER, PUBLIC_URL, Crash, World, desired_application, wanted

FOREIGN_URL = "https://elsewhere.example.net/ivr"
KINDS_TRIED = ("refused", "time-out", "time-out after", "401", "404", "429", "500", "502", "broken json after")
Scene = Callable[[World], Plan]
Entries = list[dict[str, Any]]


def prepare(world: World) -> str:
    """An account in which a foreign Application answers a number and is the default, and an endpoint has nothing."""
    world.reset()
    old = world.account.create_application(
        {"app_name": "Old-IVR", "answer_url": FOREIGN_URL, "default_number_app": True}
    )
    world.account.attach_number(NUMBER, old)
    endpoint, _ = world.account.create_endpoint("desk", "secret-1", "desk")
    return endpoint


def published(world: World, version: int = 1, **more: Any) -> Outcome:
    plan = make_plan(world.account, wanted(version, messages=True), [NUMBER], **more)
    outcome = list(apply_plan(world.account, plan))[-1].outcome
    assert outcome
    assert outcome.ok
    return outcome


def first(world: World) -> Plan:
    endpoint = prepare(world)
    desired = desired_application(FLOW, 1, "welcome", PUBLIC_URL, settings={"default_number_app": True})
    return make_plan(world.account, desired, [NUMBER, OTHER], endpoints=[endpoint])


def again(world: World) -> Plan:
    endpoint = prepare(world)
    known = published(world)
    desired = desired_application(FLOW, 2, "hello", PUBLIC_URL, settings={"public_uri": True})
    return make_plan(
        world.account, desired, [OTHER], known.app_id, known.numbers, release_others=True, endpoints=[endpoint]
    )


def back(world: World) -> Plan:
    endpoint = prepare(world)
    known = published(world, endpoints=[endpoint])
    return unpublish_plan(
        world.account, str(known.app_id), known.numbers, delete_application=True, endpoints=known.endpoints
    )


def rolled_back(world: World) -> Plan:
    prepare(world)
    known = published(world, 2)
    plan = rollback_plan(
        world.account.auth_id, str(known.app_id), NAME, wanted(2, messages=True), wanted(1), known.numbers
    )
    world.faults.seen.clear()
    return plan


SCENES = [first, again, back, rolled_back]


def copied(plan: Plan, entries: Entries) -> tuple[Plan, Entries]:
    """As they come out of a database."""
    return Plan.from_json(json.loads(json.dumps(plan.to_json()))), json.loads(json.dumps(entries))


def died(world: World, plan: Plan, entries: Entries, moments: int) -> bool:
    """Applies the plan in a process that lives that long; gives whether it died before the end."""
    world.life.live_for(moments)
    try:
        list(apply_plan(world.account, plan, world.journal(entries)))
    except Crash:
        return True
    finally:
        world.life.live_for(None)
    return False


@dataclass
class Stage:
    """A plan on the account that it was made for, before and after."""

    plan: Plan
    start: Any
    before: Any
    planned: Any

    def after(self, outcome: Outcome) -> Any:
        return self.planned if outcome.ok else self.before


def staged(world: World, scene: Scene) -> Stage:
    plan = scene(world)
    start, before = world.save(), world.snapshot()
    list(apply_plan(world.account, plan))
    planned = world.snapshot()
    assert planned != before
    world.restore(start)
    return Stage(plan, start, before, planned)


def outcome_of(results: list[Result]) -> Outcome:
    assert results[-1].outcome
    return results[-1].outcome


@pytest.mark.parametrize("scene", SCENES)
def test_wherever_it_died_it_is_finished_or_undone(world: World, scene: Scene) -> None:
    stage = staged(world, scene)
    finished = 0
    for moments in count():
        entries: Entries = []
        world.restore(stage.start)
        if not died(world, stage.plan, entries, moments):
            break
        outcome = outcome_of(list(resume(world.account, *copied(stage.plan, entries))))
        assert outcome.left_over == []
        assert world.snapshot() == stage.after(outcome), f"died after {moments} moments"
        finished += outcome.ok
    assert moments > 3
    assert finished >= moments - 2


@pytest.mark.parametrize("scene", SCENES)
def test_one_that_dies_again_and_again_still_comes_to_an_end(world: World, scene: Scene) -> None:
    stage = staged(world, scene)
    for moments in count(1, step=3):
        entries: Entries = []
        world.restore(stage.start)
        if not died(world, stage.plan, entries, moments):
            break
        for patience in count(1):
            world.life.live_for(patience)
            try:
                outcome = outcome_of(list(resume(world.account, *copied(stage.plan, entries), world.journal(entries))))
            except Crash:
                continue
            finally:
                world.life.live_for(None)
            break
        assert world.snapshot() == stage.after(outcome)


@pytest.mark.parametrize("scene", SCENES)
def test_a_fault_while_resuming_leaves_it_whole_too(world: World, scene: Scene) -> None:
    stage = staged(world, scene)
    for moments in (2, 3) if scene is rolled_back else (2, 14):
        world.restore(stage.start)
        entries: Entries = []
        assert died(world, stage.plan, entries, moments)
        broken_off = world.save()
        world.faults.clear()
        list(resume(world.account, *copied(stage.plan, entries)))
        requests = len(world.faults.seen)
        for kind, request in product(KINDS_TRIED, range(1, requests + 1)):
            world.restore(broken_off)
            world.faults.add(kind, at=request)
            told = list(entries)
            results = list(resume(world.account, *copied(stage.plan, told), told.append))
            world.faults.clear()
            outcome = outcome_of(results)
            if outcome.left_over:
                # Told as it is; once Plivo is well again, the next try ends it.
                outcome = outcome_of(list(resume(world.account, *copied(stage.plan, told))))
            sentences = [result.sentence for result in results]
            assert world.snapshot() == stage.after(outcome), f"{kind} at {request} of {moments}: {sentences}"


def test_what_somebody_moved_in_the_meantime_stays_and_the_rest_is_put_back(world: World) -> None:
    plan = first(world)
    entries: Entries = []
    # Created, and the first number attached.
    assert died(world, plan, entries, 14)
    new = world.account.create_application({"app_name": "New-IVR", "answer_url": FOREIGN_URL})
    world.account.attach_number(NUMBER, new)
    results = list(resume(world.account, *copied(plan, entries)))
    outcome = outcome_of(results)
    assert not outcome.ok
    assert outcome.left_over == []
    assert any("stays where it is" in result.sentence for result in results)
    assert world.snapshot()["numbers"][NUMBER] == "New-IVR"
    assert world.account.list_applications(NAME) == []


def test_a_new_application_that_somebody_has_taken_into_use_is_not_deleted(world: World) -> None:
    plan = first(world)
    entries: Entries = []
    assert died(world, plan, entries, 14)
    ours = world.account.list_applications(NAME)[0]["app_id"]
    world.account.detach_number(NUMBER)
    world.account.attach_number("18005550199", ours)
    results = list(resume(world.account, *copied(plan, entries)))
    assert "somebody has attached something else" in " ".join(result.sentence for result in results)
    assert world.snapshot()["numbers"]["18005550199"] == NAME


def test_one_that_died_before_it_began_is_left_undone(world: World) -> None:
    plan = first(world)
    before = world.snapshot()
    outcome = outcome_of(list(resume(world.account, plan, [])))
    assert not outcome.ok
    assert world.snapshot() == before


def test_a_journal_that_cannot_be_written_stops_the_run_and_all_is_put_back(world: World) -> None:
    plan = first(world)
    before = world.snapshot()
    entries: Entries = []

    def full(entry: dict[str, Any]) -> None:
        if len(entries) == 5:
            raise OSError("disk full")
        entries.append(entry)

    with pytest.raises(OSError, match="disk full"):
        list(apply_plan(world.account, plan, full))
    assert world.snapshot() == before


def test_the_journal_is_told_before_and_after_each_request_that_changes_something(world: World) -> None:
    plan = first(world)
    world.faults.seen.clear()
    entries: Entries = []
    list(apply_plan(world.account, plan, entries.append))
    app_id = world.account.list_applications(NAME)[0]["app_id"]
    assert [(e["step"], e["request"], e["state"], e["app_id"]) for e in entries] == [
        (0, "create", "begun", None),
        (0, "create", "ended", app_id),
        (1, "attach", "begun", app_id),
        (1, "attach", "ended", app_id),
        (2, "attach", "begun", app_id),
        (2, "attach", "ended", app_id),
        (3, "attach", "begun", app_id),
        (3, "attach", "ended", app_id),
    ]
    assert sum(method != "GET" for method, _ in world.faults.seen) == 4
