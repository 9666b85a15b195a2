"""`document-too-large`: what no document of ours can carry, however it is cut; and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from flowbuilder.checks.document_too_large import LARGEST
from flowbuilder.compiler import compile_flow
from flowbuilder.errors import FlowHasErrors
from flowbuilder.flow.model import Flow
from tests.checks.drawing import drawn, errors, found, menu, node, sentence

CODE = "document-too-large"


def prompts(count: int, text: str) -> list[dict[str, Any]]:
    return [{"speak": text} for _ in range(count)]


def test_a_menu_that_says_too_much_too_often_is_told_with_its_size() -> None:
    flow = drawn("a", a=menu("x", {"prompts": prompts(8, "x" * 2_900), "attempts": 3}))
    assert found(flow, CODE) == [("a", None)]
    assert "69 KB" in sentence(flow, CODE)
    assert "63 KB" in sentence(flow, CODE)
    assert errors(drawn("a", a=menu("x", {"prompts": prompts(8, "x" * 2_900), "attempts": 2}))) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"prompts": prompts(12, "&" * 1_200)},
        {"prompts": prompts(12, "'\"<" * 900)},
        {"prompts": prompts(8, "😀" * 2_200)},
        {"prompts": prompts(2, "x" * 2_000), "attempts": 10, "no_match_prompts": prompts(20, "x" * 3_000)},
        {"prompts": prompts(1, "x"), "attempts": 10, "hints": ("w" * 94 + ",") * 99, "input_type": "speech"},
    ],
    ids=["ampersands", "markup", "four bytes each", "after a wrong answer", "hints"],
)
def test_characters_are_counted_as_they_are_written_and_in_every_part(settings: dict[str, Any]) -> None:
    (problem,) = found(drawn("a", a=menu("x", {**settings, "choices": []})), CODE)
    assert problem == ("a", None)


def test_a_flow_with_such_a_node_is_not_compiled() -> None:
    flow = drawn("a", a=menu("x", {"prompts": prompts(40, "x" * 2_000)}))
    with pytest.raises(FlowHasErrors):
        compile_flow(flow)


def test_a_dial_of_addresses_without_end_is_too_large() -> None:
    target = {"user": f"sip:{'a' * 70_000}@phone.plivo.com"}
    assert found(drawn("a", a=node("dial", {"to": [{"number": "+14155550100"}, target], "order": "in_turn"})), CODE)


def test_what_is_wrong_anyway_is_not_measured() -> None:
    assert found(drawn("a", a=menu("x", {"prompts": prompts(60, "x" * 2_000)})), CODE) == []
    assert found(drawn("a", a=node("teleport", {"text": "x" * 90_000})), CODE) == []


@given(
    count=st.integers(1, 50),
    length=st.sampled_from([1, 20, 200, 1_400, 2_900]),
    letter=st.sampled_from("x&é😀\u202e"),
    attempts=st.integers(1, 10),
    voice=st.sampled_from([None, "Polly.Vitoria"]),
)
def test_the_check_passes_what_the_compiler_can_write_and_nothing_else(
    count: int, length: int, letter: str, attempts: int, voice: str | None
) -> None:
    settings = {"prompts": prompts(count, letter * length), "attempts": attempts}
    spoken = {"voice": voice, "language": "pt-BR"} if voice else {}
    flow = Flow("Any", "a", {"a": menu("x", settings)}, spoken)
    try:
        program = compile_flow(flow)
    except FlowHasErrors as refused:
        assert [problem.code for problem in refused.problems] == [CODE]  # noqa: PT017
        written = count * (length * len(letter.encode()) + 80) * attempts * 5
        assert written > LARGEST
        return
    for part in program.nodes["a"].parts.values():
        assert len(etree.tostring(part.root, encoding="utf-8")) <= LARGEST
