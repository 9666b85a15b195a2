"""Plivo's REST API as we use it: what is asked, how often, and what a refusal says."""

from __future__ import annotations

import logging

import httpx
import pytest

from flowbuilder.errors import FlowbuilderError, PlivoRefused
from flowbuilder.publishing.account import Account, application_id_of, digits_of
from flowbuilder.publishing.refusals import AnswerLost
from tests.publishing.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, World

URL = "https://flows.example.com/answer"


def answering(*responses: httpx.Response | Exception) -> tuple[Account, list[httpx.Request]]:
    """An account whose server gives these answers in turn, and the requests that it gets."""
    requests: list[httpx.Request] = []
    due = list(responses)

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        given = due.pop(0) if len(due) > 1 else due[0]
        if isinstance(given, Exception):
            raise given
        return given

    account = Account(AUTH_ID, AUTH_TOKEN, transport=httpx.MockTransport(answer), sleep=lambda seconds: None)
    return account, requests


def test_credentials_are_checked_with_one_request(world: World) -> None:
    assert world.account.check_credentials()["auth_id"] == AUTH_ID
    assert world.faults.seen == [("GET", "")]


def test_applications_are_made_read_changed_and_deleted(account: Account) -> None:
    app_id = account.create_application({"app_name": "one", "answer_url": URL})
    account.update_application(app_id, {"hangup_url": URL + "/h"})
    app = account.get_application(app_id)
    assert (app["answer_url"], app["hangup_url"]) == (URL, URL + "/h")
    account.delete_application(app_id)
    with pytest.raises(PlivoRefused, match="not in this Plivo account") as refusal:
        account.get_application(app_id)
    assert refusal.value.status == 404


def test_deleting_never_takes_endpoints_along_unasked() -> None:
    account, requests = answering(httpx.Response(204))
    account.delete_application("123")
    account.delete_application("123", cascade=True)
    assert [request.url.params["cascade"] for request in requests] == ["false", "true"]


def test_every_page_is_read(world: World) -> None:
    made = [world.account.create_application({"app_name": f"app-{n}", "answer_url": URL}) for n in range(43)]
    world.faults.seen.clear()
    assert sorted(app["app_id"] for app in world.account.list_applications()) == sorted(made)
    assert len(world.faults.seen) == 3
    assert len(world.account.list_applications("app-1")) == 11


def test_a_list_that_points_at_itself_ends() -> None:
    body = {"meta": {"next": "/v1/Account/MA/Number/?limit=20&offset=20"}, "objects": [{"number": "1"}]}
    account, requests = answering(httpx.Response(200, json=body))
    account.list_numbers()
    assert len(requests) == 2


def test_a_number_tells_what_it_is_and_what_answers_it(account: Account) -> None:
    numbers = {number.number: number for number in account.list_numbers()}
    assert numbers[NUMBER].country == "United States"
    assert (numbers[NUMBER].type, numbers[NUMBER].voice_enabled, numbers[NUMBER].application_id) == (
        "local",
        True,
        None,
    )
    assert not numbers["447700900123"].voice_enabled


def test_a_number_is_attached_and_detached(account: Account) -> None:
    app_id = account.create_application({"app_name": "one", "answer_url": URL})
    account.attach_number("+1 (415) 555-0000", app_id)
    assert account.get_number(NUMBER).application_id == app_id
    account.detach_number(NUMBER)
    assert account.get_number(NUMBER).application_id is None


@pytest.mark.parametrize("number", ["", "+", "x1415", "../Application", "12", "1" * 16, "٣٣٣٣"])
def test_what_is_no_number_never_reaches_a_path(number: str) -> None:
    with pytest.raises(FlowbuilderError, match="country code"):
        digits_of(number)


def test_what_is_no_id_never_reaches_a_path(account: Account) -> None:
    with pytest.raises(PlivoRefused):
        account.get_application("../Number/14155550000")


@pytest.mark.parametrize(
    ("uri", "app_id"), [("/v1/Account/MA/Application/12/", "12"), ("12", "12"), ("", None), (None, None)]
)
def test_an_application_uri_is_read_for_its_id(uri: str | None, app_id: str | None) -> None:
    assert application_id_of(uri) == app_id


