"""Branch and web request: which exit they take by what is known, and what they keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given

from flowbuilder.runtime import HttpAnswer, NoServices
from flowbuilder.steps import Outcome
from tests.steps.reading_good import complaints, step
from tests.strategies import json_values

VALUES = {
    "call": {"from_number": "12025550123", "forwarded_from": ""},
    "vars": {"owner": "Ada", "count": 3, "nothing": None},
    "menu": {"digits": "1", "speech": "", "confidence": None, "exit": "one"},
}


@dataclass
class World(NoServices):
    answer: HttpAnswer = field(default_factory=lambda: HttpAnswer(200, "{}", {}))
    asked: list[dict[str, Any]] = field(default_factory=list)

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        self.asked.append({"method": method, "url": url, **request})
        return self.answer


# --- branch


def branched(*rules: str, values: dict[str, Any] | None = None) -> str | None:
    listed = [{"exit": f"way_{place}", "when": when} for place, when in enumerate(rules, 1)]
    outcome = step("branch", rules=listed).decide(VALUES if values is None else values, NoServices(), "here")
    assert outcome == Outcome(outcome.exit)
    return outcome.exit


def test_the_first_rule_that_holds_wins() -> None:
    assert branched("false", "menu.digits == '1'", "true") == "way_2"
    assert branched("true", "true") == "way_1"
    assert branched("false", "0", "''") == "otherwise"


@pytest.mark.parametrize(
    "when",
    [
        "vars.owner == 'Ada' and menu.exit == 'one'",
        "menu.digits|int in [1, 2]",
        "call.from_number.startswith('1202')",
        "not vars.nobody",
        "vars.nobody|default('x') == 'x'",
        "vars.nothing == none",
        "vars.count > 2",
    ],
)
def test_rules_that_hold(when: str) -> None:
    assert branched(when) == "way_1"


@pytest.mark.parametrize(
    "when",
    [
        "vars.nobody",
        "nowhere.digits == '1'",
        "nowhere.at.all.deep",
        "vars.nothing",
        "menu.confidence",
        "menu.confidence > 0.5",
        "vars.nobody > 3",
        "call.forwarded_from",
        "menu.digits / 0",
        "vars.owner + 1",
    ],
)
def test_what_is_missing_or_cannot_be_worked_out_holds_not(when: str) -> None:
    assert branched(when) == "otherwise"


def test_nothing_known_at_all_is_no_trouble() -> None:
    assert branched("vars.owner", "call.from_number", values={}) == "otherwise"


def test_rules_need_exits_of_their_own_and_readable_expressions() -> None:
    assert complaints("branch", rules=[{"exit": "a", "when": "true"}, {"exit": "a", "when": "x"}]) == [
        ("duplicate-choice", "rules")
    ]
    assert complaints("branch", rules=[{"exit": "otherwise", "when": "true"}]) == [("bad-setting", "rules")]
    assert complaints("branch", rules=[{"exit": "a", "when": "1 +"}]) == [("bad-expression", "rules")]
    assert complaints("branch", rules=[]) == [("bad-setting", "rules")]


# --- web request


def asked(answer: HttpAnswer | None = None, **settings: Any) -> tuple[Outcome, dict[str, Any]]:
    world = World(answer) if answer else World()
    settings = {"url": "https://api.example.com/x", **settings}
    outcome = step("http_request", **settings).decide(VALUES, world, "here")
    (request,) = world.asked
    return outcome, request


@pytest.mark.parametrize(("status", "exit"), [(200, "ok"), (204, "ok"), (299, "ok")])
def test_any_2xx_is_fine(status: int, exit: str) -> None:
    assert asked(HttpAnswer(status))[0].exit == exit


@pytest.mark.parametrize("status", [0, 100, 199, 300, 301, 404, 500, 503])
def test_everything_else_has_failed_no_answer_too(status: int) -> None:
    outcome, _ = asked(HttpAnswer(status, "gone"))
    assert outcome.exit == "failed"
    assert outcome.outputs == {"status_code": status, "json": None, "text": "gone"}


BY_STATUS = [
    {"exit": "refused", "status": "4xx"},
    {"exit": "unknown", "status": "404"},
    {"exit": "later", "status": "500-504"},
    {"exit": "unknown", "status": "410"},
    {"exit": "found", "status": "2xx"},
    {"exit": "empty", "status": "204"},
]


@pytest.mark.parametrize(
    ("status", "exit"),
    [
        *[(200, "found"), (204, "empty"), (299, "found"), (300, "failed"), (400, "refused"), (404, "unknown")],
        *[(410, "unknown"), (499, "refused"), (500, "later"), (504, "later"), (505, "failed"), (0, "failed")],
    ],
)
def test_the_narrowest_range_that_holds_a_status_names_the_exit(status: int, exit: str) -> None:
    assert asked(HttpAnswer(status), statuses=BY_STATUS)[0].exit == exit


def test_an_exit_is_listed_once_and_one_that_no_status_leads_to_is_known() -> None:
    request = step("http_request", url="https://api.example.com/x", statuses=BY_STATUS)
    assert request.exits() == ["ok", "refused", "unknown", "later", "found", "empty", "failed"]
    assert request.dead_exits() == {"ok"}
    assert request.variables_set().keys() == set(request.exits())


def test_ok_and_failed_can_be_given_other_statuses_too() -> None:
    listed = [{"exit": "ok", "status": "404"}, {"exit": "failed", "status": "202"}]
    assert [asked(HttpAnswer(status), statuses=listed)[0].exit for status in (200, 404, 202)] == ["ok", "ok", "failed"]
    assert step("http_request", url="https://api.example.com/x", statuses=listed).exits() == ["ok", "failed"]


@pytest.mark.parametrize("status", ["", "99", "600", "4x", "xxx", "299-200", "200-", "-299", "200-6xx", "٤٠٤"])
def test_what_names_no_status_is_refused(status: str) -> None:
    listed = [{"exit": "odd", "status": status}]
    assert complaints("http_request", url="https://api.example.com/x", statuses=listed) == [("bad-setting", "statuses")]


def test_the_same_statuses_cannot_lead_two_ways() -> None:
    listed = [{"exit": "a", "status": "4xx"}, {"exit": "b", "status": "400-499"}]
    found = complaints("http_request", url="https://api.example.com/x", statuses=listed)
    assert found == [("duplicate-choice", "statuses")]


def test_what_is_to_be_kept_becomes_variables() -> None:
    answer = HttpAnswer(200, '{"name": "Bob"}', {"name": "Bob", "tags": ["a", "b"]})
    save = {
        "name": "response.json.name",
        "first_tag": "response.json.tags[0]",
        "tags": "response.json.tags",
        "status": "response.status_code",
        "both": "vars.owner ~ ' ' ~ response.json.name",
        "absent": "response.json.no.such.thing",
        "wrong": "response.json.name + 1",
    }
    outcome, _ = asked(answer, save=save)
    assert outcome.variables == {
        "name": "Bob",
        "first_tag": "a",
        "tags": ["a", "b"],
        "status": 200,
        "both": "Ada Bob",
        "absent": None,
        "wrong": None,
    }


def test_what_a_failed_answer_says_can_be_kept_too() -> None:
    outcome, _ = asked(HttpAnswer(404, "gone", {"error": "no such account"}), save={"why": "response.json.error"})
    assert (outcome.exit, outcome.variables) == ("failed", {"why": "no such account"})


def test_a_long_text_is_read_whole_and_kept_in_part() -> None:
    outcome, _ = asked(HttpAnswer(200, "x" * 50_000), save={"length": "response.text|length"})
    assert outcome.outputs["text"] == "x" * 2_000
    assert outcome.variables == {"length": 50_000}


@pytest.mark.parametrize("body", [[], "text", 7, None, {"a": [{"b": None}]}])
def test_any_json_is_an_answer(body: Any) -> None:
    outcome, _ = asked(HttpAnswer(200, "", body), save={"name": "response.json.name"})
    assert outcome.outputs["json"] == body
    assert outcome.variables == {"name": None}


def test_expressions_are_filled_wherever_they_stand() -> None:
    _, request = asked(
        method="POST",
        url="https://api.example.com/{{ vars.owner|urlencode }}/{{ nowhere.digits }}",
        headers={"X-Caller": "{{ call.from_number }}", "Accept": "application/json"},
        json={"{{ menu.exit }}": "{{ vars.owner }}", "deep": [{"n": "{{ vars.count }}"}, 5, None, True]},
        timeout=3,
    )
    assert request == {
        "method": "POST",
        "url": "https://api.example.com/Ada/",
        "headers": {"X-Caller": "12025550123", "Accept": "application/json"},
        "query": None,
        "json": {"one": "Ada", "deep": [{"n": "3"}, 5, None, True]},
        "form": None,
        "timeout": 3.0,
    }


def test_a_query_and_a_form_are_filled() -> None:
    _, request = asked(query={"phone": "{{ call.from_number }}", "who": "{{ vars.nobody }}"})
    assert (request["method"], request["query"], request["json"]) == ("GET", {"phone": "12025550123", "who": ""}, None)
    _, request = asked(method="PUT", form={"digits": "{{ menu.digits }}"})
    assert (request["query"], request["form"], request["headers"]) == (None, {"digits": "1"}, {})


def test_a_request_carries_one_body_and_a_get_none() -> None:
    url = "https://api.example.com/x"
    assert complaints("http_request", url=url, method="POST", json={"a": 1}, form={}) == [("bad-setting", "form")]
    assert complaints("http_request", url=url, json={"a": 1}) == [("bad-setting", "method")]
    assert complaints("http_request", url=url, save={"1st": "response"}) == [("bad-setting", "save")]
    assert complaints("http_request", url=url, save={"a": "{{ response }}"}) == [("bad-expression", "save")]
    assert complaints("http_request", url=url, timeout=11) == [("bad-setting", "timeout")]


@given(body=json_values())
def test_no_answer_is_too_strange_to_go_on(body: Any) -> None:
    saved = {
        "name": "response.json.name",
        "all": "response.json",
        "big": "response.json|string",
        "n": "response.json|int",
    }
    outcome, _ = asked(HttpAnswer(200, str(body), body), save=saved)
    assert outcome.exit == "ok"
    assert outcome.variables.keys() == saved.keys()
