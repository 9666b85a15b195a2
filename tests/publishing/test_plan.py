"""What a plan says for every state of the account, and how few requests it takes."""

from __future__ import annotations

import json

import pytest

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.apply import Outcome, apply_plan
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from tests.publishing.conftest import MUTE, NAME, NUMBER, OTHER, PUBLIC_URL, World, wanted

FOREIGN_URL = "https://elsewhere.example.net/ivr"


def applied(world: World, plan: Plan) -> Outcome:
    outcome = list(apply_plan(world.account, plan))[-1].outcome
    assert outcome is not None
    return outcome


def foreign(world: World, *numbers: str, name: str = "Old-IVR") -> str:
    app_id = world.account.create_application({"app_name": name, "answer_url": FOREIGN_URL})
    for number in numbers:
        world.account.attach_number(number, app_id)
    world.faults.seen.clear()
    return app_id


def test_a_first_plan_creates_the_application_and_attaches_the_number(world: World) -> None:
    plan = make_plan(world.account, wanted(), [f"+{NUMBER}"])
    assert plan.sentences == [
        f"Create the Application {NAME}.",
        f"Attach +{NUMBER} to the Application {NAME}; nothing answers it now.",
    ]
    assert plan.changes_anything
    told = plan.to_json()
    assert told["application"]["action"] == "create"
    assert {
        "field": "answer_url",
        "from": None,
        "to": f"{PUBLIC_URL}/v1/flows/clinic-main-line-k3x9qa/1/nodes/welcome",
    } in (told["application"]["changes"])
    assert told["numbers"][0]["from"] == {"app_id": None, "name": None}
    assert told["numbers"][0]["to"] == {"app_id": None, "name": NAME}
    json.dumps(told)


def test_a_plan_only_reads(world: World) -> None:
    foreign(world, NUMBER)
    before = world.snapshot()
    make_plan(world.account, wanted(), [NUMBER, OTHER])
    assert world.snapshot() == before
    assert {method for method, _ in world.requests()} == {"GET"}


def test_a_first_publish_takes_five_requests_and_a_changed_flow_three(world: World) -> None:
    foreign(world, NUMBER)
    outcome = applied(world, make_plan(world.account, wanted(1), [NUMBER]))
    assert world.requests() == [
        ("GET", "Application"),
        ("GET", "Number"),
        ("POST", "Application"),
        ("POST", "Number"),
        ("GET", "Number"),
    ]
    applied(world, make_plan(world.account, wanted(2), [NUMBER], outcome.app_id, outcome.numbers))
    assert world.requests() == [("GET", "Application"), ("GET", "Number"), ("POST", "Application")]


def test_publishing_the_same_again_changes_nothing(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER]))
    plan = make_plan(world.account, wanted(), [NUMBER], outcome.app_id, outcome.numbers)
    assert not plan.changes_anything
    assert plan.steps == ()
    assert plan.sentences == [
        f"Leave the Application {NAME} as it is.",
        f"Leave +{NUMBER} attached to the Application {NAME}.",
    ]
    world.requests()
    again = applied(world, plan)
    assert (again.ok, again.app_id, again.numbers) == (True, outcome.app_id, outcome.numbers)
    assert world.requests() == []


def test_a_new_version_changes_only_the_urls_that_differ(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(1), [NUMBER]))
    plan = make_plan(world.account, wanted(2), [NUMBER], outcome.app_id)
    assert [change.field for change in plan.application.changes] == ["answer_url", "hangup_url", "fallback_answer_url"]
    assert f"answer_url from {PUBLIC_URL}/v1/flows/clinic-main-line-k3x9qa/1/" in plan.sentences[0]
    assert len(plan.steps) == 1


def test_what_somebody_set_in_the_console_is_kept(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(1), [NUMBER]))
    theirs = {
        "message_url": FOREIGN_URL,
        "default_number_app": True,
        "log_incoming_messages": False,
        "public_uri": True,
    }
    world.account.update_application(str(outcome.app_id), theirs)
    applied(world, make_plan(world.account, wanted(2), [NUMBER], outcome.app_id))
    app = world.account.get_application(str(outcome.app_id))
    assert (app["message_url"], app["default_app"], app["log_incoming_messages"]) == (FOREIGN_URL, True, False)
    assert app["public_uri"] is True


def test_a_message_url_of_an_earlier_version_goes_with_it(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(1, messages=True), [NUMBER]))
    assert world.account.get_application(str(outcome.app_id))["message_url"].endswith("/1/message")
    plan = make_plan(world.account, wanted(2), [NUMBER], outcome.app_id)
    assert "message_url from " in plan.sentences[0]
    assert applied(world, plan).ok
    assert world.account.get_application(str(outcome.app_id))["message_url"] == ""


def test_a_plan_names_the_foreign_application_that_a_number_is_taken_from(world: World) -> None:
    app_id = foreign(world, NUMBER)
    plan = make_plan(world.account, wanted(), [NUMBER])
    assert plan.sentences[1] == f"Attach +{NUMBER} to the Application {NAME}; the Application Old-IVR answers it now."
    assert applied(world, plan).numbers == [{"number": f"+{NUMBER}", "previous_app_id": app_id}]


def test_in_a_large_account_the_application_is_found_by_its_name(world: World) -> None:
    app_id = foreign(world, NUMBER)
    for n in range(25):
        world.account.create_application({"app_name": f"other-{n}", "answer_url": FOREIGN_URL})
    ours = world.account.create_application({"app_name": NAME, "answer_url": FOREIGN_URL})
    longer = world.account.create_application({"app_name": NAME + "-2", "answer_url": FOREIGN_URL})
    plan = make_plan(world.account, wanted(), [NUMBER])
    assert (plan.application.action, plan.application.app_id) == ("change", ours)
    assert longer != ours
    assert plan.numbers[0].before.name == "Old-IVR"
    assert plan.numbers[0].previous_app_id == app_id


