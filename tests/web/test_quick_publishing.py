"""Publishing from the drawing in two clicks, offered only where nothing but the version would be another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.publishing_steps import Target, publish
from tests.web.pages import at_its_end, read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

NUMBER = "+14155550000"
GREETING = Flow("Greeting", "hello", {"hello": Node("speak", {"text": "Hello."})})
PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="http://flows.test")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    """Live on a number, and changed since."""
    flow_id = parts.store.flows.create(GREETING).id
    assert list(publish(parts, flow_id, Target(numbers=[NUMBER])))[-1].ok
    change(parts, flow_id, "Good day.")
    return flow_id


def change(parts: Flowbuilder, flow_id: str, text: str) -> None:
    revision = parts.store.flows.get(flow_id).revision
    parts.store.flows.save(flow_id, revision, GREETING.with_node("hello", Node("speak", {"text": text})), "Change")


def ask(browser: Any, flow_id: str) -> Any:
    return browser.get(f"/flows/{flow_id}/publish/quick", headers=PARTIAL)


def is_offered(browser: Any, flow_id: str) -> bool:
    return 'id="quick-open"' in browser.get(f"/flows/{flow_id}/edit").text


def test_a_change_is_published_by_the_plan_that_the_dialog_shows(
    browser: Any, parts: Flowbuilder, flow_id: str
) -> None:
    assert is_offered(browser, flow_id)
    dialog = ask(browser, flow_id)
    assert "Make version 2 of “Greeting”" in text_of(dialog)
    assert "+1 415 555 0000" in text_of(dialog)
    form = dict(read_page(dialog).xpath("//form")[0].form_values())
    done = browser.post(f"/flows/{flow_id}/publish", data=form | {"note": "Politer"}, headers=PARTIAL)
    assert "Live: version 2 on +1 415 555 0000" in text_of(at_its_end(browser, done))
    assert parts.store.versions.list(flow_id)[0].note == "Politer"
    assert "Version 2 live on" in text_of(browser.get(f"/flows/{flow_id}/live"))
    assert not is_offered(browser, flow_id)


def test_a_drawing_that_moved_on_is_not_published_by_an_older_plan(
    browser: Any, parts: Flowbuilder, flow_id: str
) -> None:
    form = dict(read_page(ask(browser, flow_id)).xpath("//form")[0].form_values())
    change(parts, flow_id, "Good evening.")
    refused = browser.post(f"/flows/{flow_id}/publish", data=form, headers=PARTIAL)
    assert "has changed since this plan was shown" in text_of(at_its_end(browser, refused))
    assert len(parts.store.versions.list(flow_id)) == 1


@pytest.mark.parametrize("why", ["nothing live", "errors", "review", "number gone", "account away"])
def test_where_more_has_to_be_looked_at_the_publish_page_opens(
    browser: Any, parts: Flowbuilder, flow_id: str, why: str
) -> None:
    if why == "nothing live":
        parts.store.deployments.delete(flow_id)
    elif why == "errors":
        change(parts, flow_id, "")
        assert not is_offered(browser, flow_id)
    elif why == "review":
        parts.store.reviews.require(flow_id, True)
    elif why == "number gone":
        elsewhere = {"app_name": "shop", "answer_url": "https://elsewhere.example.com"}
        parts.account.attach_number(NUMBER, parts.account.create_application(elsewhere))
    else:
        live = parts.store.deployments.get(flow_id)
        assert live is not None
        parts.store.deployments.put(replace(live, account="MA" + "X" * 18))
    answer = ask(browser, flow_id)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/flows/{flow_id}/publish")
    assert browser.get(f"/flows/{flow_id}/publish/quick").headers["Location"] == f"/flows/{flow_id}/publish"
