"""The settings, and the pages about a Plivo account, in a real Chromium: from what one sees to what is so then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.web.gallery import start_flow
from flowbuilder.web.publishing_steps import Target, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

NUMBER = "+14155550000"
ELSEWHERE = {"app_name": "shop", "answer_url": "https://elsewhere.example.com/answer"}


@pytest.fixture
def desk(page: Page, flowbuilder: Running) -> Iterator[Page]:
    """A page that is logged in; the console has to stay empty."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    flowbuilder.log_in(page)
    yield page
    assert [text for text in complaints if "status of 422" not in text] == []


def test_a_name_is_kept_and_stands_beside_what_is_saved(desk: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    desk.get_by_role("link", name="Settings").click()
    desk.get_by_label("Shown beside what you save and publish").fill("Ada")
    desk.get_by_role("button", name="Keep it").last.click()
    expect(desk.get_by_label("Shown beside what you save and publish")).to_have_value("Ada")
    desk.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(desk.locator("html[data-ready]")).to_be_attached()
    desk.get_by_label("Name of the flow").fill("After hours")
    desk.get_by_label("Name of the flow").press("Enter")
    expect(desk.get_by_role("button", name="Undo: ")).to_be_enabled()
    desk.goto(f"{flowbuilder.url}/flows/{flow_id}/history")
    expect(desk.locator("#main")).to_contain_text("Ada")


def test_an_account_that_cannot_be_is_refused_and_what_was_typed_stays(desk: Page, flowbuilder: Running) -> None:
    desk.goto(f"{flowbuilder.url}/settings")
    desk.get_by_label("Auth ID").fill("nonsense")
    desk.get_by_label("Auth Token").fill("a-token-for-tests")
    desk.get_by_label("Label").fill("The shop")
    desk.get_by_role("button", name="Check and add it").click()
    expect(desk.get_by_role("alert")).to_contain_text("An Auth ID begins with MA (a main account) or SA (a subaccount)")
    expect(desk.get_by_label("Auth ID")).to_have_value("nonsense")
    expect(desk.get_by_label("Auth ID")).to_be_focused()
    expect(desk.get_by_label("Label")).to_have_value("The shop")
    expect(desk.get_by_label("Auth Token")).to_have_value("")


def test_a_number_is_led_to_a_flow_that_is_live(desk: Page, flowbuilder: Running) -> None:
    parts = flowbuilder.parts
    flow_id = flowbuilder.add(start_flow("voicemail"))
    assert list(publish(parts, flow_id, Target(numbers=[])))[-1].ok
    desk.goto(f"{flowbuilder.url}/accounts/{parts.account.auth_id}/numbers")
    row = desk.get_by_role("row").filter(has_text="+1 415 555 0000")
    expect(row).to_contain_text("nothing")
    row.get_by_role("checkbox").check()
    desk.locator("select[name=app_id]").select_option(label="“Voicemail”, version 1")
    desk.get_by_role("button", name="Move").click()
    expect(desk.get_by_role("row").filter(has_text="+1 415 555 0000")).to_contain_text("“Voicemail”")
    kept = parts.store.deployments.get(flow_id)
    assert kept is not None
    assert [each["number"] for each in kept.numbers] == [NUMBER]


def test_a_number_is_rented_after_its_price_was_read(desk: Page, flowbuilder: Running) -> None:
    account = flowbuilder.parts.account
    desk.goto(f"{flowbuilder.url}/accounts/{account.auth_id}/numbers")
    desk.get_by_role("link", name="Rent a number").click()
    desk.get_by_label("Country").fill("US")
    desk.get_by_role("button", name="Search").click()
    desk.get_by_role("link", name="Rent +1").first.click()
    expect(desk.locator("#main")).to_contain_text("a month")
    number = "+" + desk.url.rsplit("/", 1)[1]
    desk.get_by_role("checkbox").check()
    desk.get_by_role("button", name="Rent it").click()
    desk.wait_for_url("**/numbers*")
    assert account.get_number(number).number == number.removeprefix("+")


def test_an_application_is_changed_and_deleted(desk: Page, flowbuilder: Running) -> None:
    account = flowbuilder.parts.account
    app_id = account.create_application(ELSEWHERE)
    desk.goto(f"{flowbuilder.url}/accounts/{account.auth_id}/applications")
    desk.get_by_role("link", name="shop").click()
    desk.get_by_label("Fallback URL").fill("https://elsewhere.example.com/sorry")
    desk.get_by_role("button", name="Change it").click()
    expect(desk.get_by_label("Fallback URL")).to_have_value("https://elsewhere.example.com/sorry")
    assert account.get_application(app_id)["fallback_answer_url"] == "https://elsewhere.example.com/sorry"
    desk.get_by_role("link", name="Delete").click()
    desk.get_by_role("button", name="Delete the Application").click()
    desk.wait_for_url("**/applications")
    assert account.list_applications() == []


def test_an_endpoint_is_made_and_its_password_is_shown_once(desk: Page, flowbuilder: Running) -> None:
    account = flowbuilder.parts.account
    desk.goto(f"{flowbuilder.url}/accounts/{account.auth_id}/endpoints")
    desk.get_by_label("Username").fill("desk")
    desk.get_by_label("Alias").fill("front-desk")
    desk.get_by_role("button", name="Make it").click()
    expect(desk.locator("#main")).to_contain_text("assword")
    expect(desk.get_by_role("row").filter(has_text="front-desk")).to_be_visible()
    assert [each.alias for each in account.list_endpoints()] == ["front-desk"]
