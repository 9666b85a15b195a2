"""The deployments of a flow on their pages: added, set up, promoted between, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.store import DeploymentSettingsRow
from flowbuilder.web.publishing_steps import Target, publish, unpublish
from tests.web.pages import at_its_end, read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder

NUMBER = "+14155550000"
DESK = Flow("Desk", "say", {"say": Node("speak", {"text": "Desk {{ env.desk }}."})})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url="http://flows.test")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    return parts.store.flows.create(DESK).id


@pytest.fixture
def here(flow_id: str) -> str:
    return f"/flows/{flow_id}/deployments"


def typed(answer: Any) -> dict[str, Any]:
    """What the settings form would send as it stands; the rows of variables as lists."""
    form = read_page(answer).xpath("//main//form[@class='stack']")[0]
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        if name in ("variable", "value"):
            found.setdefault(name, []).append(value)
        elif name not in ("csrf_token", "do"):
            found[name] = value
    return found


def kept(parts: Flowbuilder, flow_id: str, name: str = "staging") -> DeploymentSettingsRow:
    row = parts.store.deployment_settings.get(flow_id, name)
    assert row is not None
    return row


def refusal_of(answer: Any) -> str:
    assert answer.status_code == 422
    return " ".join(read_page(answer).xpath("string(//*[@role='alert'])").split())


def test_a_second_deployment_is_added_under_the_name_suggested(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str
) -> None:
    page = read_page(browser.get(here))
    assert page.xpath("//main//h3/a/text()") == ["production"]
    suggested = page.xpath("//input[@name='name']/@value")[0]
    answer = browser.post(here, data={"name": suggested}, follow_redirects=True)
    assert "staging is there" in text_of(answer)
    assert [row.name for row in parts.store.deployment_settings.list(flow_id)] == ["production", "staging"]
    again = read_page(browser.get(here))
    assert again.xpath("//main//h3/a/text()") == ["production", "staging"]
    assert again.xpath("//input[@name='name']/@value") == ["test"]


@pytest.mark.parametrize("name", ["", "Staging", "a b", "ü", "x" * 33, "a/b", "production"])
def test_a_name_that_will_not_do_is_refused_and_kept_in_the_field(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str, name: str
) -> None:
    answer = browser.post(here, data={"name": name})
    assert "deployment" in refusal_of(answer)
    assert read_page(answer).xpath("//input[@name='name']/@value") == [name]
    assert len(parts.store.deployment_settings.list(flow_id)) == 1


def test_what_the_drawing_uses_and_a_deployment_lacks_is_named_and_added_with_one_button(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str
) -> None:
    assert "The drawing uses env.desk, not set here." in text_of(browser.get(here))
    page = browser.get(f"{here}/production")
    assert read_page(page).xpath("//*[@id='missing']//button/@value") == ["add:desk"]
    more = browser.post(f"{here}/production", data=typed(page) | {"do": "add:desk"})
    form = typed(more)
    assert form["variable"] == ["desk"]
    assert kept(parts, flow_id, "production").variables == {}, "a row is not kept before the form is"
    answer = browser.post(f"{here}/production", data=form | {"value": ["front"]}, follow_redirects=True)
    assert "Kept." in text_of(answer)
    assert "missing" not in read_page(answer).xpath("//@id")
    assert parts.variables.of(flow_id, "production") == {"desk": "front"}


def test_rows_come_and_go_without_a_script_and_without_loss(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str
) -> None:
    rows = {"variable": ["desk", "hall", "roof"], "value": ["one", "two\nlines", "three"]}
    more = browser.post(f"{here}/production", data=rows | {"do": "add", "public_uri": "off", "subaccount": "half"})
    assert typed(more)["variable"] == ["desk", "hall", "roof", ""]
    assert (typed(more)["public_uri"], typed(more)["subaccount"]) == ("off", "half")
    fewer = typed(browser.post(f"{here}/production", data=typed(more) | {"do": "remove:1"}))
    assert (fewer["variable"], fewer["value"]) == (["desk", "roof", ""], ["one", "three", ""])
    browser.post(f"{here}/production", data=fewer | {"subaccount": ""})
    assert kept(parts, flow_id, "production").variables == {"desk": "one", "roof": "three"}
    assert kept(parts, flow_id, "production").application == {"public_uri": False}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"variable": ["1st", "b"], "value": ["x", "y"]}, "Variable 1: a name begins with a letter"),
        ({"variable": ["", "b"], "value": ["x", "y"]}, "Variable 1: a name begins with a letter"),
        ({"variable": ["a", "sales-desk"], "value": ["x", "y"]}, "not “sales-desk”"),
        ({"variable": ["a", "a"], "value": ["x", "y"]}, "a is in the list twice"),
        ({"variable": ["items", "b"], "value": ["x", "y"]}, "Write ITEMS"),
        ({"variable": ["a", "b"], "value": ["x" * 4001, "y"]}, "at most 4000 letters"),
        ({"account": "MA" + "X" * 18}, "is not here. Add it on the settings page"),
        ({"subaccount": "MA123"}, "begins with SA"),
        ({"sip_auth_type": "ip_acl"}, "needs the address list's UUID"),
        ({"sip_auth_type": "fingerprint"}, "sip_auth_type is one of"),
    ],
)
def test_a_refusal_says_what_to_do_and_keeps_all_that_was_typed(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str, change: dict[str, Any], sentence: str
) -> None:
    before = kept(parts, flow_id, "production")
    form = {
        "account": parts.account.auth_id,
        "variable": ["a", "b"],
        "value": ["x", "y"],
        "log_incoming_messages": "off",
        "credential_uuid": "from-the-console",
        **change,
    }
    answer = browser.post(f"{here}/production", data=form)
    assert sentence in refusal_of(answer)
    shown = typed(answer)
    # A choice that is not among the options cannot be shown in a list.
    assert {name: shown[name] for name in form if name != "sip_auth_type"} == {
        name: value for name, value in form.items() if name != "sip_auth_type"
    }
    assert kept(parts, flow_id, "production") == before


def test_each_setting_of_the_application_is_stated_or_left(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str
) -> None:
    page = browser.get(f"{here}/production")
    assert {typed(page)[name] for name in ("public_uri", "log_incoming_messages", "sip_auth_type")} == {"leave"}
    sip = {"sip_auth_type": "credential", "credential_uuid": "c-1"}
    browser.post(f"{here}/production", data=typed(page) | sip | {"default_number_app": "on", "public_uri": "off"})
    stated = {"default_number_app": True, "public_uri": False, **sip}
    assert kept(parts, flow_id, "production").application == stated
    again = typed(browser.get(f"{here}/production"))
    assert (again["default_number_app"], again["public_uri"], again["sip_auth_type"]) == ("on", "off", "credential")
    browser.post(f"{here}/production", data=again | {"default_number_app": "leave"})
    assert "default_number_app" not in kept(parts, flow_id, "production").application


def test_a_text_accepted_as_empty_stays_stated(browser: Any, parts: Flowbuilder, flow_id: str, here: str) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, application={"subaccount": ""}))
    browser.post(f"{here}/production", data=typed(browser.get(f"{here}/production")))
    assert kept(parts, flow_id, "production").application == {"subaccount": ""}


def go_live(parts: Flowbuilder, flow_id: str, name: str, number: str = NUMBER) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, name, variables={"desk": name}))
    assert list(publish(parts, flow_id, Target(name, [number]), author="Ada"))[-1].ok


def test_what_is_live_is_told_and_stays_where_it_is(browser: Any, parts: Flowbuilder, flow_id: str, here: str) -> None:
    go_live(parts, flow_id, "staging")
    said = text_of(browser.get(here))
    assert "Version 1 since" in said
    assert "by Ada +1 415 555 0000" in said
    refused = browser.post(f"{here}/staging/delete")
    assert refused.status_code == 422
    assert "Unpublish it there first" in text_of(refused)
    list(unpublish(parts, flow_id, "staging"))
    answer = browser.post(f"{here}/staging/delete", follow_redirects=True)
    assert "staging is deleted" in text_of(answer)
    assert [row.name for row in parts.store.deployment_settings.list(flow_id)] == ["production"]
    assert parts.variables.of(flow_id, "staging") == {}


def test_production_is_never_deleted(browser: Any, here: str) -> None:
    assert "delete" not in "".join(read_page(browser.get(f"{here}/production")).xpath("//form/@action"))
    answer = browser.post(f"{here}/production/delete")
    assert answer.status_code == 422
    assert "Every flow has a production" in text_of(answer)


def test_a_version_is_promoted_from_one_deployment_to_another(
    browser: Any, parts: Flowbuilder, flow_id: str, here: str
) -> None:
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, variables={"desk": "main"}))
    go_live(parts, flow_id, "staging")
    parts.store.flows.save(flow_id, 1, replace(DESK, nodes={"say": Node("speak", {"text": ""})}), "A mistake")
    (link,) = read_page(browser.get(here)).xpath("//p[@class='promote']//a/@href")
    page = browser.get(link)
    assert "Version 1" in text_of(page)
    assert "error" not in text_of(page), "the mistake is in the drawing, not in the version"
    form = dict(read_page(page).get_element_by_id("publish").form_values())
    plan = browser.get(f"/flows/{flow_id}/publish/plan", query_string=form | {"number": "+12025550142"})
    form["plan"] = read_page(plan).xpath("//input[@name='plan']/@value")[0]
    done = browser.post(
        f"/flows/{flow_id}/publish", data=form | {"number": "+12025550142"}, headers={"HX-Request": "true"}
    )
    assert "Live: version 1" in text_of(at_its_end(browser, done))
    live = {row.name: row.version for row in parts.store.deployments.list(flow_id)}
    assert live == {"production": 1, "staging": 1}
    assert "production (has it)" in text_of(browser.get(here))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_deployment_that_is_not_there_says_so(browser: Any, here: str, method: str) -> None:
    answer = getattr(browser, method)(f"{here}/nowhere")
    assert answer.status_code == 404
    assert "has no deployment nowhere" in text_of(answer)
