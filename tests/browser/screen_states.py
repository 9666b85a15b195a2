"""How a page is brought into a state that a test wants to see: a dialog open, a tab shown, a call going on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def as_it_is(page: Page) -> None:
    """The state in which the page comes."""


def step_shown(node_id: str, tab: str = "settings") -> Callable[[Page], None]:
    """The inspector shows this node, at this tab, with everything that can be opened in it open."""

    def act(page: Page) -> None:
        page.evaluate("(id) => window.flow.select(id)", node_id)
        expect(page.locator(f"[data-inspecting={node_id}]")).to_be_visible()
        if page.locator("[data-inspecting]").get_attribute("data-tab") != tab:
            page.locator(f"#tab-{tab}").click()
            expect(page.locator(f"[data-inspecting={node_id}][data-tab={tab}]")).to_be_visible()
        page.evaluate("() => document.querySelectorAll('#inspector details').forEach((each) => { each.open = true; })")

    return act


def key_pressed(key: str, shown: str) -> Callable[[Page], None]:
    """A key was pressed on the canvas, and what it brings is there."""

    def act(page: Page) -> None:
        page.locator("#main").focus()
        page.keyboard.press(key)
        expect(page.locator(shown).first).to_be_visible()

    return act


def found(page: Page) -> None:
    key_pressed("Control+k", "#finder")(page)
    page.locator("#finder input").fill("a")
    expect(page.locator("#found [role=option]").nth(3)).to_be_visible()


def connecting(page: Page) -> None:
    page.evaluate("() => window.flow.select('welcome')")
    page.keyboard.press("c")
    expect(page.locator("#mode")).to_be_visible()


def phone_shown(page: Page) -> None:
    """The phone, in no call: one that an earlier page left going on is hung up."""
    if page.locator('[data-do="call"]').count():
        page.locator('[data-do="call"]').click()
    panel = page.locator("#phone-panel")
    expect(panel).to_be_visible()
    if panel.get_by_role("button", name="Hang up").count():
        panel.get_by_role("button", name="Hang up").click()
    expect(panel.get_by_role("link", name="Text")).to_be_visible()


def texting(page: Page) -> None:
    phone_shown(page)
    page.locator("#phone-panel").get_by_role("link", name="Text").click()
    expect(page.get_by_label("Text message", exact=True)).to_be_visible()


def in_a_call(page: Page) -> None:
    phone_shown(page)
    panel = page.locator("#phone-panel")
    panel.get_by_role("button", name=re.compile("^Call( again)?$")).click()
    expect(panel.get_by_role("button", name="Hang up")).to_be_visible()


def ringing(page: Page) -> None:
    """A call in which the author says how the ringing ends."""
    in_a_call(page)
    page.locator("#phone-panel [data-key='1']").click()
    expect(page.locator(".asks")).to_be_visible()


def call_over(page: Page) -> None:
    in_a_call(page)
    panel = page.locator("#phone-panel")
    panel.get_by_role("button", name="Hang up").click()
    expect(panel.get_by_role("button", name="Call again")).to_be_visible()


def menu_open(page: Page) -> None:
    page.locator(".flow-card .more").first.click()
    expect(page.locator(".menu:popover-open")).to_be_visible()


def dialog_open(what: str) -> Callable[[Page], None]:
    """The dialog that `what` in a flow's menu opens."""

    def act(page: Page) -> None:
        menu_open(page)
        page.locator(".menu:popover-open").get_by_role("button", name=what).click()
        expect(page.locator("dialog[open]")).to_be_visible()

    return act


def published(page: Page) -> None:
    # Once it is live as it stands, the button says so.
    page.get_by_role("button", name=re.compile("Publish (version|again)")).click()
    expect(page.get_by_text("Live: version")).to_be_visible()


def deployment_refused(page: Page) -> None:
    page.get_by_role("button", name="Add a variable").click()
    page.get_by_label("Name of variable 1").fill("1st")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_be_visible()


def as_grace(page: Page) -> None:
    """The same page for somebody who has said who she is."""
    here = page.url
    page.goto(here.partition("/flows/")[0] + "/settings")
    page.get_by_label("Shown beside what you save and publish").fill("Grace")
    page.locator("#name").get_by_role("button", name="Keep it").click()
    page.goto(here)
    for summary in page.locator(".gate summary").all():
        summary.click()


def login_refused(page: Page) -> None:
    page.get_by_label("Address or token").fill("old")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def account_refused(page: Page) -> None:
    page.get_by_label("Auth ID").fill("nonsense")
    page.get_by_label("Auth Token").first.fill("long enough")
    page.get_by_role("button", name="Check and add it").click()
    expect(page.get_by_role("alert")).to_be_visible()
