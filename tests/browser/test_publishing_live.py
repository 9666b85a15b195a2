"""A publishing that takes its time, in a real Chromium: each step is seen as it is done, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.store import DeploymentSettingsRow
from flowbuilder.web.gallery import start_flow
from tests.browser.serving import Running, running_flowbuilder
from tests.browser.slow_plivo import API_URL, AUTH_ID, TOKEN, SlowPlivo, slow_plivo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def plivo() -> Iterator[SlowPlivo]:
    with slow_plivo() as plivo:
        yield plivo


@pytest.fixture
def flowbuilder(tmp_path: Path, plivo: SlowPlivo) -> Iterator[Running]:
    """One with an account beside its sandbox; each change there waits."""
    where = {"plivo_api_url": API_URL, "public_url": "https://flows.example.com"}
    with running_flowbuilder(tmp_path, plivo, **where) as running:
        running.parts.accounts.add(AUTH_ID, TOKEN, "Head office")
        yield running


@pytest.fixture
def flow_id(flowbuilder: Running) -> str:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    flowbuilder.parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, account=AUTH_ID))
    return flow_id


def begin(page: Page, flowbuilder: Running, flow_id: str) -> None:
    """Everything up to the click that publishes."""
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/publish")
    expect(page.get_by_text(f"Head office {AUTH_ID}")).to_be_visible()


def test_each_step_comes_in_as_it_is_done_and_the_end_without_a_reload(
    page: Page, flowbuilder: Running, flow_id: str, plivo: SlowPlivo
) -> None:
    begin(page, flowbuilder, flow_id)
    page.get_by_label("+1 415 555 0000").check()
    expect(page.locator("#plan")).to_contain_text("Let this flow answer +1 415 555 0000")
    page.evaluate("() => { window.same_page = true; }")
    page.get_by_role("button", name="Publish version 1").click()
    done = page.locator(".steps li.done")
    expect(page.get_by_role("heading", name="Publishing…")).to_be_visible()
    expect(done).to_have_text(["Made version 1."])
    plivo.let()
    expect(done).to_have_count(2)
    expect(done.last).to_contain_text("flowbuilder-")
    plivo.let()
    expect(page.get_by_text("Live: version 1 on +1 415 555 0000")).to_be_visible()
    expect(done).to_have_count(3)
    assert page.evaluate("window.same_page")
    expect(page.locator("#run-frame[hx-sse\\:connect]")).to_have_count(0)


def test_whoever_comes_late_sees_what_was_done_and_the_rest_as_it_comes(
    page: Page, flowbuilder: Running, flow_id: str, plivo: SlowPlivo
) -> None:
    begin(page, flowbuilder, flow_id)
    page.get_by_label("+1 415 555 0000").check()
    expect(page.locator("#plan")).to_contain_text("+1 415 555 0000")
    with page.expect_response(lambda answer: answer.url.endswith("/stream")) as stream:
        page.get_by_role("button", name="Publish version 1").click()
    other = page.context.new_page()
    other.goto(stream.value.url.removesuffix("/stream"))
    expect(other.locator(".steps li.done")).to_have_text(["Made version 1."])
    plivo.let(2)
    for each in (page, other):
        expect(each.get_by_text("Live: version 1 on")).to_be_visible()


def test_what_fails_in_the_middle_is_put_back_before_the_eyes(
    page: Page, flowbuilder: Running, flow_id: str, plivo: SlowPlivo
) -> None:
    begin(page, flowbuilder, flow_id)
    page.get_by_label("+1 415 555 0000").check()
    expect(page.locator("#plan")).to_contain_text("+1 415 555 0000")
    page.get_by_role("button", name="Publish version 1").click()
    plivo.let()
    expect(page.locator(".steps li.done")).to_have_count(2)
    plivo.faults.add("401", method="POST", path="Number/")
    plivo.let(9)
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    expect(page.locator(".steps li.failed")).to_have_count(1)
    expect(page.locator(".steps li.put-back")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("as it was")
    page.get_by_role("link", name="Look at the plan again").click()
    expect(page.get_by_text("Nothing of this flow is live yet.")).to_be_visible()


def test_without_scripts_the_page_looks_again_by_itself(
    browser: Browser, flowbuilder: Running, flow_id: str, plivo: SlowPlivo
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    begin(page, flowbuilder, flow_id)
    # Without a script the plan does not follow what is ticked: it is for what stands there.
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("heading", name="Publishing…")).to_be_visible()
    plivo.let()
    expect(page.get_by_text("Live: version 1")).to_be_visible()
    context.close()
