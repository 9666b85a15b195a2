"""A value that is missing is empty text and false, and null is missing: a web answer's, or a field Plivo left empty."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.flow.expressions import evaluate, fill, is_true

NULLS: dict[str, Any] = {"vars": {"n": None}, "ask": {"json": {"n": None, "list": [None, "b"]}}}
ABSENT: dict[str, Any] = {"vars": {}, "ask": {"json": {"list": ["", "b"]}}}


@pytest.mark.parametrize(
    "values", [NULLS, ABSENT, {**ABSENT, "ask": {"json": None}}], ids=["null", "absent", "nothing"]
)
@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{ vars.n }}", ""),
        ("{{ 'Hello ' ~ vars.n }}", "Hello "),
        ("{{ vars.n|urlencode }}", ""),
        ("{{ vars.n|upper }}", ""),
        ("{{ vars.n|default('friend') }}", "friend"),
        ("{{ vars['n']|default('friend') }}", "friend"),
        ("{{ vars.get('n') ~ '!' }}", "!"),
        ("{{ vars.n|int }} {{ vars.n|int(5) }} {{ vars.n|float }}", "0 5 0"),
        ("{{ ask.json.n.deep.down ~ '!' }}", "!"),
        ("{{ [vars.n, 'x']|join('-') }}", "-x"),
    ],
)
def test_it_is_empty_text(text: str, filled: str, values: dict[str, Any]) -> None:
    assert fill(text, values) == filled


@pytest.mark.parametrize("values", [NULLS, ABSENT], ids=["null", "absent"])
@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("vars.n", False),
        ("not vars.n", True),
        ("vars.n == none", True),
        ("vars.n != none", False),
        ("vars.n is defined", False),
        ("vars.n == vars.m", True),
        ("vars.n == ''", False),
        ("vars.n > 3", False),
        ("vars.n|int > 3", False),
        ("vars.n in ['a']", False),
    ],
)
def test_it_is_false(source: str, holds: bool, values: dict[str, Any]) -> None:
    assert is_true(source, values) is holds


def test_what_is_there_stays_what_it_is() -> None:
    values = {"vars": {"zero": 0, "no": False, "empty": "", "list": []}}
    assert fill("{{ vars.zero }} {{ vars.no }} {{ vars.empty }}{{ vars.zero|default(5) }}", values) == "0 false 0"
    assert evaluate("[vars.zero, vars.no, vars.empty, vars.list]", values) == [0, False, "", []]


def test_a_list_with_gaps_is_joined_without_a_word_for_them() -> None:
    assert fill("{{ ask.json.list|join('-') }}", NULLS) == "-b"
