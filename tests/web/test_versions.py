"""Versions: the list, one of them to look at, files and bundles, and going back to one."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.bundles import read_bundle
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow, Node, loads
from flowbuilder.store.deployment_settings import DeploymentSettingsRow
from flowbuilder.web.publishing_steps import Target, publish
from tests.web.pages import end_of_run, read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

GREETING = Flow(
    name="Greeting",
    entry="hello",
    nodes={"hello": Node("speak", {"text": "Hello."}, {"next": "end"}), "end": Node("hangup", position=(300, 0))},
)
CHANGED = GREETING.with_node("hello", Node("speak", {"text": "Hi {{ call.from_number }}."}, {"next": "end"}))


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    """A flow with two versions, the second live."""
    row = parts.store.flows.create(GREETING)
    assert list(publish(parts, row.id, Target(numbers=["+14155550000"])))[-1].ok
    parts.store.flows.save(row.id, 1, CHANGED, "Changed hello")
    assert list(publish(parts, row.id))[-1].ok
    return row.id


def test_a_flow_that_was_never_published_has_no_versions_yet(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    assert "No version yet." in browser.get(f"/flows/{row.id}/versions").text


def test_the_list_has_the_newest_first_and_says_which_is_live(browser: Any, flow_id: str) -> None:
    page = read_page(browser.get(f"/flows/{flow_id}/versions"))
    assert page.xpath("//a[@class='number']/text()") == ["Version 2", "Version 1"]
    live = page.xpath("//li[contains(@class, 'is-live')]")
    assert [" ".join(one.xpath("string(.//a[@class='number'])").split()) for one in live] == ["Version 2"]
    assert "Live on +1 415 555 0000" in " ".join(live[0].text_content().split())


def test_a_version_shows_its_drawing_and_its_file(browser: Any, flow_id: str) -> None:
    page = read_page(browser.get(f"/flows/{flow_id}/versions/1"))
    assert page.xpath("//*[local-name()='svg' and @class='drawing']")
    assert loads(page.xpath("string(//pre)")) == GREETING
    assert browser.get(f"/flows/{flow_id}/versions/9").status_code == 404


def test_the_files_of_a_version_are_the_version(browser: Any, flow_id: str) -> None:
    file = browser.get(f"/flows/{flow_id}/versions/1/file")
    assert loads(file.data) == GREETING
    assert 'filename="greeting-v1.flow.json"' in file.headers["Content-Disposition"]
    bundle = browser.get(f"/flows/{flow_id}/versions/1/bundle")
    assert bundle.headers["Content-Type"] == "application/zip"
    assert read_bundle(bundle.data) == GREETING
    assert bundle.data == browser.get(f"/flows/{flow_id}/versions/1/bundle").data


def test_the_bundle_of_the_draft_carries_the_documents(browser: Any, flow_id: str) -> None:
    bundle = browser.get(f"/flows/{flow_id}/bundle")
    assert read_bundle(bundle.data) == CHANGED
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
        assert {"flow.json", "manifest.json", "README.txt"} <= set(archive.namelist())


def test_a_draft_with_errors_gives_no_bundle_but_a_sentence(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(Flow(name="Empty"))
    assert browser.get(f"/flows/{row.id}/bundle").status_code == 422


def test_going_back_to_a_version_is_an_edit_that_can_be_undone(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    browser.get("/")
    assert browser.post(f"/flows/{flow_id}/versions/1/restore").headers["Location"] == f"/flows/{flow_id}/edit"
    assert parts.store.flows.load(flow_id) == GREETING
    deployment = parts.store.deployments.get(flow_id)
    assert deployment is not None
    assert deployment.version == 2
    parts.store.flows.undo(flow_id)
    assert parts.store.flows.load(flow_id) == CHANGED


@pytest.fixture
def staged(parts: Flowbuilder, flow_id: str) -> str:
    """The same flow with version 3 on staging, on a number of its own."""
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging"))
    row = parts.store.flows.get(flow_id)
    changed = GREETING.with_node("hello", Node("speak", {"text": "Good day."}, {"next": "end"}))
    parts.store.flows.save(flow_id, row.revision, changed, "Changed hello")
    events = list(publish(parts, flow_id, Target("staging", ["+12025550142"]), author="Ada", note="Politer"))
    assert events[-1].ok
    return flow_id


def test_the_page_says_what_is_live_where_since_when_and_by_whom(browser: Any, staged: str) -> None:
    page = read_page(browser.get(f"/flows/{staged}/versions"))
    live = [" ".join(one.text_content().split()) for one in page.xpath("//ul[@class='live-list']/li")]
    assert live[0].startswith("production Version 2 on +1 415 555 0000 since just now")
    assert live[1].startswith("staging Version 3 on +1 202 555 0142 since just now, by Ada")
    assert page.xpath("//ul[@class='live-list']//a[contains(., 'Put version 3 on production')]/@href") == [
        f"/flows/{staged}/publish?deployment=production&version=3"
    ]
    newest = " ".join(page.xpath("//li[contains(@class, 'is-live')]")[0].text_content().split())
    assert newest.startswith("Version 3 Live on staging just now · Ada Politer Go on to this")
    (back,) = page.xpath("//li[.//a[.='Version 1']]//a[contains(., 'Go back to this')]/@href")
    assert back == f"/flows/{staged}/versions/1/switch"


def test_going_back_says_what_changes_then_takes_one_request(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    asked = browser.get(f"/flows/{flow_id}/versions/1/switch")
    told = text_of(asked)
    assert "asks for version 1 from the next call on. That is one request." in told
    assert "+1 415 555 0000 stays with this flow." in told
    assert "Calls that are going on stay on version 2 until they end." in told
    assert "hello: What the caller hears" in told
    (form,) = read_page(asked).forms
    assert dict(form.fields)["version"] == "1"
    done = browser.post(form.action, data=dict(form.fields))
    assert "Live: version 1 on +1 415 555 0000" in end_of_run(browser, done)
    deployment = parts.store.deployments.get(flow_id)
    assert deployment is not None
    assert deployment.version == 1
    assert "Go on to version 2" in text_of(browser.get(f"/flows/{flow_id}/versions/2/switch"))
    assert "is live on production already" in text_of(browser.get(f"/flows/{flow_id}/versions/1/switch"))


def test_a_version_that_would_not_be_published_today_cannot_be_gone_back_to(
    browser: Any, parts: Flowbuilder, flow_id: str
) -> None:
    unset = CHANGED.with_node("hello", Node("speak", {"text": "Hi {{ env.name }}."}, {"next": "end"}))
    number = parts.store.versions.add(flow_id, 2, unset, "{}")
    page = read_page(browser.get(f"/flows/{flow_id}/versions/{number}/switch"))
    assert "env.name, which production has not set" in page.xpath("string(//*[@role='alert'])")
    assert page.xpath("//form//button") == []


def test_going_back_where_nothing_is_live_says_what_to_do(browser: Any, staged: str) -> None:
    assert browser.get(f"/flows/{staged}/versions/1/switch?deployment=nowhere").status_code == 404
    assert "Go back to version 1" in text_of(browser.get(f"/flows/{staged}/versions/1/switch?deployment=staging"))
    assert browser.get(f"/flows/{staged}/versions/9/switch").status_code == 404


def test_what_was_tried_on_staging_is_put_on_production_as_it_is(browser: Any, parts: Flowbuilder, staged: str) -> None:
    row = parts.store.flows.get(staged)
    parts.store.flows.save(staged, row.revision, GREETING, "Edited since")
    shown = browser.get(f"/flows/{staged}/publish?deployment=production&version=3")
    told = text_of(shown)
    assert "Put version 3 on production" in told
    assert "and not the drawing of today" in told
    assert "“Hi {{ call.from_number }}.” → “Good day.”" in told
    form = next(form for form in read_page(shown).forms if form.get("id") == "publish")
    asked = [*form.form_values()]
    assert ("version", "3") in asked
    done = browser.post(f"/flows/{staged}/publish", data=dict(asked))
    assert "Live: version 3 on +1 415 555 0000" in end_of_run(browser, done)
    assert [one.number for one in parts.store.versions.list(staged)] == [3, 2, 1]
    assert browser.get(f"/flows/{staged}/publish?version=9").status_code == 404


def test_of_many_versions_the_newest_are_shown_first(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    for _ in range(110):
        parts.store.versions.add(flow_id, 2, CHANGED, "{}")
    page = read_page(browser.get(f"/flows/{flow_id}/versions"))
    numbers = page.xpath("//a[@class='number']/text()")
    assert (len(numbers), numbers[0]) == (100, "Version 112")
    (older,) = page.xpath("//a[.='Show older']/@href")
    page = read_page(browser.get(f"/flows/{flow_id}/versions{older}"))
    assert page.xpath("//a[@class='number']/text()")[-1] == "Version 1"
