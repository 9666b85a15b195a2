"""Old versions are removed when nothing needs them: no deployment, no call, no Application, no other flow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from flowbuilder.errors import EditRefused, FlowbuilderError
from flowbuilder.flow.model import Flow, Node
from flowbuilder.store.deployment_settings import DeploymentSettingsRow
from flowbuilder.web.pruning import kept_because, prune
from flowbuilder.web.publishing_steps import Target, publish, rollback, unpublish
from tests.flow.clinic import clinic
from tests.web.pages import read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder
    from tests.web.conftest import Plivo

MAIN, OTHER = "+14155550000", "+12025550142"
URL = "https://flows.example.com"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url=URL)


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    """Five versions, the last of them live."""
    flow_id = parts.store.flows.create(clinic()).id
    for number in range(1, 6):
        list(publish(parts, flow_id, Target(numbers=[MAIN])))
        if number < 5:
            flow = parts.store.flows.load(flow_id)
            changed = replace(flow.nodes["welcome"], settings={"text": f"Greeting {number}."})
            row = parts.store.flows.get(flow_id)
            parts.store.flows.save(flow_id, row.revision, flow.with_node("welcome", changed), "Edited")
    return flow_id


def numbers(parts: Flowbuilder, flow_id: str) -> list[int]:
    return [one.number for one in parts.store.versions.list(flow_id)]


def kept(parts: Flowbuilder, flow_id: str) -> dict[int, list[str]]:
    return kept_because(parts, parts.store.flows.get(flow_id))


def test_an_operator_removes_what_nothing_needs(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    browser.post("/settings/name", data={"name": "Ada"})
    page = browser.get(f"/flows/{flow_id}/versions/remove")
    assert read_page(page).xpath("//input[@name='version']/@value") == ["4", "3", "2", "1"]
    assert "Version 5: it is live on production (+1 415 555 0000) and it is the newest." in text_of(page)
    assert browser.post(f"/flows/{flow_id}/versions/remove", data={"version": ["1", "3"]}).status_code == 303
    assert numbers(parts, flow_id) == [5, 4, 2]
    told = text_of(browser.get(f"/flows/{flow_id}/versions"))
    assert "Removed versions 1 and 3." in told
    assert "2 versions were removed: 1, 3." in told
    gone = browser.get(f"/flows/{flow_id}/versions/3")
    assert gone.status_code == 404
    assert "Version 3 was removed, as nothing needed it any more." in text_of(gone)
    assert "Ada · Removed versions 1 and 3." in text_of(browser.get(f"/flows/{flow_id}/record"))


def test_what_is_live_stays_wherever_it_is_live(parts: Flowbuilder, flow_id: str) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging"))
    list(publish(parts, flow_id, Target("staging", [OTHER], version=2)))
    list(rollback(parts, flow_id, 3))
    assert kept(parts, flow_id) == {
        2: ["it is live on staging (+1 202 555 0142)"],
        3: ["it is live on production (+1 415 555 0000)"],
        5: ["it is the newest"],
    }
    for number in (2, 3, 5):
        with pytest.raises(EditRefused, match=f"Version {number} stays: it is"):
            prune(parts, flow_id, [1, number])
    assert numbers(parts, flow_id) == [5, 4, 3, 2, 1]
    assert prune(parts, flow_id, [1, 4]) == [1, 4]


def test_a_call_in_progress_keeps_its_version(parts: Flowbuilder, plivo: Plivo, flow_id: str) -> None:
    plivo.origin = URL
    list(rollback(parts, flow_id, 2))
    app_id = str(parts.store.deployments.get(flow_id).app_id)  # type: ignore[union-attr]
    answer_url = parts.account.get_application(app_id)["answer_url"]
    assert plivo.ask(answer_url, CallUUID="call-of-2").status_code == 200
    list(rollback(parts, flow_id, 5))
    assert kept(parts, flow_id)[2] == ["a call in progress is in it"]
    hangup = answer_url.partition("/nodes/")[0] + "/hangup"
    plivo.ask(hangup, CallUUID="call-of-2", CallStatus="completed", Event="Hangup")
    assert 2 not in kept(parts, flow_id)


def test_an_application_that_names_a_version_keeps_it(parts: Flowbuilder, flow_id: str) -> None:
    parts.account.create_application(
        {"app_name": "By-hand", "answer_url": "https://x.example", "hangup_url": f"{URL}/v1/flows/{flow_id}/4/hangup"}
    )
    parts.account.create_application({"app_name": "Of-another", "answer_url": f"{URL}/v1/flows/{flow_id}x/1/nodes/a"})
    list(rollback(parts, flow_id, 3))
    list(unpublish(parts, flow_id))
    assert kept(parts, flow_id) == {
        3: [f"the Application flowbuilder-{flow_id} of Sandbox names it"],
        4: ["the Application By-hand of Sandbox names it"],
        5: ["it is the newest"],
    }


def test_nothing_is_removed_while_an_account_cannot_be_read(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("no way", request=request)

    parts.account._client.event_hooks = {"request": [refuse]}
    with pytest.raises(FlowbuilderError, match="an Application of Sandbox needs a version cannot be read"):
        prune(parts, flow_id, [1])
    page = browser.get(f"/flows/{flow_id}/versions/remove")
    assert "Nothing can be removed now" in text_of(page)
    assert read_page(page).xpath("//input[@name='version']") == []
    assert numbers(parts, flow_id) == [5, 4, 3, 2, 1]


def test_what_other_flows_go_on_in_stays_also_while_nothing_is_live(parts: Flowbuilder, flow_id: str) -> None:
    name = parts.store.flows.get(flow_id).name
    end = Node("hangup", position=(300, 0))
    leads = Flow("Front desk", "on", {"on": Node("go_to_flow", {"flow": name}, {"next": "end"}), "end": end})
    parts.store.flows.create(leads)
    list(rollback(parts, flow_id, 1))
    assert kept(parts, flow_id)[5] == ["it is the newest, and “Front desk” goes on in this flow"]


def test_what_is_asked_for_oddly_or_in_the_midst_of_publishing_is_refused(
    browser: Any, parts: Flowbuilder, flow_id: str
) -> None:
    browser.get("/")
    address = f"/flows/{flow_id}/versions/remove"
    assert "Choose the versions to remove." in text_of(browser.post(address))
    refused = browser.post(address, data={"version": ["5", "1"]})
    assert refused.status_code == 422
    assert read_page(refused).xpath("//input[@checked]/@value") == ["1"]
    assert "Nothing was removed" in text_of(browser.post(address, data={"version": "9"}))
    parts.store.publish_runs.begin(flow_id, "production", "rollback", parts.account.auth_id, 2, {})
    assert "being published right now" in text_of(browser.post(address, data={"version": "1"}))
    assert kept(parts, flow_id)[2] == ["it is being put on production"]
    assert numbers(parts, flow_id) == [5, 4, 3, 2, 1]


def test_the_next_version_after_a_removal_has_a_new_number(parts: Flowbuilder, flow_id: str) -> None:
    assert prune(parts, flow_id, [1, 2, 3, 4]) == [1, 2, 3, 4]
    row = parts.store.flows.get(flow_id)
    parts.store.flows.save(flow_id, row.revision, clinic(), "Back to the beginning")
    end = list(publish(parts, flow_id))[-1]
    assert (end.ok, end.version) == (True, 6)
