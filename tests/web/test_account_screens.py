"""The screens about one account: its Applications, numbers and endpoints, against the sandbox."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from flowbuilder.publishing.account import Account
from flowbuilder.store import DeploymentRow
from tests.flow.clinic import clinic

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

NUMBER, MUTE = "+14155550000", "+447700900123"
URL = "https://elsewhere.example.com/answer"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="https://flows.example.com")


@pytest.fixture
def account(parts: Flowbuilder) -> Account:
    return parts.account


@pytest.fixture
def here(account: Account) -> str:
    return f"/accounts/{account.auth_id}"


@pytest.fixture
def live(parts: Flowbuilder, account: Account) -> DeploymentRow:
    """A flow that is live by an Application of its own, on no number yet."""
    flow = parts.store.flows.create(clinic())
    app_id = account.create_application({"app_name": "flowbuilder-clinic", "answer_url": URL})
    return parts.store.deployments.put(DeploymentRow(flow.id, account.auth_id, app_id, "flowbuilder-clinic", 1))


def tree(answer: Any) -> Any:
    return html.fromstring(answer.text)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", tree(answer).text_content())


def test_numbers_say_what_they_can_do_and_what_answers_them(browser: Any, here: str, account: Account) -> None:
    app_id = account.create_application({"app_name": "shop", "answer_url": URL})
    account.attach_number(NUMBER, app_id)
    said = words(browser.get(f"{here}/numbers"))
    assert "+1 415 555 0000" in said
    assert "shop" in said
    assert "SMS" in said
    assert "shop" not in words(browser.get(f"{here}/numbers?type=mobile")).split("The numbers ticked")[0]
    assert "No number of this account is like that." in words(browser.get(f"{here}/numbers?number_startswith=999"))


def test_several_numbers_move_to_a_flow_and_back(
    browser: Any, here: str, live: DeploymentRow, parts: Flowbuilder, account: Account
) -> None:
    numbers = [NUMBER, "+12025550142"]
    answer = browser.post(
        f"{here}/numbers/move", data={"number": numbers, "app_id": live.app_id}, follow_redirects=True
    )
    assert "“Clinic”, version 1 answers +1 415 555 0000, +1 202 555 0142 now." in words(answer)
    kept = parts.store.deployments.get(live.flow_id)
    assert kept is not None
    assert kept.numbers == [{"number": number, "previous_app_id": None} for number in numbers]
    browser.post(f"{here}/numbers/move", data={"number": NUMBER, "app_id": "nothing"})
    assert account.get_number(NUMBER).application_id is None
    kept = parts.store.deployments.get(live.flow_id)
    assert kept is not None
    assert [one["number"] for one in kept.numbers] == ["+12025550142"]


def test_what_answered_before_is_kept_when_a_flow_takes_a_number(
    browser: Any, here: str, live: DeploymentRow, parts: Flowbuilder, account: Account
) -> None:
    shop = account.create_application({"app_name": "shop", "answer_url": URL})
    account.attach_number(NUMBER, shop)
    browser.post(f"{here}/numbers/move", data={"number": NUMBER, "app_id": live.app_id})
    kept = parts.store.deployments.get(live.flow_id)
    assert kept is not None
    assert kept.numbers == [{"number": NUMBER, "previous_app_id": shop}]


def test_a_number_without_voice_stays_and_the_others_move(
    browser: Any, here: str, live: DeploymentRow, account: Account
) -> None:
    answer = browser.post(
        f"{here}/numbers/move", data={"number": [MUTE, NUMBER], "app_id": live.app_id}, follow_redirects=True
    )
    assert "takes no calls" in words(answer)
    assert account.get_number(NUMBER).application_id == live.app_id
    assert account.get_number(MUTE).application_id is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"app_id": "nothing"}, "Tick the numbers first"),
        ({"number": NUMBER}, "Choose what answers these numbers"),
        ({"number": NUMBER, "app_id_typed": "12345"}, "There is no Application 12345"),
    ],
)
def test_a_move_that_says_too_little_is_refused(browser: Any, here: str, form: Any, sentence: str) -> None:
    answer = browser.post(f"{here}/numbers/move", data=form)
    assert answer.status_code >= 400
    assert sentence in words(answer)


def test_a_number_is_rented_after_its_price_was_agreed_to(browser: Any, here: str, account: Account) -> None:
    offers = tree(browser.get(f"{here}/numbers/rent?country=us&pattern=415"))
    link = offers.xpath("//a[starts-with(@aria-label, 'Rent +1')]/@href")[0]
    page = tree(browser.get(link))
    assert "$0.80 a month" in page.text_content()
    price = page.xpath("//input[@name='price']/@value")[0]
    assert "Tick that you agree" in words(browser.post(link, data={"price": price}, follow_redirects=True))
    stale = browser.post(link, data={"price": "0/0.10", "agreed": "yes"}, follow_redirects=True)
    assert "The price has changed" in words(stale)
    before = len(account.list_numbers())
    answer = browser.post(link, data={"price": price, "agreed": "yes"}, follow_redirects=True)
    assert "is yours. Choose what answers it." in words(answer)
    assert len(account.list_numbers()) == before + 1
    assert "is not for rent any more" in words(browser.post(link, data={"price": price, "agreed": "yes"}))
    assert len(account.list_numbers()) == before + 1


def test_a_search_that_plivo_refuses_or_that_finds_nothing_says_so(browser: Any, here: str) -> None:
    assert "country_iso" in words(browser.get(f"{here}/numbers/rent?country=U1"))
    assert "Nothing like that is for rent in US." in words(browser.get(f"{here}/numbers/rent?country=US&pattern=999"))


def test_an_endpoint_is_made_and_its_password_shown_once(browser: Any, here: str, account: Account) -> None:
    answer = browser.post(f"{here}/endpoints", data={"username": "desk", "alias": "front-desk", "app_id": "nothing"})
    password = tree(answer).xpath("//dt[.='Password']/following-sibling::dd/code")[0].text
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(password) >= 12
    endpoint = account.list_endpoints()[0]
    assert endpoint.username.startswith("desk")
    again = browser.get(f"{here}/endpoints").text
    assert endpoint.sip_uri in again
    assert password not in again


def test_a_name_that_plivo_would_refuse_is_refused_and_kept(browser: Any, here: str, account: Account) -> None:
    answer = browser.post(f"{here}/endpoints", data={"username": "1desk", "alias": "front desk"})
    assert answer.status_code == 422
    assert "begins with a letter" in words(answer)
    assert 'value="front desk"' in answer.text
    assert account.list_endpoints() == []


def test_an_endpoint_moves_to_a_flow(
    browser: Any, here: str, live: DeploymentRow, parts: Flowbuilder, account: Account
) -> None:
    endpoint_id, username = account.create_endpoint("desk", "a-password", "desk")
    browser.post(f"{here}/endpoints/{endpoint_id}/move", data={"app_id": live.app_id})
    kept = parts.store.deployments.get(live.flow_id)
    assert kept is not None
    assert kept.endpoints == [{"endpoint_id": endpoint_id, "username": username, "previous_app_id": None}]
    assert account.get_endpoint(endpoint_id).application_id == live.app_id


def test_applications_are_listed_with_what_they_answer_and_ours_are_marked(
    browser: Any, here: str, live: DeploymentRow, account: Account
) -> None:
    shop = account.create_application({"app_name": "shop", "answer_url": URL})
    account.attach_number(NUMBER, shop)
    said = words(browser.get(f"{here}/applications"))
    assert "“Clinic”, version 1" in said
    assert "shop not made here +1 415 555 0000" in said
    assert "flowbuilder-clinic" not in words(browser.get(f"{here}/applications?app_name=sh"))


def test_a_long_list_comes_in_pages(browser: Any, here: str, account: Account) -> None:
    for number in range(23):
        account.create_application({"app_name": f"app-{number:02}", "answer_url": URL})
    first = tree(browser.get(f"{here}/applications"))
    assert "1 to 20 of 23" in first.text_content()
    following = first.xpath("//a[@rel='next']/@href")[0]
    assert "21 to 23 of 23" in words(browser.get(f"{here}/applications{following}"))


def test_another_application_is_changed_where_it_was_changed(browser: Any, here: str, account: Account) -> None:
    app_id = account.create_application({"app_name": "shop", "answer_url": URL, "answer_method": "GET"})
    form = typed(browser.get(f"{here}/applications/{app_id}"))
    assert form["answer_method"] == "GET"
    browser.post(
        f"{here}/applications/{app_id}", data=form | {"message_url": "https://sms.example.com", "public_uri": "on"}
    )
    found = account.get_application(app_id)
    assert (found["message_url"], found["public_uri"], found["answer_method"]) == (
        "https://sms.example.com",
        True,
        "GET",
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"answer_url": ""}, "Answer URL: write a whole address"),
        ({"message_url": "ftp://x"}, "Message URL: write a whole address"),
        ({"sip_auth_type": "ip_acl"}, "Signing in needs the address list"),
        ({"subaccount": "SA" + "X" * 18}, "subaccount not found"),
    ],
)
def test_a_change_that_will_not_do_is_refused_and_nothing_typed_is_lost(
    browser: Any, here: str, account: Account, change: dict[str, str], sentence: str
) -> None:
    app_id = account.create_application({"app_name": "shop", "answer_url": URL})
    before = account.get_application(app_id)
    form = typed(browser.get(f"{here}/applications/{app_id}")) | {"hangup_url": "https://typed.example.com"}
    answer = browser.post(f"{here}/applications/{app_id}", data=form | change)
    assert sentence in words(answer)
    assert "https://typed.example.com" in answer.text
    after = account.get_application(app_id)
    assert {**after, "api_id": ""} == {**before, "api_id": ""}


def test_the_other_settings_of_a_live_flow_stay_with_its_deployment(
    browser: Any, here: str, live: DeploymentRow, parts: Flowbuilder, account: Account
) -> None:
    page = browser.get(f"{here}/applications/{live.app_id}")
    assert "Publishing fills these in" in words(page)
    form = typed(page)
    assert "answer_url" not in form
    form.pop("log_incoming_messages")
    browser.post(f"{here}/applications/{live.app_id}", data=form | {"answer_url": "https://evil.example.com"})
    found = account.get_application(live.app_id)
    assert (found["answer_url"], found["log_incoming_messages"]) == (URL, False)
    settings = parts.store.deployment_settings.get(live.flow_id)
    assert settings is not None
    assert settings.application == {"log_incoming_messages": False}


def test_deleting_says_what_goes_along_and_spares_the_endpoints(browser: Any, here: str, account: Account) -> None:
    app_id = account.create_application({"app_name": "shop", "answer_url": URL})
    account.attach_number(NUMBER, app_id)
    endpoint_id, _ = account.create_endpoint("desk", "a-password", "front-desk", app_id)
    said = words(browser.get(f"{here}/applications/{app_id}/delete"))
    assert "Nothing will answer +1 415 555 0000 any more" in said
    assert "front-desk" in said
    browser.post(f"{here}/applications/{app_id}/delete", data={"endpoints": "keep"})
    assert account.get_endpoint(endpoint_id).application_id is None
    assert account.list_applications() == []


@pytest.mark.parametrize("choice", ["move", "delete"])
def test_endpoints_move_or_go_along_where_that_was_chosen(
    browser: Any, here: str, account: Account, choice: str
) -> None:
    app_id, heir = (account.create_application({"app_name": name, "answer_url": URL}) for name in ("shop", "heir"))
    account.create_endpoint("desk", "a-password", "front-desk", app_id)
    if choice == "move":
        refused = browser.post(f"{here}/applications/{app_id}/delete", data={"endpoints": "move"})
        assert "Choose the Application that the endpoints move to." in words(refused)
    browser.post(f"{here}/applications/{app_id}/delete", data={"endpoints": choice, "heir": heir})
    assert [one.application_id for one in account.list_endpoints()] == ([heir] if choice == "move" else [])


def test_the_application_of_a_live_flow_is_not_deleted(browser: Any, here: str, live: DeploymentRow) -> None:
    assert "Unpublish it first" in words(browser.get(f"{here}/applications/{live.app_id}/delete"))
    answer = browser.post(f"{here}/applications/{live.app_id}/delete")
    assert "Unpublish the flow first" in words(answer)


def test_an_account_that_is_not_here_says_so(browser: Any) -> None:
    answer = browser.get("/accounts/MA" + "X" * 18 + "/numbers")
    assert answer.status_code == 404
    assert "settings page" in words(answer)


def typed(answer: Any) -> dict[str, str]:
    """What the form on the page would send as it stands."""
    form = tree(answer).xpath("//main//form[@method='post']")[-1]
    return {name: value for name, value in form.form_values() if name != "csrf_token"}
