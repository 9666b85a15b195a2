"""Two persons at two browsers: one draws and asks, the other looks and approves; then it goes live, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.web.gallery import start_flow
from flowbuilder.web.publishing_steps import Target, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

NUMBER = "+14155550000"


@pytest.fixture
def person(browser: Browser, flowbuilder: Running) -> Iterator[Callable[[str], Page]]:
    """Somebody at a browser of their own, logged in under their name; no console says anything."""
    contexts, complaints = [], []

    def sit_down(name: str) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        flowbuilder.log_in(page)
        page.goto(f"{flowbuilder.url}/settings")
        page.get_by_label("Shown beside what you save and publish").fill(name)
        page.locator("#name").get_by_role("button", name="Keep it").click()
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert complaints == []


def say(flowbuilder: Running, flow_id: str, text: str) -> None:
    flows = flowbuilder.parts.store.flows
    flow = flows.load(flow_id)
    changed = flow.with_node("sent", replace(flow.nodes["sent"], settings={"text": text}))
    flows.save(flow_id, flows.get(flow_id).revision, changed, "Change sent")


def test_what_a_second_person_approved_goes_live_and_is_gone_back_from(
    person: Callable[[str], Page], flowbuilder: Running
) -> None:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    assert list(publish(flowbuilder.parts, flow_id, Target(numbers=[NUMBER])))[-1].ok
    ada, grace = person("Ada"), person("Grace")
    publishing = f"{flowbuilder.url}/flows/{flow_id}/publish"
    say(flowbuilder, flow_id, "Thank you.")

    ada.goto(publishing)
    ada.locator("summary", has_text="A second person").click()
    ada.get_by_role("button", name="Ask for a second person from now on").click()
    expect(ada.get_by_role("button", name="Publish version")).to_have_count(0)
    ada.get_by_label("What to look at").fill("The goodbye is shorter")
    ada.get_by_role("button", name="Ask for a review").click()
    expect(ada.get_by_role("heading", name="Waiting for a second person")).to_be_visible()
    expect(ada.get_by_role("button", name="Approve")).to_have_count(0)

    grace.goto(publishing)
    expect(grace.locator(".gate")).to_contain_text("“The goodbye is shorter”")
    grace.get_by_role("link", name="See what is new in it").click()
    expect(grace.locator(".verdict")).to_have_text("1 change from version 1 to revision 2")
    expect(grace.get_by_label("To", exact=True)).to_have_value("r2")
    grace.go_back()
    grace.get_by_role("button", name="Approve revision 2").click()
    expect(grace.get_by_role("heading", name="Approved by a second person")).to_be_visible()

    say(flowbuilder, flow_id, "Slipped in later.")
    ada.goto(publishing)
    expect(ada.locator(".gate")).to_contain_text("Grace approved revision 2")
    expect(ada.locator(".gate .warn")).to_contain_text("The drawing has moved on since: 1 change.")
    expect(ada.locator(".difference")).to_contain_text("“Thank you.”")
    ada.get_by_role("button", name="Publish version 2").click()
    expect(ada.get_by_text("Live: version 2 on")).to_be_visible()
    expect(ada.locator(".gate")).to_be_hidden()
    live = flowbuilder.parts.store.versions.get(flow_id, 2).flow
    assert live.nodes["sent"].settings["text"] == "Thank you."

    ada.get_by_role("link", name="Versions").last.click()
    ada.get_by_role("link", name="Go back to this").click()
    expect(ada.get_by_text("That is one request.")).to_be_visible()
    ada.get_by_role("button", name="Go back to version 1").click()
    expect(ada.get_by_text("Live: version 1 on")).to_be_visible()
    ada.get_by_role("link", name="Record").click()
    expect(ada.locator(".entry").first).to_contain_text("Ada · Switched to version 1 on production.")
    ada.locator(".entry").first.locator("summary").click()
    expect(ada.locator(".entry").first.locator(".steps li")).not_to_have_count(0)
    for width in (390, 1024):
        ada.set_viewport_size({"width": width, "height": 844})
        for screen in ("publish", "versions", "versions/2/switch", "versions/remove", "versions/2", "record"):
            ada.goto(f"{flowbuilder.url}/flows/{flow_id}/{screen}")
            assert ada.evaluate("document.documentElement.scrollWidth") <= width, screen


def test_old_versions_are_removed_with_the_keyboard(person: Callable[[str], Page], flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    for text in ("One.", "Two.", "Three."):
        say(flowbuilder, flow_id, text)
        assert list(publish(flowbuilder.parts, flow_id, Target(numbers=[NUMBER])))[-1].ok
    page = person("Ada")
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/versions")
    page.get_by_role("link", name="Remove old versions").press("Enter")
    page.get_by_label("Version 1").press("Space")
    page.get_by_role("button", name="Remove the ticked ones").press("Enter")
    expect(page.get_by_text("Removed version 1.")).to_be_visible()
    expect(page.locator(".versions .number")).to_have_text(["Version 3", "Version 2"])
    expect(page.get_by_text("1 version was removed: 1.")).to_be_visible()
