"""The record: who published, went back and unpublished, how it ended, and what was left to be put back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from flowbuilder.web.publishing_steps import Target, publish, unpublish
from tests.flow.clinic import clinic
from tests.web.pages import read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

MAIN = "+14155550000"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://flows.example.com")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(clinic()).id


def test_the_record_of_a_flow_that_was_never_published_is_empty(browser: Any, flow_id: str) -> None:
    assert "Nothing was published yet." in text_of(browser.get(f"/flows/{flow_id}/record"))
    assert browser.get("/flows/nothing/record").status_code == 404


def test_it_says_who_did_what_and_each_step_of_it(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    list(publish(parts, flow_id, Target(numbers=[MAIN]), author="Ada"))
    list(unpublish(parts, flow_id))
    page = read_page(browser.get(f"/flows/{flow_id}/record"))
    entries = [" ".join(one.text_content().split()) for one in page.xpath("//li[contains(@class, 'entry')]")]
    first = next(entry for entry in entries if entry.startswith("Ada"))
    assert first.startswith("Ada · Published version 1 on production. 2 steps Created the Application")
    assert "answers +1 415 555 0000 now." in first
    assert any(entry.startswith("Somebody · Unpublished from production.") for entry in entries)


def test_what_did_not_work_says_why_and_that_all_was_put_back(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    fail_at(parts, "Number/14155550000/", times=50)
    assert not list(publish(parts, flow_id, Target(numbers=[MAIN]), author="Ada"))[-1].ok
    told = text_of(browser.get(f"/flows/{flow_id}/record"))
    assert "Tried to publish version 1 on production. did not work, all put back" in told
    assert "Not published; the account is as it was before." in told


def test_a_run_that_is_stuck_says_what_to_put_back(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    fail_at(parts, "Number/14155550000/", times=50)
    fail_at(parts, "Application/", method="DELETE", times=50)
    assert not list(publish(parts, flow_id, Target(numbers=[MAIN]), author="Ada"))[-1].ok
    page = read_page(browser.get(f"/flows/{flow_id}/record"))
    stuck = " ".join(page.xpath("string(//p[contains(@class, 'error')])").split())
    assert "Put this back in Plivo's console:" in stuck
    assert page.xpath("//p[contains(@class, 'error')]//a/@href") == [f"/accounts/{parts.account.auth_id}/applications"]
    assert "left half done" in page.text_content()


def test_a_long_record_shows_the_newest_and_leads_to_the_older(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    for number in range(60):
        parts.store.publish_runs.tell(flow_id, "review", f"Asked for a review of revision {number}.", "Ada")
    page = read_page(browser.get(f"/flows/{flow_id}/record"))
    assert len(page.xpath("//li[contains(@class, 'entry')]")) == 50
    (older,) = page.xpath("//a[.='Show older']/@href")
    page = read_page(browser.get(f"/flows/{flow_id}/record{older}"))
    assert len(page.xpath("//li[contains(@class, 'entry')]")) == 60
    assert page.xpath("//a[.='Show older']") == []


def fail_at(parts: Flowbuilder, path: str, method: str = "POST", times: int = 1) -> None:
    """Lets requests of the method to addresses with the path be refused before they reach anybody."""
    left = iter(range(times))

    def refuse(request: httpx.Request) -> None:
        if request.method == method and path in request.url.path and next(left, None) is not None:
            raise httpx.ConnectError("no way", request=request)

    client = parts.account._client
    client.event_hooks = {"request": [*client.event_hooks["request"], refuse]}
