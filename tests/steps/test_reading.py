"""Reading a node: every setting that cannot be as it is gets a sentence at its place, and nothing raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.model import Node
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import CATALOGUE, read_node
from tests import strategies


def problems(type_: str, settings: dict[str, Any]) -> list[Problem]:
    return read_node("n", Node(type_, settings)).problems


def places(type_: str, settings: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.path or problem.setting) for problem in problems(type_, settings)]


def dial(number: str) -> dict[str, Any]:
    return {"to": [{"number": number}]}


@pytest.mark.parametrize(
    "number",
    ["12", "4155550100", "+1", "+1 415 555 0100", "+1-415", "+12345678901234567", "tel:+14155550100", "+१२३४५"],
)
def test_a_number_that_is_not_e164_is_refused_at_its_entry(number: str) -> None:
    (problem,) = problems("dial", dial(number))
    assert (problem.code, problem.setting, problem.path) == ("bad-setting", "to", "to.0.number")
    assert "+14155550100" in problem.message


@pytest.mark.parametrize("number", ["+14155550100", "+442071838750", "+4930901820", "{{ vars.number }}"])
def test_a_number_with_its_country_code_is_taken(number: str) -> None:
    assert problems("dial", dial(number)) == []


def test_a_setting_that_the_step_does_not_have_is_told_by_name() -> None:
    (problem,) = problems("speak", {"text": "Hi", "volume": 11})
    assert (problem.code, problem.setting) == ("bad-setting", "volume")
    assert "“volume”" in problem.message


def test_what_plivo_or_the_compiler_owns_is_no_setting() -> None:
    for name in ("action", "method", "callbackUrl", "redirect"):
        settings = {"to": [{"number": "+14155550100"}], name: "x"}
        assert places("dial", settings) == [("bad-setting", name)]


@pytest.mark.parametrize(
    ("type_", "settings", "place"),
    [
        ("speak", {"text": ""}, "text"),
        ("speak", {"text": " \n"}, "text"),
        ("speak", {"text": "x" * 3_001}, "text"),
        ("speak", {"text": 5}, "text"),
        ("speak", {"text": "Hi", "loop": -1}, "loop"),
        ("speak", {"text": "Hi", "loop": 1.5}, "loop"),
        ("speak", {"text": "Hi", "loop": "2"}, "loop"),
        ("speak", {"text": "Hi", "loop": True}, "loop"),
        ("speak", {"text": "Hi", "loop": 10**40}, "loop"),
        ("speak", {"text": "Hi", "voice": "Polly.Nobody"}, "voice"),
        ("play", {"url": "ftp://example.com/a.mp3"}, "url"),
        ("play", {"url": "javascript:alert(1)"}, "url"),
        ("play", {"url": "https://"}, "url"),
        ("play", {"url": "https://[::1/a"}, "url"),
        ("play", {"url": "https://exa mple.com/"}, "url"),
        ("play", {"url": "https://a.example/" + "x" * 3_000}, "url"),
        ("wait", {"length": 0}, "length"),
        ("wait", {"length": None}, "length"),
        ("get_input", {"prompts": "Press 1."}, "prompts"),
        ("get_input", {"prompts": [{}]}, "prompts.0"),
        ("get_input", {"prompts": [{"speak": "a", "play": "https://a.example"}]}, "prompts.0"),
        ("get_input", {"prompts": [{"speak": "a"}], "attempts": 11}, "attempts"),
        ("get_input", {"prompts": [{"speak": "a"}], "execution_timeout": 4}, "execution_timeout"),
        ("get_input", {"prompts": [{"speak": "a"}], "input_type": "telepathy"}, "input_type"),
        ("get_input", {"prompts": [{"speak": "a"}], "choices": [{"exit": "a", "digits": "x"}]}, "choices.0.digits"),
        ("get_input", {"prompts": [{"speak": "a"}], "choices": [{"exit": "A b", "digits": "1"}]}, "choices.0.exit"),
        ("get_input", {"prompts": [{"speak": "a"}], "choices": [{"exit": "a"}]}, "choices.0"),
        ("dial", {"to": []}, "to"),
        ("dial", {"to": [{}]}, "to.0"),
        ("dial", {"to": [{"user": "desk"}]}, "to.0.user"),
        ("dial", {"to": [{"number": "+14155550100", "user": "sip:a@b.example"}]}, "to.0"),
        ("branch", {"rules": {}}, "rules"),
        ("http_request", {"url": "https://a.example", "timeout": 11}, "timeout"),
        ("hangup", {"reason": "bored"}, "reason"),
        ("redirect", {}, "url"),
    ],
)
def test_a_setting_out_of_its_limits_is_told_at_its_place(type_: str, settings: dict[str, Any], place: str) -> None:
    assert ("bad-setting", place) in places(type_, settings)


def test_several_bad_settings_are_all_told() -> None:
    found = places("get_input", {"prompts": [], "attempts": 0, "input_type": "x", "colour": 1})
    assert {place for _, place in found} == {"prompts", "attempts", "input_type", "colour"}


def test_what_can_be_read_stays_readable_beside_what_cannot() -> None:
    choices = [{"exit": "sales", "digits": "1"}]
    reading = read_node("n", Node("get_input", {"prompts": 5, "choices": choices}))
    assert reading.step is not None
    assert reading.step.exits() == ["sales", "no_input", "no_match"]
    assert reading.exits_known


def test_where_the_settings_that_shape_the_exits_are_bad_the_exits_are_not_known() -> None:
    assert not read_node("n", Node("get_input", {"prompts": [{"speak": "a"}], "choices": [{"exit": 5}]})).exits_known
    assert not read_node("n", Node("teleport")).exits_known


def test_an_expression_that_cannot_be_read_is_told_at_its_setting() -> None:
    assert places("speak", {"text": "Hi {{ call."}) == [("bad-expression", "text")]
    assert places("play", {"url": "https://a.example/{{ 1 + }}"}) == [("bad-expression", "url")]
    post = {"url": "https://a.example", "method": "POST", "json": {"deep": ["{{ oops"]}}
    assert places("http_request", post) == [("bad-expression", "json")]
    saved = {"url": "https://a.example", "save": {"a": "response."}}
    assert places("http_request", saved) == [("bad-expression", "save")]


@pytest.mark.parametrize("text", ["]]>", "<b>&amp;", "a\x00b\x1f", "\u202eabc", "\ufffe", "“”\t\n"])
def test_characters_that_xml_or_readers_mind_are_no_reason_to_refuse_a_text(text: str) -> None:
    assert problems("speak", {"text": f"Hi {text}"}) == []


@given(data=st.data())
def test_no_settings_at_all_are_told_in_sentences(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(sorted(CATALOGUE)))
    names = [spec.name for spec in CATALOGUE[type_].settings_specs()]
    keys = st.sampled_from(names) | st.text(max_size=5)
    settings = data.draw(st.dictionaries(keys, strategies.json_values(), max_size=4))
    reading = read_node("n", Node(type_, settings))
    assert reading.step is not None
    for problem in reading.problems:
        assert problem.node == "n"
        assert problem.message.endswith((".", "!"))
        assert len(problem.message) < 400
    assert isinstance(reading.step.exits(), list)
    assert reading.step.card() is not None