def test_of_two_applications_of_our_name_the_one_that_answers_is_ours(world: World) -> None:
    first, second = (world.account.create_application({"app_name": NAME, "answer_url": FOREIGN_URL}) for _ in range(2))
    for app_id in (first, second):
        world.account.attach_number(NUMBER, app_id)
        assert make_plan(world.account, wanted(), [NUMBER]).application.app_id == app_id


def test_an_application_deleted_in_the_console_is_made_again(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER]))
    world.account.delete_application(str(outcome.app_id))
    plan = make_plan(world.account, wanted(), [NUMBER], outcome.app_id, outcome.numbers)
    assert [step.action for step in plan.steps] == ["create", "attach"]


def test_a_number_that_is_missing_or_mute_is_refused_by_name(world: World) -> None:
    with pytest.raises(FlowbuilderError, match=r"\+19995550000 is not in this Plivo account"):
        make_plan(world.account, wanted(), [NUMBER, "+19995550000"])
    with pytest.raises(FlowbuilderError, match=rf"\+{MUTE} cannot take calls"):
        make_plan(world.account, wanted(), [MUTE])
    with pytest.raises(FlowbuilderError, match="not a phone number"):
        make_plan(world.account, wanted(), ["front desk"])


def test_a_number_named_twice_is_one_number(world: World) -> None:
    assert len(make_plan(world.account, wanted(), [NUMBER, "+1 415 555 0000"]).numbers) == 1


def test_a_plan_without_numbers_makes_the_application(world: World) -> None:
    assert [step.action for step in make_plan(world.account, wanted(), []).steps] == ["create"]


def test_numbers_left_out_can_go_back_to_what_they_had(world: World) -> None:
    app_id = foreign(world, NUMBER)
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER]))
    stays = make_plan(world.account, wanted(), [OTHER], outcome.app_id, outcome.numbers)
    assert [number.number for number in stays.numbers] == [OTHER]
    plan = make_plan(world.account, wanted(), [OTHER], outcome.app_id, outcome.numbers, release_others=True)
    assert plan.sentences[-1] == (
        f"Give +{NUMBER} back to the Application Old-IVR; the Application {NAME} answers it now."
    )
    assert applied(world, plan).numbers == [{"number": f"+{OTHER}", "previous_app_id": None}]
    assert world.account.get_number(NUMBER).application_id == app_id


def test_two_plans_have_one_fingerprint_only_if_they_say_the_same(world: World) -> None:
    first = make_plan(world.account, wanted(), [NUMBER]).fingerprint
    assert make_plan(world.account, wanted(), [NUMBER]).fingerprint == first
    foreign(world, NUMBER)
    assert make_plan(world.account, wanted(), [NUMBER]).fingerprint != first


def test_unpublishing_gives_each_number_what_it_had(world: World) -> None:
    foreign(world, NUMBER)
    before = world.snapshot()["numbers"]
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER, OTHER]))
    plan = unpublish_plan(world.account, str(outcome.app_id), outcome.numbers)
    assert plan.sentences == [
        f"Leave the Application {NAME} as it is.",
        f"Give +{NUMBER} back to the Application Old-IVR; the Application {NAME} answers it now.",
        f"Detach +{OTHER} from the Application {NAME}; nothing answers it then.",
    ]
    gone = applied(world, plan)
    assert (gone.ok, gone.app_id, gone.numbers) == (True, outcome.app_id, [])
    assert world.snapshot()["numbers"] == before


def test_unpublishing_leaves_what_others_moved_and_tells_what_is_gone(world: World) -> None:
    old = foreign(world, NUMBER)
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER, OTHER]))
    new = foreign(world, OTHER, name="New-IVR")
    world.account.delete_application(old)
    gone = [*outcome.numbers, {"number": "+19995550000", "previous_app_id": None}]
    plan = unpublish_plan(world.account, str(outcome.app_id), gone)
    assert plan.notes == (
        f"The Application that answered +{NUMBER} before is gone, so nothing will.",
        f"+{OTHER} was moved elsewhere and stays there: the Application New-IVR answers it.",
        "+19995550000 is not in this Plivo account any more.",
    )
    assert applied(world, plan).ok
    assert world.account.get_number(NUMBER).application_id is None
    assert world.account.get_number(OTHER).application_id == new


def test_unpublishing_can_delete_the_application_but_not_under_another_number(world: World) -> None:
    before = world.snapshot()["applications"]
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER]))
    app_id = str(outcome.app_id)
    world.account.attach_number(OTHER, app_id)
    with pytest.raises(FlowbuilderError, match=rf"still answers \+{OTHER}"):
        unpublish_plan(world.account, app_id, outcome.numbers, delete_application=True)
    world.account.detach_number(OTHER)
    gone = applied(world, unpublish_plan(world.account, app_id, outcome.numbers, delete_application=True))
    assert (gone.ok, gone.app_id) == (True, None)
    assert world.snapshot()["applications"] == before


def test_unpublishing_a_deleted_application_has_nothing_to_do(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER]))
    world.account.delete_application(str(outcome.app_id))
    plan = unpublish_plan(world.account, str(outcome.app_id), outcome.numbers, delete_application=True)
    assert not plan.changes_anything
