"""Versions: the list, one of them to look at, files and bundles, and going back to one."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.bundles import read_bundle
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow, Node, loads
from flowbuilder.web.publishing_steps import Target, publish
from tests.web.pages import read_page

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
