"""The publish screen: what stops it, the plan, the run, and what is live afterwards."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.config import Settings
from flowbuilder.errors import FlowbuilderError, PlivoRefused
from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.publishing_steps import Target, prepare, publish, unpublish
from tests.web.pages import end_of_run, read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

MAIN = "+14155550000"
OTHER = "+12025550142"
GREETING = Flow(
    name="Greeting",
    entry="hello",
    nodes={"hello": Node("speak", {"text": "Hello."}, {"next": "end"}), "end": Node("hangup", position=(300, 0))},
)


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(GREETING).id


def plan_of(page: Any) -> str:
    return str(read_page(page).xpath("string(//input[@name='plan']/@value)"))


def answers(parts: Flowbuilder, number: str) -> str | None:
    return parts.account.get_number(number).application_id


def post_publish(browser: Any, flow_id: str, *numbers: str) -> str:
    """Publishes, and gives what the run says at its end."""
    query = "&".join(f"number=%2B{number.lstrip('+')}" for number in numbers)
    plan = plan_of(browser.get(f"/flows/{flow_id}/publish/plan?{query}"))
    data = {"plan": plan, "number": list(numbers)}
    return end_of_run(browser, browser.post(f"/flows/{flow_id}/publish", data=data))


def test_one_click_publishes_to_a_number_of_the_sandbox(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    page = browser.get(f"/flows/{flow_id}/publish")
    assert "the built-in sandbox answers" in page.text
    chosen = read_page(page).xpath("//input[@name='number'][@checked]/@value")
    data = {"plan": plan_of(page), "number": [*chosen]}
    assert "Live: version 1 on" in end_of_run(browser, browser.post(f"/flows/{flow_id}/publish", data=data))
    deployment = parts.store.deployments.get(flow_id)
    assert deployment is not None
    application = parts.account.get_application(deployment.app_id)
    base = f"http://flows.test/v1/flows/{flow_id}/1"
    assert application["answer_url"] == f"{base}/nodes/hello"
    assert application["hangup_url"] == f"{base}/hangup"
    assert application["fallback_answer_url"] == f"{base}/fallback"
    assert answers(parts, chosen[0]) == deployment.app_id
    assert parts.store.versions.get(flow_id, 1).flow == GREETING


def test_the_published_number_can_be_called(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    browser.get("/")
    post_publish(browser, flow_id, MAIN)
    call = parts.switchboard.dial(MAIN, "+12025550123")
    assert [event.data["text"] for event in call.player.events if event.kind == "said"] == ["Hello."]
    row = parts.store.calls.load(call.uuid)
    assert row is not None
    assert row.version == "1"


def test_the_plan_says_what_answers_a_number_now(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    app_id = parts.account.create_application({"app_name": "old-ivr", "answer_url": "http://old.test/"})
    parts.account.attach_number(MAIN, app_id)
    assert "old-ivr answers it" in text_of(browser.get(f"/flows/{flow_id}/publish"))
    plan = text_of(browser.get(f"/flows/{flow_id}/publish/plan?number=%2B14155550000"))
    assert "Make version 1" in plan
    assert "Let this flow answer +1 415 555 0000; the Application old-ivr answers it now." in plan
    assert "answer_url" in plan


def test_publishing_again_changes_only_what_differs(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    browser.get("/")
    post_publish(browser, flow_id, MAIN)
    assert "Everything is as it should be already." in text_of(browser.get(f"/flows/{flow_id}/publish"))
    assert prepare(parts, flow_id).plan.steps == ()
    changed = GREETING.with_node("hello", Node("speak", {"text": "Hi."}, {"next": "end"}))
    parts.store.flows.save(flow_id, 1, changed, "Changed hello")
    prepared = prepare(parts, flow_id)
    assert prepared.version == 2
    changes = prepared.plan.application.changes
    assert {change.field for change in changes} == {"answer_url", "hangup_url", "fallback_answer_url"}
    assert [number.action for number in prepared.plan.numbers] == ["keep"]


def test_a_number_that_is_not_ticked_any_more_goes_back(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    app_id = parts.account.create_application({"app_name": "old-ivr", "answer_url": "http://old.test/"})
    parts.account.attach_number(MAIN, app_id)
    browser.get("/")
    post_publish(browser, flow_id, MAIN, OTHER)
    post_publish(browser, flow_id, OTHER)
    assert answers(parts, MAIN) == app_id
    deployment = parts.store.deployments.get(flow_id)
    assert deployment is not None
    assert [entry["number"] for entry in deployment.numbers] == [OTHER]


def test_errors_stand_first_and_nothing_can_be_published(browser: Any, parts: Flowbuilder) -> None:
    flow_id = parts.store.flows.create(replace(GREETING, entry=None)).id
    page = browser.get(f"/flows/{flow_id}/publish")
    assert "1 error to put right first" in text_of(page)
    assert plan_of(page) == ""
    assert "That did not work" in end_of_run(browser, browser.post(f"/flows/{flow_id}/publish", data={}))
    assert parts.store.versions.list(flow_id) == []


def test_a_plan_that_has_become_old_is_not_done(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    plan = plan_of(browser.get(f"/flows/{flow_id}/publish/plan?number=%2B14155550000"))
    parts.account.attach_number(
        MAIN, parts.account.create_application({"app_name": "new", "answer_url": "http://n.test/"})
    )
    data = {"plan": plan, "number": MAIN}
    browser.get("/")
    told = end_of_run(browser, browser.post(f"/flows/{flow_id}/publish", data=data))
    assert "has changed since this plan was shown" in told
    assert parts.store.versions.list(flow_id) == []


def test_a_step_that_fails_is_told_and_all_is_put_back(
    browser: Any, parts: Flowbuilder, flow_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PlivoRefused("Plivo is closed today.", 400)

    browser.get("/")
    monkeypatch.setattr(parts.account, "attach_number", refuse)
    told = post_publish(browser, flow_id, MAIN)
    assert "Created the Application" in told
    assert "Plivo is closed today." in told
    assert "was deleted again" in told
    assert parts.account.list_applications() == []
    assert parts.store.deployments.get(flow_id) is None
    assert "Look at the plan again" in told


def test_a_run_can_be_looked_at_again_and_only_under_its_flow(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    plan = plan_of(browser.get(f"/flows/{flow_id}/publish/plan?number=%2B14155550000"))
    browser.get("/")
    answer = browser.post(f"/flows/{flow_id}/publish", data={"plan": plan, "number": MAIN})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert "Live: version 1" in text_of(browser.get(address))
    other = parts.store.flows.create(GREETING).id
    assert browser.get(address.replace(flow_id, other)).status_code == 404


def test_unpublishing_says_what_goes_where_and_gives_it_back(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    browser.get("/")
    post_publish(browser, flow_id, MAIN)
    assert "+1 415 555 0000: nothing answers it then." in text_of(browser.get(f"/flows/{flow_id}/unpublish"))
    assert "Not live any more." in end_of_run(browser, browser.post(f"/flows/{flow_id}/unpublish"))
    assert answers(parts, MAIN) is None
    assert parts.store.deployments.list() == []
    assert browser.get(f"/flows/{flow_id}/unpublish").status_code == 404


def test_a_number_taken_from_another_flow_leaves_its_record_and_comes_back(parts: Flowbuilder, flow_id: str) -> None:
    other = parts.store.flows.create(replace(GREETING, name="Other")).id
    for one in (flow_id, other):
        assert list(publish(parts, one, Target(numbers=[MAIN])))[-1].ok
    held = {row.flow_id: [entry["number"] for entry in row.numbers] for row in parts.store.deployments.list()}
    assert held == {flow_id: [], other: [MAIN]}
    assert list(unpublish(parts, other))[-1].ok
    held = {row.flow_id: [entry["number"] for entry in row.numbers] for row in parts.store.deployments.list()}
    assert held == {flow_id: [MAIN]}


def test_a_number_that_is_not_there_is_refused_before_anything_is_made(parts: Flowbuilder, flow_id: str) -> None:
    with pytest.raises(FlowbuilderError, match=re.escape("+19995550000")):
        list(publish(parts, flow_id, Target(numbers=["+19995550000"])))
    assert parts.store.versions.list(flow_id) == []
    assert parts.account.list_applications() == []


class TestWithoutAPublicUrl:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings("sqlite:///:memory:", secret_key="for tests")

    def test_the_page_says_what_to_set(self, browser: Any, parts: Flowbuilder) -> None:
        flow_id = parts.store.flows.create(GREETING).id
        page = browser.get(f"/flows/{flow_id}/publish")
        assert "FLOWBUILDER_PUBLIC_URL" in page.text
        assert plan_of(page) == ""


class TestWithPlivosAccount:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(
            "sqlite:///:memory:",
            public_url="http://localhost:8000",
            plivo_auth_id="MAXXXXXXXXXXXXXXXXXX",
            plivo_auth_token="secret-token",
            plivo_api_url="http://127.0.0.1:9",
            secret_key="for tests",
        )

    def test_what_plivo_does_not_answer_is_a_sentence_and_no_token_is_shown(
        self, browser: Any, parts: Flowbuilder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(parts.account, "_sleep", lambda seconds: None)
        flow_id = parts.store.flows.create(GREETING).id
        page = browser.get(f"/flows/{flow_id}/publish")
        assert page.status_code == 200
        assert "Plivo cannot reach localhost" in page.text
        assert "No connection to 127.0.0.1:9" in page.text
        assert "secret-token" not in page.text
