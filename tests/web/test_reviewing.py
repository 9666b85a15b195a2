"""The second person on the publish page: switched on, asked, decided; what was approved goes live, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.store import DeploymentSettingsRow
from flowbuilder.web.publishing_steps import Target, publish
from tests.flow.clinic import clinic
from tests.web.pages import end_of_run, read_page, text_of

if TYPE_CHECKING:
    from flask import Flask

    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

MAIN = "+14155550000"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://flows.example.com")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(clinic()).id


def person(app: Flask, name: str) -> Any:
    client: Any = app.test_client()
    client.log_in()
    client.get("/")
    client.post("/settings/name", data={"name": name})
    return client


@pytest.fixture
def ada(app: Flask) -> Any:
    return person(app, "Ada")


@pytest.fixture
def grace(app: Flask) -> Any:
    return person(app, "Grace")


def edit(parts: Flowbuilder, flow_id: str, text: str) -> int:
    row, flow = parts.store.flows.get(flow_id), parts.store.flows.load(flow_id)
    changed = flow.with_node("welcome", replace(flow.nodes["welcome"], settings={"text": text}))
    return parts.store.flows.save(flow_id, row.revision, changed, "Edited")


def told(who: Any, flow_id: str) -> str:
    return text_of(who.get(f"/flows/{flow_id}/publish"))


def published(who: Any, flow_id: str) -> str:
    """What comes of pressing Publish on the page as it is."""
    page = read_page(who.get(f"/flows/{flow_id}/publish"))
    (form,) = [form for form in page.forms if form.get("id") == "publish"]
    return end_of_run(who, who.post(f"/flows/{flow_id}/publish", data=dict(form.form_values())))


def test_two_persons_bring_a_flow_live(parts: Flowbuilder, ada: Any, grace: Any, flow_id: str) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    revision = edit(parts, flow_id, "Good day.")
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    assert "A second person has to approve" in told(ada, flow_id)
    assert "Once a second person has approved the drawing, the plan stands here." in told(ada, flow_id)

    asked = ada.post(f"/flows/{flow_id}/review/ask", data={"note": "A better greeting"})
    assert asked.headers["Location"] == f"/flows/{flow_id}/publish"
    assert "Somebody else decides, on this page" in told(ada, flow_id)
    assert read_page(ada.get(f"/flows/{flow_id}/publish")).xpath("//button[@name='decision']") == []

    page = read_page(grace.get(f"/flows/{flow_id}/publish"))
    assert "Ada asked" in page.text_content()
    assert "“A better greeting”" in page.text_content()
    (news,) = page.xpath("//section[contains(@class, 'gate')]//a[.='See what is new in it']/@href")
    assert news == f"/flows/{flow_id}/diff?from=1&to=r{revision}"
    compared = text_of(grace.get(news))
    assert f"1 change from version 1 to revision {revision}" in compared
    edit(parts, flow_id, "Slipped in while Grace was reading.")
    assert f"The review is of revision {revision} alone." in told(grace, flow_id)
    decision = {"revision": str(revision), "decision": "approve", "note": "Nice"}
    assert grace.post(f"/flows/{flow_id}/review/decide", data=decision).status_code == 303

    shown = told(ada, flow_id)
    assert f"Grace approved revision {revision}" in shown
    assert "The drawing has moved on since: 1 change. It does not go live before somebody approves it, too." in shown
    assert f"from revision {revision}, as it was approved" in shown
    assert "“Welcome.” → “Good day.”" in shown
    assert "Live: version 2 on +1 415 555 0000" in published(ada, flow_id)
    assert parts.store.versions.get(flow_id, 2).flow.nodes["welcome"].settings["text"] == "Good day."
    assert "Version 2 is what was approved; no new one is needed." in told(ada, flow_id)


def test_who_asked_does_not_decide_and_no_note_is_lost(ada: Any, flow_id: str) -> None:
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    ada.post(f"/flows/{flow_id}/review/ask")
    answer = ada.post(
        f"/flows/{flow_id}/review/decide", data={"revision": "1", "decision": "approve", "note": "I like it"}
    )
    assert answer.status_code == 422
    assert "Ada asked for this review, so somebody else decides." in text_of(answer)
    assert "Waiting for a second person" in text_of(answer)


def test_what_was_typed_survives_a_refusal(parts: Flowbuilder, app: Flask, ada: Any, grace: Any, flow_id: str) -> None:
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    ada.post(f"/flows/{flow_id}/review/ask")
    answer = grace.post(f"/flows/{flow_id}/review/decide", data={"revision": "1", "note": "Where is the goodbye?"})
    assert answer.status_code == 422
    assert read_page(answer).xpath("string(//input[@id='decide-note']/@value)") == "Where is the goodbye?"
    nobody = person(app, "")
    assert "say who you are" in told(nobody, flow_id)
    refused = nobody.post(f"/flows/{flow_id}/review/decide", data={"revision": "1", "decision": "approve"})
    assert "Say who you are on the settings page first" in text_of(refused)
    assert parts.store.reviews.get(flow_id, 1).state == "asked"  # type: ignore[union-attr]


def test_what_was_declined_does_not_go_live(parts: Flowbuilder, ada: Any, grace: Any, flow_id: str) -> None:
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    ada.post(f"/flows/{flow_id}/review/ask")
    data = {"revision": "1", "decision": "decline", "note": "Too long"}
    grace.post(f"/flows/{flow_id}/review/decide", data=data)
    assert "Grace declined revision 1 just now: “Too long”. Change the drawing, then ask again." in told(ada, flow_id)
    assert "goes live only after a second person has approved it" in published(ada, flow_id)
    assert parts.store.versions.list(flow_id) == []


def test_asking_anew_and_asking_no_more_leave_one_review_waiting_at_most(
    parts: Flowbuilder, ada: Any, grace: Any, flow_id: str
) -> None:
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    ada.post(f"/flows/{flow_id}/review/ask", data={"note": "One"})
    second = edit(parts, flow_id, "Good day.")
    ada.post(f"/flows/{flow_id}/review/ask", data={"note": "Two"})
    assert [(one.revision, one.state) for one in parts.store.reviews.list(flow_id)] == [(second, "asked")]
    off = ada.post(f"/flows/{flow_id}/review/required", data={"required": "0"})
    assert "A review is waiting." in text_of(off)
    revision = {"revision": str(second)}
    assert "Decline it instead." in text_of(grace.post(f"/flows/{flow_id}/review/withdraw", data=revision))
    assert ada.post(f"/flows/{flow_id}/review/withdraw", data=revision).status_code == 303
    assert ada.post(f"/flows/{flow_id}/review/withdraw", data=revision).status_code == 422
    assert ada.post(f"/flows/{flow_id}/review/required", data={"required": "0"}).status_code == 303
    assert not parts.store.reviews.is_required(flow_id)
    record = text_of(grace.get(f"/flows/{flow_id}/record"))
    for sentence in (
        "Ada · Switched the second person on.",
        "Ada · Asked for a review of revision 1: “One”",
        "Ada · Took the asking for a review of revision 2 back.",
        "Ada · Switched the second person off.",
    ):
        assert sentence in record


def test_a_drawing_with_errors_cannot_be_reviewed(parts: Flowbuilder, ada: Any, flow_id: str) -> None:
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    edit(parts, flow_id, "")
    answer = ada.post(f"/flows/{flow_id}/review/ask", data={"note": "Please"})
    assert answer.status_code == 422
    assert read_page(answer).xpath("string(//input[@id='ask-note']/@value)") == "Please"
    assert "to put right first" in text_of(answer)


def test_errors_of_the_drawing_do_not_stop_what_was_approved(
    parts: Flowbuilder, ada: Any, grace: Any, flow_id: str
) -> None:
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    ada.post(f"/flows/{flow_id}/review/ask")
    grace.post(f"/flows/{flow_id}/review/decide", data={"revision": "1", "decision": "approve"})
    edit(parts, flow_id, "")
    assert "to put right first" not in told(ada, flow_id)
    assert "Live: version 1" in published(ada, flow_id)


def test_a_version_made_before_goes_live_only_where_it_was_or_once_approved(
    parts: Flowbuilder, ada: Any, grace: Any, flow_id: str
) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging"))
    list(publish(parts, flow_id, Target(numbers=[MAIN])))
    edit(parts, flow_id, "Good day.")
    list(publish(parts, flow_id, Target("staging")))
    edit(parts, flow_id, "Good evening.")
    list(publish(parts, flow_id))
    ada.post(f"/flows/{flow_id}/review/required", data={"required": "1"})
    promote = f"/flows/{flow_id}/publish?version=2"
    refusal = "Version 2 was never live on production, and no second person has approved it."
    assert refusal in text_of(ada.get(promote))
    assert refusal in text_of(ada.get(f"/flows/{flow_id}/versions/2/switch"))
    assert refusal in end_of_run(ada, ada.post(f"/flows/{flow_id}/rollback", data={"version": "2"}))
    assert "Live: version 1" in end_of_run(ada, ada.post(f"/flows/{flow_id}/rollback", data={"version": "1"}))
    ada.post(f"/flows/{flow_id}/versions/2/restore")
    ada.post(f"/flows/{flow_id}/review/ask")
    revision = str(parts.store.flows.get(flow_id).revision)
    grace.post(f"/flows/{flow_id}/review/decide", data={"revision": revision, "decision": "approve"})
    assert refusal not in text_of(ada.get(promote))
    assert "Live: version 2" in end_of_run(ada, ada.post(f"/flows/{flow_id}/rollback", data={"version": "2"}))
