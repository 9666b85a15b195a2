"""An expression that loops, allocates or reaches for attributes is stopped in bounded time, whatever a caller sends."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest

from flowbuilder.flow.expression_budget import WORK
from flowbuilder.flow.expressions import evaluate, fill, is_true

VALUES: dict[str, Any] = {
    "vars": {"list": list(range(100_000)), "long": "x" * 100_000, "deep": [["ab"] * 1_000] * 1_000, "name": "Ada"},
    "ask": {"json": {"rows": [{"id": place, "tags": ["a", "b"]} for place in range(2_000)]}},
}
LOOPS = [
    "{{ vars.list|select('in', vars.list)|list|length }}",
    "{{ vars.list|reject('in', vars.list|map('string')|list)|list }}",
    "{{ vars.long|list|select('in', vars.long)|list|length }}",
    "{{ [" + ", ".join(["vars.list"] * 400) + "]|map('sum')|sum }}",
    "{{ [" + ", ".join(["vars.list"] * 400) + "]|map('sort')|map('last')|list }}",
    "{{ vars.list" + "|sort|reverse|list" * 100 + " }}",
    "{{ vars.list|sort|sum }}" * 200,
    "{{ vars.deep|map('join', vars.long)|join }}",
]
ALLOCATIONS = [
    "{{ vars.long|list|map('replace', 'x', vars.long)|list|length }}",
    "{{ vars.long|list|map('replace', 'x', vars.long)|join }}",
    "{{ " + " ~ ".join(["vars.long"] * 400) + " }}",
    "{{ [" + ", ".join(["vars.deep"] * 400) + "]|string }}",
    "{{ vars.deep ~ '' }}",
    "{{ vars.long|urlencode|urlencode ~ vars.long }}",
]


@pytest.mark.parametrize("text", LOOPS)
def test_what_goes_over_and_over_is_stopped(text: str) -> None:
    began = time.process_time()
    fill(text, VALUES)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("text", ALLOCATIONS)
def test_what_would_fill_the_memory_is_stopped(text: str) -> None:
    tracemalloc.start()
    try:
        assert fill(text, VALUES) == ""
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "source",
    [
        "vars.name.__class__",
        "vars.name|attr('__class__')",
        "vars['__class__']['__mro__']",
        "vars.list|map(attribute='__class__')|list|first",
        "(vars.name ~ '').__class__.__init__.__globals__",
        "''.join.__self__.__class__",
        "call.__init__.__globals__.os",
        "nobody().__class__",
        "nobody.startswith('a').__class__.__mro__",
    ],
)
def test_no_attribute_leads_out_of_the_values(source: str) -> None:
    assert not evaluate(source, VALUES)
    assert is_true(source, VALUES) is False


def test_there_are_no_statements_to_loop_with() -> None:
    text = "{% for a in vars.list %}{{ vars.name }}{% endfor %}"
    assert fill(text, VALUES) == "{% for a in vars.list %}Ada{% endfor %}"
    for source in ("[a for a in vars.list]", "lambda: 1", "while true", "(a := 1)"):
        assert evaluate(source, VALUES) is None


def test_work_that_makes_sense_is_done() -> None:
    assert evaluate("ask.json.rows|map(attribute='id')|sum", VALUES) == 1_999_000
    assert evaluate("ask.json.rows|selectattr('id')|list|length", VALUES) is None, "a filter that there is not"
    assert evaluate("ask.json.rows|map(attribute='tags')|map('join', '+')|unique|list", VALUES) == ["a+b"]
    assert fill("{{ vars.list|sort|last }} {{ vars.name ~ '!' ~ 1 ~ vars.nothing }}", VALUES) == "99999 Ada!1"
    assert len(VALUES["vars"]["list"]) * 5 < WORK


def test_every_expression_begins_with_all_the_work_that_it_may_do() -> None:
    for _ in range(12):
        assert evaluate("vars.list|sort|last", VALUES) == 99_999
