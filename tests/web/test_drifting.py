"""What somebody changes in the account after publishing is found, shown on the flow's card, taken back or accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.errors import EditRefused, NotFound, PlivoRefused
from flowbuilder.store.deployment_settings import DeploymentSettingsRow
from flowbuilder.web.drifting import Watch, accept_all, look, look_everywhere, take_all_back
from flowbuilder.web.publishing_steps import Target, publish, rollback, unpublish
from tests.flow.clinic import clinic
from tests.web.pages import end_of_run, text_of

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

MAIN, OTHER = "+14155550000", "+12025550142"
ELSEWHERE = "https://elsewhere.example.com/answer"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://flows.example.com")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    flow_id = parts.store.flows.create(clinic()).id
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, application={"log_incoming_messages": True}))
    assert list(publish(parts, flow_id, Target(numbers=[MAIN, OTHER])))[-1].ok
    return flow_id


def live(parts: Flowbuilder, flow_id: str) -> Any:
    return parts.store.deployments.get(flow_id)


def drift_by_hand(parts: Flowbuilder, flow_id: str) -> None:
    """What a colleague does in Plivo's console: takes one number away, and points the Application elsewhere."""
    shop = parts.account.create_application({"app_name": "shop", "answer_url": ELSEWHERE})
    parts.account.attach_number(MAIN, shop)
    app_id = live(parts, flow_id).app_id
    parts.account.update_application(app_id, {"answer_url": ELSEWHERE, "log_incoming_messages": False})


def test_an_account_that_is_as_published_has_no_drift(parts: Flowbuilder, flow_id: str) -> None:
    found = look(parts, flow_id, "production")
    assert (found.drifts, found.looked_at) == ([], parts.clock())
    rollback_end = list(rollback(parts, flow_id, 1))[-1]
    assert rollback_end.ok
    assert look(parts, flow_id, "production").drifts == []


def test_what_was_changed_stands_on_the_card_and_on_the_publish_page(
    parts: Flowbuilder, browser: Any, flow_id: str
) -> None:
    drift_by_hand(parts, flow_id)
    look_everywhere(parts)
    kinds = {drift.kind for drift in parts.drifts.get(flow_id, "production").drifts}
    assert kinds == {"number_moved", "field_changed"}
    assert "Changed in the account" in text_of(browser.get("/"))
    assert "Take it back, or accept it" in text_of(browser.get(f"/flows/{flow_id}/publish"))
    said = text_of(browser.get(f"/flows/{flow_id}/drift"))
    assert "+1 415 555 0000 was moved: the Application shop answers it now." in said


def test_taken_back_everything_is_as_it_was_published(parts: Flowbuilder, flow_id: str) -> None:
    drift_by_hand(parts, flow_id)
    assert list(take_all_back(parts, flow_id, "production", "Ada"))[-1].ok
    assert look(parts, flow_id, "production").drifts == []
    assert parts.account.get_number(MAIN).application_id == live(parts, flow_id).app_id
    assert {entry["number"] for entry in live(parts, flow_id).numbers} == {MAIN, OTHER}


def test_what_could_not_be_taken_back_is_still_told_of(
    parts: Flowbuilder, flow_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift_by_hand(parts, flow_id)
    look_everywhere(parts)

    def refuse(*_: object) -> None:
        raise PlivoRefused("Plivo is closed today.", 400)

    monkeypatch.setattr(parts.account, "attach_number", refuse)
    assert list(take_all_back(parts, flow_id, "production"))[-1].ok is False
    assert parts.drifts.of_flow(flow_id)


def test_an_application_that_was_deleted_is_made_again(parts: Flowbuilder, flow_id: str) -> None:
    gone = live(parts, flow_id).app_id
    parts.account.delete_application(gone)
    assert [drift.kind for drift in look(parts, flow_id, "production").drifts] == ["application_deleted"]
    assert list(take_all_back(parts, flow_id, "production"))[-1].ok
    assert live(parts, flow_id).app_id != gone
    assert parts.account.get_number(MAIN).application_id == live(parts, flow_id).app_id


def test_accepted_the_account_stays_as_it_is_and_is_not_told_of_again(parts: Flowbuilder, flow_id: str) -> None:
    drift_by_hand(parts, flow_id)
    accept_all(parts, flow_id, "production")
    assert look(parts, flow_id, "production").drifts == []
    assert [entry["number"] for entry in live(parts, flow_id).numbers] == [OTHER]
    settings = parts.store.deployment_settings.get(flow_id)
    assert settings is not None
    assert settings.application == {"log_incoming_messages": False}
    assert parts.account.get_application(live(parts, flow_id).app_id)["answer_url"] == ELSEWHERE
    # The next publishing fills in our addresses again, and leaves the accepted setting.
    assert list(publish(parts, flow_id))[-1].ok
    found = parts.account.get_application(live(parts, flow_id).app_id)
    assert (found["answer_url"] == ELSEWHERE, found["log_incoming_messages"]) == (False, False)


def test_with_an_accepted_deletion_the_flow_is_not_live_any_more(parts: Flowbuilder, flow_id: str) -> None:
    parts.account.delete_application(live(parts, flow_id).app_id)
    accept_all(parts, flow_id, "production")
    assert live(parts, flow_id) is None


def test_there_is_nothing_to_accept_and_nothing_to_look_at(parts: Flowbuilder, flow_id: str) -> None:
    with pytest.raises(EditRefused, match="nothing to accept"):
        accept_all(parts, flow_id, "production")
    list(unpublish(parts, flow_id))
    with pytest.raises(NotFound, match="not published"):
        look(parts, flow_id, "production")


def test_the_page_takes_back_and_accepts(parts: Flowbuilder, browser: Any, flow_id: str) -> None:
    drift_by_hand(parts, flow_id)
    started = browser.post(f"/flows/{flow_id}/drift/take-back")
    assert "Done" in end_of_run(browser, started)
    parts.account.detach_number(MAIN)
    answer = browser.post(f"/flows/{flow_id}/drift/accept", follow_redirects=True)
    assert "1 change accepted" in text_of(answer)
    assert "account is as it was published" in text_of(browser.get(f"/flows/{flow_id}/drift"))


def test_an_account_that_cannot_be_read_now_keeps_what_was_known(parts: Flowbuilder, flow_id: str) -> None:
    drift_by_hand(parts, flow_id)
    look_everywhere(parts)
    parts.store.deployments.put(replace(live(parts, flow_id), account="MA" + "X" * 18))
    look_everywhere(parts)
    found = parts.drifts.get(flow_id, "production")
    assert len(found.drifts) == 3
    assert "is not here" in found.refusal


def test_the_watch_looks_as_soon_as_it_is_started_and_ends_when_told(parts: Flowbuilder, flow_id: str) -> None:
    drift_by_hand(parts, flow_id)
    watch = Watch(parts, seconds=60)
    watch.stop()
    thread = watch.start()
    thread.join(20)
    assert not thread.is_alive()
    assert parts.drifts.of_flow(flow_id)
