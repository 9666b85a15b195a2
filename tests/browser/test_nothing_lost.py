"""A connection, a login or a server goes away amid an edit: said plainly, kept, and sent when it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

SHOP = Flow(
    "Shop", "hi", {"hi": Node("speak", {"text": "Hello."}, {}, (40, 80)), "bye": Node("hangup", {}, {}, (400, 80))}
)


class Desk:
    """An author at the shop's flow."""

    def __init__(self, page: Page, running: Running) -> None:
        self.page, self.running = page, running
        running.log_in(page)
        self.flow_id = running.add(SHOP)
        self.load()

    def load(self) -> None:
        self.page.goto(f"{self.running.url}/flows/{self.flow_id}/edit")
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        self.page.locator("#node-hi header").click()
        expect(self.page.get_by_label("What the caller hears")).to_be_visible()

    def says(self, text: str) -> None:
        field = self.page.get_by_label("What the caller hears")
        field.fill(text)
        field.blur()

    def saved(self) -> Flow:
        return self.running.parts.store.flows.load(self.flow_id)


@pytest.fixture
def desk(page: Page, flowbuilder: Running) -> Desk:
    return Desk(page, flowbuilder)


def test_edits_wait_while_the_connection_is_gone_and_are_sent_in_their_order(desk: Desk) -> None:
    page, strip = desk.page, desk.page.get_by_role("alert")
    desk.says("Good morning.")
    page.context.set_offline(True)
    desk.says("Good evening.")
    expect(strip).to_contain_text("No connection to Flowbuilder. 1 edit waits here")
    desk.says("Good night.")
    expect(strip).to_contain_text("1 edit waits here")
    page.get_by_label("Name of the step").fill("greeting")
    page.get_by_label("Name of the step").press("Enter")
    expect(strip).to_contain_text("2 edits wait here")
    page.context.set_offline(False)
    expect(strip).to_be_hidden()
    assert desk.saved().nodes["greeting"].settings["text"] == "Good night."
    expect(page.locator("#node-greeting")).to_contain_text("Good night.")
    expect(page.locator(".saved")).to_contain_text("Saved")


def test_what_waits_outlives_a_reload(desk: Desk) -> None:
    page = desk.page
    page.route("**/nodes/hi", lambda route: route.abort())
    desk.says("Good evening.")
    expect(page.get_by_role("alert")).to_contain_text("1 edit waits here")
    page.unroute("**/nodes/hi")
    desk.load()
    expect(page.locator("#node-hi")).to_contain_text("Good evening.")
    assert desk.saved().nodes["hi"].settings["text"] == "Good evening."


def test_an_edit_whose_answer_was_lost_is_not_made_twice(desk: Desk) -> None:
    page = desk.page
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            return route.fallback()
        route.fetch()
        lost.append(route.request.url)
        return route.abort()

    page.route("**/edits", lose)
    page.get_by_role("navigation").get_by_role("button", name="Play", exact=False).first.click()
    expect(page.locator("#node-play")).to_be_attached()
    expect(page.get_by_role("alert")).to_be_hidden()
    page.evaluate("() => window.flow.idle()")
    assert len(lost) == 1
    assert sorted(desk.saved().nodes) == ["bye", "hi", "play"]


def test_a_login_that_ran_out_is_renewed_in_another_tab_and_the_edit_is_sent(desk: Desk) -> None:
    page, strip = desk.page, desk.page.get_by_role("alert")
    page.context.clear_cookies()
    desk.says("Good evening.")
    expect(strip).to_contain_text("You are no longer logged in. 1 edit waits here")
    with page.context.expect_page() as opened:
        strip.get_by_role("link", name="Log in").click()
    other = opened.value
    other.get_by_label("Address or token").fill(desk.running.parts.login.token)
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_role("heading", name="Flows")).to_be_visible()
    other.close()
    page.bring_to_front()
    expect(strip).to_be_hidden()
    assert desk.saved().nodes["hi"].settings["text"] == "Good evening."


def test_the_same_tab_may_log_in_again_as_well(desk: Desk) -> None:
    page = desk.page
    page.context.clear_cookies()
    desk.says("Good evening.")
    expect(page.get_by_role("alert")).to_contain_text("no longer logged in")
    page.reload()
    page.get_by_label("Address or token").fill(desk.running.parts.login.token)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#node-hi")).to_contain_text("Good evening.")
    assert desk.saved().nodes["hi"].settings["text"] == "Good evening."


def test_what_another_changed_meanwhile_is_shown_beside_what_waited(desk: Desk) -> None:
    page = desk.page
    page.context.set_offline(True)
    desk.says("Mine.")
    expect(page.get_by_role("alert")).to_contain_text("1 edit waits here")
    theirs = SHOP.with_node("hi", Node("speak", {"text": "Theirs."}, {}, (40, 80)))
    desk.running.parts.store.flows.save(desk.flow_id, 1, theirs, "Change hi")
    field = page.get_by_label("What the caller hears")
    field.blur()
    page.context.set_offline(False)
    expect(page.locator(".conflict")).to_contain_text("Theirs.")
    expect(field).to_have_value("Mine.")


def test_a_server_that_fails_is_asked_again_only_when_told_to(desk: Desk) -> None:
    page, strip = desk.page, desk.page.get_by_role("alert")
    page.route("**/nodes/hi", lambda route: route.fulfill(status=500, body="no"))
    desk.says("Good evening.")
    expect(strip).to_contain_text("Flowbuilder could not save an edit. 1 edit waits here.")
    page.unroute("**/nodes/hi")
    strip.get_by_role("button", name="Try now").click()
    expect(strip).to_be_hidden()
    assert desk.saved().nodes["hi"].settings["text"] == "Good evening."
