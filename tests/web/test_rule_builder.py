"""The builder of a branch's rules: its controls and the expression stay in step, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.rule_builder import likely_name
from tests.web.pages import read_page

MENU = {"prompts": [{"speak": "Digits?"}], "num_digits": 4}


def shop(*rules: str) -> Flow:
    listed = [{"exit": f"rule_{place}", "when": when} for place, when in enumerate(rules, 1)]
    return Flow(
        "Shop",
        "menu",
        {
            "menu": Node("get_input", MENU, {"input": "sort"}, (0, 0)),
            "sort": Node("branch", {"rules": listed}, {}, (0, 0)),
            "times": Node("hours", {"time_zone": "Europe/Berlin"}, {}, (0, 0)),
        },
    )


class Form:
    """The settings form of `sort` as a browser holds it: what it shows is posted, with what an author changes."""

    def __init__(self, browser: Any, parts: Any, *rules: str) -> None:
        self.browser, self.parts = browser, parts
        self.flow_id = parts.store.flows.create(shop(*rules)).id

    def fields(self) -> dict[str, str]:
        page = read_page(self.browser.get(f"/flows/{self.flow_id}/nodes/sort"))
        (form,) = page.xpath("//form[@id='settings-form']")
        return dict(form.form_values())

    def change(self, do: str = "", **changes: str) -> list[str]:
        fields = self.fields()
        for name, value in changes.items():
            path = f"rules.{name[1:].replace('__', '.')}"
            if value is None:
                fields.pop(path)
            else:
                fields[path] = value
        if do:
            fields["do"] = do
        fields["revision"] = str(self.parts.store.flows.get(self.flow_id).revision)
        assert self.browser.post(f"/flows/{self.flow_id}/nodes/sort", data=fields).status_code == 200
        return [rule["when"] for rule in self.parts.store.flows.load(self.flow_id).nodes["sort"].settings["rules"]]


@pytest.fixture
def form(browser: Any, parts: Any) -> Any:
    return lambda *rules: Form(browser, parts, *rules)


def test_a_new_rule_is_built_with_the_controls_alone(form: Any) -> None:
    rule = form("")
    shown = rule.fields()
    assert shown["rules.0.if.0.subject"] == "menu.digits", "what the caller entered last is offered first"
    assert rule.change() == [""], "nothing is written before something is chosen"
    assert rule.change(_0__if__0__value="4711") == ["menu.digits == '4711'"]
    assert rule.change(_0__if__0__test="starts") == ["menu.digits.startswith('4711')"]
    assert rule.change(_0__if__0__subject="call.from_number") == ["call.from_number.startswith('4711')"]
    assert rule.change(_0__if__0__test="number_starts", _0__if__0__value="+1 (415), 1510") == [
        "call.from_number.lstrip('+').startswith(('1415', '1510'))"
    ]


def test_the_expression_beside_it_wins_where_it_was_changed(form: Any) -> None:
    rule = form("menu.digits == '1'")
    assert rule.change(_0__when="menu.digits|int in [1, 2]") == ["menu.digits|int in [1, 2]"]
    assert "rules.0.if.0.subject" not in rule.fields(), "more than the controls show"
    assert rule.change(_0__when="vars.owner") == ["vars.owner"]
    assert rule.fields()["rules.0.if.0.test"] == "true"


def test_what_its_author_wrote_stays_as_it_is_until_a_control_changes(form: Any) -> None:
    rule = form("menu.digits=='1'   and   vars.owner")
    assert rule.change(_0__exit="first") == ["menu.digits=='1'   and   vars.owner"]
    assert rule.change(_0__join="or") == ["menu.digits == '1' or vars.owner"]


def test_conditions_come_and_go(form: Any) -> None:
    rule = form("menu.digits == '1'")
    assert rule.change(do="part:rules:0") == ["menu.digits == '1' and menu.digits == ''"]
    assert rule.change(_0__if__1__test="true", _0__if__1__subject="vars.owner", _0__join="or") == [
        "menu.digits == '1' or vars.owner"
    ]
    assert rule.change(do="unpart:rules:0.0") == ["vars.owner"]
    assert rule.change(do="unpart:rules:0.0") == ["vars.owner"], "the last one stays"
    assert rule.change(do="part:rules:7") == ["vars.owner"]


def test_the_time_is_compared_in_the_zone_of_the_opening_hours(form: Any) -> None:
    rule = form("menu.digits == '1'")
    assert rule.change(_0__if__0__subject="call.time") == ["'09:00' <= call.time|time_in('Europe/Berlin') < '17:00'"]
    assert rule.change(_0__if__0__from="22:00", _0__if__0__to="06:00") == [
        "not '06:00' <= call.time|time_in('Europe/Berlin') < '22:00'"
    ]
    assert rule.change(_0__if__0__test="day_in") == [
        "call.time|day_in('Europe/Berlin') in ['mon', 'tue', 'wed', 'thu', 'fri']"
    ]
    assert rule.change(_0__if__0__mon=None, _0__if__0__zone="UTC") == [
        "call.time|day_in('UTC') in ['tue', 'wed', 'thu', 'fri']"
    ]
    assert rule.change(_0__if__0__subject="menu.digits") == ["menu.digits == ''"]


def test_what_is_still_missing_is_said_beside_the_rule(form: Any) -> None:
    rule = form("menu.digits == '1'")
    rule.change(_0__if__0__test="over", _0__if__0__value="ten")
    assert rule.fields()["rules.0.if.0.value"] == "ten", "nothing typed is lost"
    page = rule.browser.get(f"/flows/{rule.flow_id}/nodes/sort").text
    assert "“ten” is no number. Write it like 5 or 2.5." in page


def test_the_likely_name_is_what_the_caller_entered() -> None:
    assert likely_name(["call.from_number", "call.status", "ask.confidence", "ask.digits"]) == "ask.digits"
    assert likely_name(["call.from_number", "call.status"]) == "call.from_number"
