"""`env.NAME`: what a deployment has set is what its calls go by, to their end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow.model import Flow, Node
from flowbuilder.store.deployment_settings import DeploymentSettingsRow
from flowbuilder.web.publishing_steps import Target, prepare, publish, rollback

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

MAIN, OTHER = "+14155550000", "+12025550142"
DESK = Flow(
    "Desk",
    "ask",
    {
        "ask": Node("get_input", {"prompts": [{"speak": "Desk {{ env.desk }}."}], "num_digits": 1}, {"input": "say"}),
        "say": Node("speak", {"text": "Ringing {{ env.desk }}."}, {}, (300, 0)),
    },
)  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="http://localhost")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(DESK).id


def let(parts: Flowbuilder, flow_id: str, deployment: str, **variables: str) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, deployment, variables=variables))
    parts.variables.forget()


def answer_path(parts: Flowbuilder, flow_id: str, deployment: str) -> str:
    row = parts.store.deployments.get(flow_id, deployment)
    assert row is not None
    url: str = parts.account.get_application(row.app_id)["answer_url"]
    return url.removeprefix("http://localhost")


def test_each_deployment_rings_its_own_desk(parts: Flowbuilder, plivo: Any, flow_id: str) -> None:
    let(parts, flow_id, "production", desk="one")
    let(parts, flow_id, "staging", desk="two")
    list(publish(parts, flow_id, Target("production", [MAIN])))
    list(publish(parts, flow_id, Target("staging", [OTHER])))
    for deployment, desk in (("production", "one"), ("staging", "two")):
        answer = plivo.ask(answer_path(parts, flow_id, deployment), CallUUID=deployment)
        assert f"Desk {desk}." in answer.text


def test_a_call_keeps_what_was_set_when_it_came(parts: Flowbuilder, plivo: Any, flow_id: str) -> None:
    let(parts, flow_id, "staging", desk="two")
    list(publish(parts, flow_id, Target("staging", [OTHER])))
    path = answer_path(parts, flow_id, "staging")
    plivo.ask(path, CallUUID="early")
    let(parts, flow_id, "staging", desk="three")
    pressed = plivo.ask(path.partition("?")[0] + "/input?turn=1", CallUUID="early", Digits="1")
    assert "Ringing two." in pressed.text
    assert "Desk three" in plivo.ask(path, CallUUID="late").text


def test_what_is_used_and_not_set_stops_publishing_there_and_nowhere_else(parts: Flowbuilder, flow_id: str) -> None:
    let(parts, flow_id, "production", desk="one")
    let(parts, flow_id, "staging")
    with pytest.raises(EditRefused, match=r"env\.desk, which staging has not set"):
        prepare(parts, flow_id, Target("staging", [OTHER]))
    list(publish(parts, flow_id, Target("production", [MAIN])))
    let(parts, flow_id, "production")
    with pytest.raises(EditRefused, match="production has not set"):
        list(rollback(parts, flow_id, 1))


def test_a_flow_that_the_call_goes_to_has_variables_of_its_own(parts: Flowbuilder, plivo: Any, flow_id: str) -> None:
    front = Flow(
        "Front",
        "hello",
        {
            "hello": Node("speak", {"text": "Front {{ env.desk }}."}, {"next": "on"}),
            "on": Node("go_to_flow", {"flow": "Desk"}, {"returned": "end"}, (300, 0)),
            "end": Node("speak", {"text": "Back at {{ env.desk }}."}, {}, (600, 0)),
        },
    )
    let(parts, flow_id, "production", desk="one")
    list(publish(parts, flow_id, Target("production", [MAIN])))
    front_id = parts.store.flows.create(front).id
    let(parts, front_id, "production", desk="hall")
    list(publish(parts, front_id, Target("production", [OTHER])))
    path = answer_path(parts, front_id, "production")
    assert "Front hall." in plivo.ask(path, CallUUID="through").text
    there = plivo.ask(f"{path.rpartition('/')[0]}/on?turn=1", CallUUID="through")
    assert "Desk one." in there.text
    desk = answer_path(parts, flow_id, "production")
    assert "Ringing one." in plivo.ask(f"{desk}/input?turn=2", CallUUID="through", Digits="1").text
    assert "Back at hall." in plivo.ask(f"{path.rpartition('/')[0]}/on/returned?turn=3", CallUUID="through").text


def test_without_the_variable_a_call_to_an_older_version_goes_on_with_nothing_in_its_place(
    parts: Flowbuilder, plivo: Any, flow_id: str
) -> None:
    let(parts, flow_id, "production", desk="one")
    list(publish(parts, flow_id, Target("production", [MAIN])))
    let(parts, flow_id, "production")
    assert "Desk ." in plivo.ask(answer_path(parts, flow_id, "production"), CallUUID="bare").text
