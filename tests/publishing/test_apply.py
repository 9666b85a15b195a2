"""Applying a plan: told step by step, and whole or not at all, whatever fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowbuilder.errors import PlivoRefused
from flowbuilder.publishing.apply import Outcome, Result, apply_plan
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from flowbuilder.sandbox.faults import KINDS
from tests.publishing.conftest import NAME, NUMBER, OTHER, World, wanted

FOREIGN_URL = "https://elsewhere.example.net/ivr"
HARMLESS = ("slow",)
# Those that nothing tells apart from one of the others are left out.
TRIED = sorted(set(KINDS) - {"403", "503", "504", "503 after"})
Publish = Callable[[World], Plan]


def prepare(world: World) -> None:
    """An account in which a foreign Application answers one of the numbers, and nothing a SIP endpoint."""
    world.reset()
    world.account.create_endpoint("desk", "secret-1", "desk")
    old = world.account.create_application({"app_name": "Old-IVR", "answer_url": FOREIGN_URL})
    world.account.attach_number(NUMBER, old)


def published(world: World, version: int = 1, messages: bool = False) -> Outcome:
    outcome = list(apply_plan(world.account, make_plan(world.account, wanted(version, messages), [NUMBER])))[-1].outcome
    assert outcome is not None
    assert outcome.ok
    return outcome


def first(world: World) -> Publish:
    prepare(world)
    return lambda world: make_plan(world.account, wanted(), [NUMBER, OTHER])


def again(world: World) -> Publish:
    prepare(world)
    known = published(world, messages=True)
    return lambda world: make_plan(world.account, wanted(2), [NUMBER, OTHER], known.app_id, known.numbers)


def without_memory(world: World) -> Publish:
    """Our Application is there, but nothing is known of it."""
    prepare(world)
    published(world)
    return lambda world: make_plan(world.account, wanted(2), [NUMBER])


def endpoints(world: World) -> list[str]:
    return [item["endpoint_id"] for item in world.store.sandbox.list("endpoint")]


def with_endpoint(world: World) -> Publish:
    prepare(world)
    return lambda world: make_plan(world.account, wanted(), [NUMBER], endpoints=endpoints(world))


def back(world: World) -> Publish:
    prepare(world)
    plan = make_plan(world.account, wanted(), [NUMBER], endpoints=endpoints(world))
    known = list(apply_plan(world.account, plan))[-1].outcome
    assert known
    return lambda world: unpublish_plan(
        world.account, str(known.app_id), known.numbers, delete_application=True, endpoints=known.endpoints
    )


def run(world: World, publish: Publish) -> list[Result]:
    """Plans and applies; a plan that is refused has no results."""
    try:
        plan = publish(world)
    except PlivoRefused:
        return []
    return list(apply_plan(world.account, plan))


def test_each_step_is_told_and_the_last_result_is_the_outcome(world: World) -> None:
    prepare(world)
    plan = make_plan(world.account, wanted(), [NUMBER, OTHER])
    results = list(apply_plan(world.account, plan))
    assert [(result.state, result.step) for result in results] == [
        ("done", 0),
        ("done", 1),
        ("done", 2),
        ("finished", None),
    ]
    assert [result.sentence for result in results] == [
        f"Created the Application {NAME}.",
        f"The Application {NAME} answers +{NUMBER} now.",
        f"The Application {NAME} answers +{OTHER} now.",
        "Everything is as planned.",
    ]
    assert results[-1].to_json()["outcome"]["ok"] is True


@pytest.mark.parametrize("kind", TRIED)
@pytest.mark.parametrize("scene", [first, again, without_memory, with_endpoint, back])
def test_one_fault_at_any_request_leaves_the_account_as_before_or_as_planned(
    world: World, scene: Callable[[World], Publish], kind: str
) -> None:
    publish = scene(world)
    start, before = world.save(), world.snapshot()
    world.faults.seen.clear()
    plan = publish(world)
    # While planning, "not found" is a true answer to go by; it is a fault only once the plan stands.
    earliest = len(world.faults.seen) + 1 if kind == "404" else 1
    list(apply_plan(world.account, plan))
    planned = world.snapshot()
    assert planned != before
    for request in range(earliest, len(world.faults.seen) + 1):
        world.restore(start)
        world.faults.add(kind, at=request)
        results = run(world, publish)
        world.faults.clear()
        outcome = results[-1].outcome if results else None
        succeeded = outcome is not None and outcome.ok
        assert world.snapshot() == (planned if succeeded else before), f"{kind} at request {request}"
        assert outcome is None or outcome.left_over == []
        if outcome and not outcome.ok:
            assert outcome.error
            assert "as it was before" in results[-1].sentence
        if kind in HARMLESS:
            assert succeeded


@pytest.mark.parametrize("kind", ["401", "500", "refused", "time-out", "time-out after", "broken json after"])
@pytest.mark.parametrize("scene", [first, again, back])
def test_when_plivo_stays_away_what_could_not_be_put_back_is_told(
    world: World, scene: Callable[[World], Publish], kind: str
) -> None:
    publish = scene(world)
    start, before = world.save(), world.snapshot()
    world.faults.seen.clear()
    run(world, publish)
    for request in range(1, len(world.faults.seen) + 1):
        world.restore(start)
        world.faults.add(kind, at=request, times=10_000)
        results = run(world, publish)
        world.faults.clear()
        if not results:
            assert world.snapshot() == before
            continue
        outcome = results[-1].outcome
        assert outcome is not None
        assert not outcome.ok
        if world.snapshot() != before:
            assert outcome.left_over, f"{kind} from request {request}"
            assert "Put this back in Plivo's console" in results[-1].sentence


@pytest.mark.parametrize("kind", ["401", "500", "time-out after"])
def test_publishing_again_after_any_failure_ends_as_planned_with_nothing_doubled(world: World, kind: str) -> None:
    publish = first(world)
    run(world, publish)
    planned = world.snapshot()
    for request in range(1, 9):
        publish = first(world)
        world.faults.clear()
        world.faults.add(kind, at=request, times=10_000)
        run(world, publish)
        world.faults.clear()
        run(world, publish)
        assert world.snapshot() == planned


def test_a_creation_that_took_effect_unheard_is_found_by_its_name(world: World) -> None:
    publish = first(world)
    world.faults.add("time-out after", method="POST", path="Application/")
    outcome = run(world, publish)[-1].outcome
    assert outcome is not None
    assert outcome.ok
    assert [app["app_name"] for app in world.account.list_applications(NAME)] == [NAME]


def test_a_new_application_stays_while_a_number_that_cannot_be_moved_needs_it(world: World) -> None:
    publish = first(world)
    plan = publish(world)
    world.faults.add("401", at=1, times=10, method="POST", path=f"Number/{OTHER}")
    world.faults.add("401", at=2, times=10, method="POST", path=f"Number/{NUMBER}")
    results = list(apply_plan(world.account, plan))
    assert [result.state for result in results] == [
        "done",
        "done",
        "failed",
        "not put back",
        "not put back",
        "finished",
    ]
    outcome = results[-1].outcome
    assert outcome is not None
    assert [number["number"] for number in outcome.numbers] == [f"+{NUMBER}"]
    assert world.account.get_number(NUMBER).application_id == outcome.app_id
    assert len(outcome.left_over) == 2


def test_a_changed_that_changed_nothing_is_noticed(world: World) -> None:
    """Plivo has answered "changed" to an unlinking that it did not do."""
    publish = first(world)
    plan = publish(world)
    results = apply_plan(world.account, plan)
    next(results)
    document = world.store.sandbox.get("number", NUMBER)
    assert document is not None
    real, world.account.attach_number = world.account.attach_number, lambda number, app_id: None  # type: ignore[method-assign]
    failed = next(results)
    world.account.attach_number = real  # type: ignore[method-assign]
    assert failed.state == "failed"
    assert f"did not move +{NUMBER}" in failed.sentence
    assert [result.state for result in results] == ["put back", "put back", "finished"]


def test_an_apply_that_is_left_early_is_put_back(world: World) -> None:
    publish = first(world)
    before = world.snapshot()
    results = apply_plan(world.account, publish(world))
    next(results)
    next(results)
    assert world.snapshot() != before
    results.close()  # type: ignore[attr-defined]
    assert world.snapshot() == before


def test_an_apply_that_ended_stays(world: World) -> None:
    publish = first(world)
    results = apply_plan(world.account, publish(world))
    assert next(result for result in results if result.outcome).outcome
    planned = world.snapshot()
    results.close()  # type: ignore[attr-defined]
    assert world.snapshot() == planned
