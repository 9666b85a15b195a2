"""Expressions: what they give, which names they use, and that no author and no caller can break a call with one."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.expressions import (
    ExpressionError,
    check_expression,
    check_text,
    evaluate,
    fill,
    has_expression,
    is_true,
    names_in_expression,
    names_in_text,
)
from tests import strategies

VALUES: dict[str, Any] = {
    "call": {"from_number": "12025550123", "headers": {"X-PH-A": "1"}},
    "vars": {"owner": "Ada", "balance": 12.5, "paid": 0, "list": list(range(100_000)), "long": "x" * 1_000},
    "ask": {"digits": "42", "speech": None},
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello.", "Hello."),
        ("Hello {{ vars.owner }}.", "Hello Ada."),
        ("{{ask.digits}}{{ ask.digits }}", "4242"),
        ("{{ vars.balance * 2 }}", "25"),
        ("{{ vars.balance }}", "12.5"),
        ("{{ 1 == 1 }}", "true"),
        ("{{ vars.owner|upper }}", "ADA"),
        ("{{ vars.owner.lower() }}", "ada"),
        ("{{ call.headers['X-PH-A'] }}", "1"),
        ("{{ vars.nobody|default('you') }}", "you"),
        ("{{ 'yes' if ask.digits == '42' else 'no' }}", "yes"),
        ("{{ '}}' }}", "}}"),
        ("a }} b", "a }} b"),
        ("{% if x %} {# not a comment #}", "{% if x %} {# not a comment #}"),
        ("two\nlines {{ vars.owner }}\n", "two\nlines Ada\n"),
    ],
)
def test_a_text_is_filled(text: str, filled: str) -> None:
    check_text(text)
    assert fill(text, VALUES) == filled


@pytest.mark.parametrize(
    "text",
    ["{{ vars.nobody }}", "{{ nobody.digits.deep.deeper }}", "{{ ask.speech }}", "{{ nobody() }}", "{{ nobody[3] }}"],
)
def test_a_missing_value_is_empty(text: str) -> None:
    assert fill(f"<{text}>", VALUES) == "<>"


@pytest.mark.parametrize(
    "source", ["vars.nobody", "nobody.digits == '1'", "vars.paid", "not vars.owner", "1 / 0", "(("]
)
def test_what_is_missing_or_cannot_be_worked_out_is_false(source: str) -> None:
    assert is_true(source, VALUES) is False


def test_rules_compare_as_they_read() -> None:
    assert is_true("vars.balance > 12 and ask.digits|int == 42", VALUES)
    assert is_true("vars.nobody is not defined", VALUES)
    assert evaluate("ask.digits ~ '!'", VALUES) == "42!"
    assert evaluate("{'a': [1, 2]}", VALUES) == {"a": [1, 2]}


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{{ }}",
        "{{ call.",
        "{{ 1 + }}",
        "{{ a b }}",
        "{{ a | nonsense }}",
        "{{ a is nonsense }}",
        "{{ a := 1 }}",
        "{{ \x00 }}",
        "{{ \u202e a }}",
        "{{ await x }}",
        "{{{ a }}}",
    ],
)
def test_what_cannot_be_read_gets_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"\.$"):
        check_text(text)
    assert fill(text, VALUES) == ""
    assert names_in_text(text) == frozenset()


@pytest.mark.parametrize("source", ["", "  ", "{{ a }}", "a }}", "1 +", "x" * 4_001, "a; b", "a) or (b", "a }} {{ b"])
def test_a_bare_expression_that_cannot_be_read_gets_one_too(source: str) -> None:
    with pytest.raises(ExpressionError, match=r"\.$"):
        check_expression(source)
    assert evaluate(source, VALUES) is None
    assert names_in_expression(source) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ call.__class__ }}",
        "{{ vars.owner.__init__.__globals__ }}",
        "{{ call|attr('__class__') }}",
        "{{ vars.list|map(attribute='__class__')|first }}",
        "{{ vars.owner.format }}",
        "{{ '{0.__class__}'.format(vars) }}",
        "{{ self }}{{ cycler }}{{ lipsum() }}{{ range(3) }}{{ namespace(a=1).a }}{{ dict(a=1) }}",
        "{{ config }}{{ request }}{{ os }}{{ open('/etc/passwd') }}",
        "{{ vars.update({'owner': 'Eve'}) }}",
        "{{ vars.list.append(1) }}",
    ],
)
def test_nothing_but_values_can_be_reached(text: str) -> None:
    before = dict(VALUES["vars"])
    assert fill(text, VALUES) == ""
    assert VALUES["vars"] == before


@pytest.mark.parametrize(
    "text",
    [
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ vars.list|join(vars.long) }}",
        "{{ vars.long.replace('x', vars.long).replace('x', vars.long) }}",
        "{{ vars.long|replace('x', vars.long) }}",
        "{{ 'abc'|replace('', vars.long * 1000) }}",
        "{{ 1e300 * 1e300 }}",
    ],
)
def test_no_value_can_be_made_huge(text: str) -> None:
    began = time.process_time()
    assert fill(text, VALUES) == ""
    assert time.process_time() - began < 2


def test_a_number_too_long_to_be_written_is_empty() -> None:
    assert fill("{{ vars.n + vars.n }}", {"vars": {"n": 10**4_299}}) == ""


DEEP = {
    "brackets": lambda n: "(" * n + "1" + ")" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "names": lambda n: "a" + ".b" * n,
    "filters": lambda n: "a" + "|lower" * n,
    "sums": lambda n: "1+" * n + "1",
    "minus": lambda n: "-" * n + "1",
    "nots": lambda n: "not " * n + "1",
    "calls": lambda n: "a(" * n + ")" * n,
    "choices": lambda n: "1 if 1 else " * n + "1",
    "digits": lambda n: "9" * n * 20,
}


@pytest.mark.parametrize("shape", sorted(DEEP))
@pytest.mark.parametrize("size", [30, 100, 180, 250])
def test_long_and_deep_expressions_are_read_or_refused_soon(shape: str, size: int) -> None:
    source = DEEP[shape](size)
    began = time.process_time()
    for check, written in ((check_text, "{{ " + source + " }}"), (check_expression, source)):
        with contextlib.suppress(ExpressionError):
            check(written)
    assert isinstance(fill("{{ " + source + " }}", VALUES), str)
    assert time.process_time() - began < 3


def test_the_names_used_are_told_with_their_paths() -> None:
    assert names_in_text("{{ vars.owner }} {{ ask['digits'] }} {{ call.headers.a.b }}") == {
        ("vars", "owner"),
        ("ask", "digits"),
        ("call", "headers", "a", "b"),
    }
    assert names_in_expression("vars.a|default(vars.b) == x[y.z] and f(g)") == {
        ("vars", "a"),
        ("vars", "b"),
        ("x",),
        ("y", "z"),
        ("f",),
        ("g",),
    }
    assert names_in_text("vars.owner") == frozenset()


def test_only_two_braces_begin_an_expression() -> None:
    assert has_expression("{{ a }}")
    assert not has_expression("{ a }")
    assert not has_expression(None)


@given(text=st.text(max_size=40) | st.text("{}%# |.()[]'\"ab1+-*", max_size=40))
def test_any_text_can_be_checked_and_filled(text: str) -> None:
    try:
        check_text(text)
    except ExpressionError:
        assert fill(text, VALUES) in ("", text)
    assert isinstance(fill(text, VALUES), str)


@given(source=st.text("abcall.vars|int()[]'1+-*/ =<>~", max_size=30))
def test_any_expression_gives_plain_data_or_nothing(source: str) -> None:
    value = evaluate(source, VALUES)
    assert value is None or isinstance(value, bool | int | float | str | list | dict)
    assert is_true(source, VALUES) in (True, False)


@given(value=strategies.json_values())
def test_any_value_can_be_filled_in_and_is_never_read_as_an_expression(value: Any) -> None:
    assert isinstance(fill("{{ v }} {{ v.a }} {{ v[0] }} {{ v + 1 }} {{ v|join }}", {"v": value}), str)
    assert fill("{{ v }}", {"v": "{{ call.from_number }}"}) == "{{ call.from_number }}"