@pytest.mark.parametrize("fault", ["429", "500", "502", "503", "504"])
def test_a_busy_plivo_is_asked_again_with_growing_pauses(world: World, fault: str) -> None:
    world.faults.add(fault, times=3)
    assert world.account.get_number(NUMBER).number == NUMBER
    assert world.pauses == [0.5, 1.0, 2.0]
    world.faults.add(fault, times=4)
    with pytest.raises(PlivoRefused, match="Try again") as refusal:
        world.account.get_number(NUMBER)
    assert refusal.value.status == int(fault)


@pytest.mark.parametrize("fault", ["429", "500", "503", "time-out", "reset", "refused", "broken json"])
def test_a_creation_is_never_tried_again(world: World, fault: str) -> None:
    world.faults.add(fault)
    with pytest.raises(PlivoRefused) as refusal:
        world.account.create_application({"app_name": "one", "answer_url": URL})
    assert isinstance(refusal.value, AnswerLost) == (fault not in ("429", "refused"))
    assert len(world.faults.seen) == 1
    assert world.pauses == []


def test_a_deletion_that_took_effect_unheard_is_done(world: World) -> None:
    app_id = world.account.create_application({"app_name": "one", "answer_url": URL})
    world.faults.add("500 after")
    world.account.delete_application(app_id)
    assert world.store.sandbox.list("application") == []


def test_a_no_after_an_unheard_answer_leaves_doubt(world: World) -> None:
    app_id = world.account.create_application({"app_name": "one", "answer_url": URL})
    world.faults.add("500 after")
    world.faults.add("401", at=2)
    with pytest.raises(AnswerLost) as refusal:
        world.account.update_application(app_id, {"answer_url": URL + "/2"})
    assert refusal.value.status == 401


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (httpx.Response(400, json={"error": "answer_url must be a URL"}), "answer_url must be a URL. Correct it"),
        (httpx.Response(400, json={"error": {"app_name": "too long"}}), "app_name: too long"),
        (httpx.Response(401, text="nope"), "PLIVO_AUTH_TOKEN"),
        (httpx.Response(403, json={"error": "ip not allowed"}), "allowed addresses"),
        (httpx.Response(404, json={}), "not in this Plivo account"),
        (httpx.Response(409, json={"message": "in use"}), "in use"),
        (httpx.Response(301, headers={"Location": "https://elsewhere.example/"}), "PLIVO_API_URL"),
        (httpx.Response(503, html="<h1>Down</h1>"), r"trouble of its own \(status 503\)"),
        (httpx.Response(200, text="<html>login</html>"), "not Plivo's JSON"),
        (httpx.Response(200, text="[]"), "not Plivo's JSON"),
        (httpx.Response(200), "not Plivo's JSON"),
        (httpx.ConnectError("refused"), "No connection to api.plivo.com is possible"),
        (httpx.ConnectTimeout("slow"), "in time"),
        (httpx.ReadTimeout("slow"), "too long"),
        (httpx.RemoteProtocolError("broken"), "broke before the answer"),
    ],
)
def test_a_refusal_says_what_to_do(response: httpx.Response | Exception, says: str) -> None:
    account, _ = answering(response)
    with pytest.raises(PlivoRefused, match=says) as refusal:
        account.get_application("123")
    assert str(refusal.value).endswith(".")


def test_the_token_is_nowhere_to_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account, requests = answering(httpx.Response(400, json={"error": f"bad token {AUTH_TOKEN}"}))
    with pytest.raises(PlivoRefused) as refusal:
        account.get_application("123")
    assert AUTH_TOKEN not in f"{refusal.value}{refusal.value!r}{account!r}{account}{requests[0].url}{caplog.text}"
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("url", ["api.plivo.com", "ftp://api.plivo.com", "https://", "http://[::1", "http://x:99999"])
def test_an_api_url_that_is_none_is_refused_by_name(url: str) -> None:
    with pytest.raises(FlowbuilderError, match="PLIVO_API_URL"):
        Account(AUTH_ID, AUTH_TOKEN, url)


def test_an_auth_id_cannot_lead_elsewhere() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(401)

    account = Account("../x?y#z", AUTH_TOKEN, transport=httpx.MockTransport(answer))
    with pytest.raises(PlivoRefused):
        account.check_credentials()
    assert requests[0].url.raw_path == b"/v1/Account/..%2Fx%3Fy%23z/"


def test_only_what_is_given_is_sent() -> None:
    account, requests = answering(httpx.Response(202, json={"message": "changed"}))
    account.update_application("123", {"message_url": ""})
    assert requests[0].read() == b'{"message_url":""}'
    assert str(requests[0].url) == f"https://api.plivo.com/v1/Account/{AUTH_ID}/Application/123/"
