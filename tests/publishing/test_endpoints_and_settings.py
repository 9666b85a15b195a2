"""SIP endpoints are attached and given back like numbers; a deployment states what it wants of its Application."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.apply import Outcome, apply_plan
from flowbuilder.publishing.changes import Plan
from flowbuilder.publishing.desired import Desired
from flowbuilder.publishing.plan import make_plan, unpublish_plan
from tests.publishing.conftest import FLOW, NAME, NUMBER, PUBLIC_URL, World, desired_application, wanted

FOREIGN_URL = "https://elsewhere.example.net/ivr"
ACL = "6f2a8a4e-0d7b-4d5e-9f3a-1b2c3d4e5f60"


def applied(world: World, plan: Plan) -> Outcome:
    outcome = list(apply_plan(world.account, plan))[-1].outcome
    assert outcome
    assert outcome.ok, outcome.error
    return outcome


def stating(**settings: Any) -> Desired:
    return desired_application(FLOW, 1, "welcome", PUBLIC_URL, settings=settings)


def test_an_endpoint_is_attached_kept_and_given_back_what_it_had(world: World) -> None:
    old = world.account.create_application({"app_name": "Old-IVR", "answer_url": FOREIGN_URL})
    endpoint, username = world.account.create_endpoint("desk", "secret-1", "desk", old)
    plan = make_plan(world.account, wanted(), [NUMBER], endpoints=[endpoint])
    assert plan.sentences[-1] == (
        f"Attach the SIP endpoint {username} to the Application {NAME}; the Application Old-IVR answers it now."
    )
    outcome = applied(world, plan)
    assert outcome.endpoints == [{"endpoint_id": endpoint, "username": username, "previous_app_id": old}]
    known = {"known_app_id": outcome.app_id, "known_numbers": outcome.numbers, "known_endpoints": outcome.endpoints}
    again = make_plan(world.account, wanted(), [NUMBER], endpoints=[endpoint], **known)  # type: ignore[arg-type]
    assert not again.changes_anything
    assert applied(world, again).endpoints == outcome.endpoints
    without = make_plan(world.account, wanted(), [NUMBER], release_others=True, **known)  # type: ignore[arg-type]
    assert [step.sentence for step in without.steps] == [
        f"Give the SIP endpoint {username} back to the Application Old-IVR; the Application {NAME} answers it now."
    ]
    back = unpublish_plan(world.account, str(outcome.app_id), outcome.numbers, endpoints=outcome.endpoints)
    applied(world, back)
    assert world.account.get_endpoint(endpoint).application_id == old


def test_an_endpoint_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(FlowbuilderError, match="No SIP endpoint 12345 is in this Plivo account"):
        make_plan(world.account, wanted(), [], endpoints=["12345"])


def test_an_application_that_still_answers_an_endpoint_is_not_deleted(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(), [NUMBER]))
    _, username = world.account.create_endpoint("desk", "secret-1", "desk", str(outcome.app_id))
    with pytest.raises(FlowbuilderError, match=f"still answers the SIP endpoint {username}"):
        unpublish_plan(world.account, str(outcome.app_id), outcome.numbers, delete_application=True)


def test_only_what_the_deployment_states_is_compared_and_set(world: World) -> None:
    outcome = applied(world, make_plan(world.account, wanted(), []))
    app_id = str(outcome.app_id)
    world.account.update_application(app_id, {"public_uri": True, "log_incoming_messages": False})
    assert not make_plan(world.account, wanted(), [], app_id).changes_anything
    plan = make_plan(world.account, stating(log_incoming_messages=True, default_endpoint_app=False), [], app_id)
    assert plan.sentences == [f"Change the Application {NAME}: log_incoming_messages from false to true."]
    applied(world, plan)
    app = world.account.get_application(app_id)
    assert (app["log_incoming_messages"], app["public_uri"]) == (True, True)


def test_a_new_application_gets_its_sip_authentication_by_a_request_of_its_own(world: World) -> None:
    plan = make_plan(world.account, stating(sip_auth_type="ip_acl", ip_acl_uuid=ACL, public_uri=True), [])
    app = world.account.get_application(str(applied(world, plan).app_id))
    assert (app["sip_auth_type"], app["ip_acl_uuid"], app["public_uri"]) == ("ip_acl", ACL, True)
    assert not make_plan(world.account, stating(sip_auth_type="ip_acl", ip_acl_uuid=ACL), []).changes_anything
    off = make_plan(world.account, stating(sip_auth_type=""), [])
    assert [change.to_json() for change in off.application.changes] == [
        {"field": "sip_auth_type", "from": "ip_acl", "to": ""}
    ]


def test_the_application_that_loses_the_default_is_named_and_gets_it_back_when_a_step_fails(world: World) -> None:
    old = world.account.create_application(
        {"app_name": "Old-IVR", "answer_url": FOREIGN_URL, "default_number_app": True}
    )
    plan = make_plan(world.account, stating(default_number_app=True), [NUMBER])
    assert "Old-IVR is no longer the account's default_number_app." in plan.sentences[0]
    world.faults.add("401", method="POST", path="Number/")
    failed = list(apply_plan(world.account, plan))[-1].outcome
    assert failed
    assert (failed.ok, failed.left_over) == (False, [])
    assert world.account.get_application(old)["default_app"] is True
    applied(world, plan)
    assert world.account.get_application(old)["default_app"] is False


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"answer_url": "https://x.example.com"}, "'answer_url' is not a setting of an Application. Choose from "),
        ({"public_uri": "yes"}, "public_uri is either true or false, not 'yes'"),
        ({"subaccount": 7}, "subaccount is a text, not '7'"),
        ({"sip_auth_type": "password"}, "sip_auth_type is one of ip_acl, credential, ip_acl_and_credential, or empty"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FlowbuilderError) as refusal:
        desired_application(FLOW, 1, "welcome", PUBLIC_URL, settings=settings)
    assert sentence in str(refusal.value)


def test_a_uuid_that_the_kind_of_authentication_does_not_use_is_not_asked_for() -> None:
    assert "ip_acl_uuid" not in stating(sip_auth_type="credential", ip_acl_uuid=ACL).fields
