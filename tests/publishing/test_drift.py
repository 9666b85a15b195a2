"""What has changed in Plivo's console since publishing: found cheaply, told, taken back or accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowbuilder.publishing.apply import Outcome, apply_plan
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.drift import Drift, Facts, accept, accepted_fields, find_drift, find_drifts, take_back
from flowbuilder.publishing.plan import make_plan
from flowbuilder.publishing.rollback import rollback_plan
from tests.publishing.conftest import FLOW, NAME, NUMBER, OTHER, PUBLIC_URL, World, desired_application, wanted

FOREIGN_URL = "https://elsewhere.example.net/ivr"


def applied(world: World, plan: Plan) -> Outcome:
    outcome = list(apply_plan(world.account, plan))[-1].outcome
    assert outcome
    assert outcome.ok
    return outcome


@pytest.fixture
def facts(world: World) -> Facts:
    """Two numbers and an endpoint, live."""
    endpoint, _ = world.account.create_endpoint("desk", "secret-1", "desk")
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER, OTHER], endpoints=[endpoint]))
    world.faults.seen.clear()
    return Facts(str(outcome.app_id), NAME, wanted(), outcome.numbers, outcome.endpoints)


def foreign(world: World) -> str:
    return world.account.create_application({"app_name": "New-IVR", "answer_url": FOREIGN_URL})


def told(drifts: list[Drift]) -> list[tuple[str, str]]:
    return [(drift.kind, drift.sentence) for drift in drifts]


def test_what_stands_as_it_was_published_has_not_drifted(world: World, facts: Facts) -> None:
    assert find_drift(world.account, facts) == []


def test_each_change_in_the_console_is_told(world: World, facts: Facts) -> None:
    endpoint_id, username = facts.endpoints[0]["endpoint_id"], facts.endpoints[0]["username"]
    new = foreign(world)
    world.account.attach_number(NUMBER, new)
    world.account.detach_number(OTHER)
    world.account.attach_endpoint(endpoint_id, new)
    world.account.update_application(facts.app_id, {"answer_url": FOREIGN_URL})
    drifts = find_drift(world.account, facts)
    assert told(drifts) == [
        (
            "field_changed",
            f"answer_url of the Application {NAME} is {FOREIGN_URL} now, "
            f"not {wanted().fields['answer_url']}: somebody has changed it.",
        ),
        ("number_moved", f"+{NUMBER} was moved: the Application New-IVR answers it now."),
        ("number_detached", f"+{OTHER} was detached: nothing answers it now."),
        ("endpoint_moved", f"The SIP endpoint {username} was moved: the Application New-IVR answers it now."),
    ]
    assert drifts[1].to_json() == {
        "kind": "number_moved",
        "subject": f"+{NUMBER}",
        "from": facts.app_id,
        "to": new,
        "sentence": drifts[1].sentence,
    }


def test_what_is_gone_is_told(world: World, facts: Facts) -> None:
    endpoint_id, username = facts.endpoints[0]["endpoint_id"], facts.endpoints[0]["username"]
    world.account.delete_endpoint(endpoint_id)
    world.store.sandbox.delete("number", OTHER)
    assert told(find_drift(world.account, facts)) == [
        ("number_gone", f"+{OTHER} is not in this Plivo account any more."),
        ("endpoint_gone", f"The SIP endpoint {username} is not in this Plivo account any more."),
    ]
    world.account.delete_application(facts.app_id)
    assert [drift.kind for drift in find_drift(world.account, facts)] == ["application_deleted"]


def test_a_setting_that_the_deployment_does_not_state_may_change(world: World, facts: Facts) -> None:
    world.account.update_application(facts.app_id, {"public_uri": True, "message_url": FOREIGN_URL})
    assert find_drift(world.account, facts) == []
    stated = replace(facts, desired=desired_application(FLOW, 1, "welcome", PUBLIC_URL, settings={"public_uri": False}))
    assert [(drift.subject, drift.after) for drift in find_drift(world.account, stated)] == [("public_uri", True)]


def test_a_message_url_of_another_version_of_ours_has_drifted(world: World, facts: Facts) -> None:
    stale = wanted(7, messages=True).fields["message_url"]
    world.account.update_application(facts.app_id, {"message_url": stale})
    assert [(drift.subject, drift.before) for drift in find_drift(world.account, facts)] == [("message_url", "")]


def test_taking_back_sets_all_of_it_up_again(world: World, facts: Facts) -> None:
    before = world.snapshot()
    new = foreign(world)
    world.account.attach_number(NUMBER, new)
    world.account.attach_endpoint(facts.endpoints[0]["endpoint_id"], new)
    world.account.update_application(facts.app_id, {"answer_url": FOREIGN_URL})
    plan = take_back(world.account, facts)
    outcome = applied(world, plan)
    world.account.delete_application(new)
    assert world.snapshot() == before
    # What it was moved to is what it goes back to one day.
    assert {entry["number"]: entry["previous_app_id"] for entry in outcome.numbers} == {
        f"+{NUMBER}": new,
        f"+{OTHER}": None,
    }


def test_a_deleted_application_is_taken_back_as_a_new_one(world: World, facts: Facts) -> None:
    before = world.snapshot()
    world.account.delete_application(facts.app_id)
    outcome = applied(world, take_back(world.account, facts))
    assert outcome.app_id != facts.app_id
    assert world.snapshot() == before


def test_taking_back_leaves_out_a_number_that_is_gone(world: World, facts: Facts) -> None:
    world.store.sandbox.delete("number", OTHER)
    plan = take_back(world.account, facts)
    assert plan.notes == (f"+{OTHER} is not in this Plivo account any more.",)
    assert [entry["number"] for entry in applied(world, plan).numbers] == [f"+{NUMBER}"]


def test_accepting_changes_nothing_in_the_account_and_forgets_what_went_elsewhere(world: World, facts: Facts) -> None:
    world.account.attach_number(NUMBER, foreign(world))
    world.account.update_application(facts.app_id, {"answer_url": FOREIGN_URL})
    drifts = find_drift(world.account, facts)
    plan = accept(world.account.auth_id, facts, drifts)
    assert plan.steps == ()
    assert plan.notes == tuple(drift.sentence for drift in drifts)
    world.requests()
    outcome = applied(world, plan)
    assert world.requests() == []
    assert (outcome.app_id, [entry["number"] for entry in outcome.numbers]) == (facts.app_id, [f"+{OTHER}"])
    later = replace(facts, numbers=outcome.numbers, accepted=accepted_fields(drifts))
    assert find_drift(world.account, later) == []


def test_accepting_that_the_application_is_deleted_leaves_nothing_live(world: World, facts: Facts) -> None:
    world.account.delete_application(facts.app_id)
    outcome = applied(world, accept(world.account.auth_id, facts, find_drift(world.account, facts)))
    assert (outcome.app_id, outcome.numbers, outcome.endpoints) == (None, [], [])


def test_a_rollback_over_something_that_was_changed_is_seen_in_the_drift(world: World, facts: Facts) -> None:
    world.account.detach_number(OTHER)
    plan = rollback_plan(world.account.auth_id, facts.app_id, NAME, wanted(1), wanted(4), facts.numbers)
    outcome = applied(world, plan)
    now = replace(facts, desired=wanted(4), numbers=outcome.numbers)
    assert [drift.kind for drift in find_drift(world.account, now)] == ["number_detached"]


def add_numbers(world: World, count: int) -> list[str]:
    """Rents that many more numbers."""
    world.account.list_numbers()
    pattern = world.store.sandbox.get("number", NUMBER)
    assert pattern
    rented = [f"1646{n:07}" for n in range(count)]
    for digits in rented:
        world.store.sandbox.put("number", digits, {**pattern, "number": digits, "application": None})
    world.faults.seen.clear()
    return rented


@pytest.mark.parametrize(("ours", "most"), [(1, 2), (3, 5), (12, 14), (60, 7)])
def test_few_requests_find_the_drift_of_few_numbers_and_of_many(world: World, ours: int, most: int) -> None:
    rented = add_numbers(world, 92)
    application = world.account.create_application({"app_name": NAME, **wanted().fields})
    for digits in rented[:ours]:
        document = world.store.sandbox.get("number", digits)
        assert document
        world.store.sandbox.put("number", digits, {**document, "application": application})
    world.faults.seen.clear()
    numbers = [{"number": f"+{digits}", "previous_app_id": None} for digits in rented[:ours]]
    facts = Facts(application, NAME, wanted(), numbers)
    assert find_drift(world.account, facts) == []
    assert len(world.faults.seen) <= most
    assert find_drifts(world.account, [facts, replace(facts, numbers=numbers[:1])]) == [[], []]
