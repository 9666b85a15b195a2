"""A program is plain data: the same flow gives the same bytes, and what was kept as JSON answers as before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from flowbuilder.compiler import Program, compile_flow, document_at, static_document
from flowbuilder.errors import FlowFileError, FlowHasErrors
from flowbuilder.flow.model import Flow
from tests.bench.flows import large_flow
from tests.checks.drawing import ask_web, decide, drawn, hang_up, menu, node, ring, say
from tests.compiler.test_documents import BASE, compiled
from tests.strategies import flows

ROOT = Path(__file__).parent.parent.parent


def kept(program: Program) -> Program:
    return Program.from_json(json.loads(json.dumps(program.to_json())))


@settings(max_examples=20)
@given(flow=flows())
def test_a_program_comes_back_the_same_from_json(flow: Flow) -> None:
    program = compiled(flow)
    again = kept(program)
    assert again.to_json() == program.to_json()
    assert list(again.nodes) == list(program.nodes)
    for node_id, one in program.nodes.items():
        assert again.nodes[node_id].step == one.step
        assert document_at(again, node_id) == document_at(program, node_id)
        assert static_document(again, node_id, BASE) == static_document(program, node_id, BASE)
        for key, part in one.parts.items():
            assert again.nodes[node_id].parts[key].size == part.size
            assert again.nodes[node_id].parts[key].has_expressions == part.has_expressions


def test_texts_keep_every_character_that_xml_can_carry() -> None:
    text = "a\tb\nc\r\nd ]]> &amp; <b/> \u202eabc\u202c 😀 \x7f"
    program = kept(compile_flow(drawn("a", a=say(text))))
    assert program.nodes["a"].part().root[0].text == text


@pytest.mark.parametrize("format", ["flowbuilder-program/2", None, 1])
def test_a_program_of_another_format_is_refused(format: object) -> None:
    data = compile_flow(drawn("a", a=say())).to_json()
    with pytest.raises(FlowFileError, match="this Flowbuilder runs flowbuilder-program/1"):
        Program.from_json({**data, "format": format})


def test_a_step_type_that_is_gone_is_named_when_it_is_needed() -> None:
    data = compile_flow(drawn("a", a=say())).to_json()
    data["nodes"]["a"]["type"] = "teleport"
    program = Program.from_json(data)
    with pytest.raises(FlowFileError, match="“teleport”"):
        _ = program.nodes["a"].step


def test_a_flow_with_errors_is_refused_with_all_of_them_and_no_hints() -> None:
    flow = drawn("a", a=say("", next="gone"), b=say("{{"))
    with pytest.raises(FlowHasErrors) as refused:
        compile_flow(flow)
    assert {problem.code for problem in refused.value.problems} == {"bad-setting", "unknown-node", "bad-expression"}
    with pytest.raises(FlowHasErrors) as refused:
        compile_flow(Flow("Empty"))
    assert [problem.code for problem in refused.value.problems] == ["no-entry"]


# --- routes


def test_an_exit_that_is_not_connected_ends_the_call() -> None:
    program = compile_flow(drawn("a", a=menu("sales", sales="b"), b=hang_up()))
    assert program.nodes["a"].routes == {"sales": "b"}
    assert [program.nodes["a"].route(exit) for exit in ("sales", "no_input", None)] == ["b", None, None]


def test_otherwise_stands_in_for_every_end_of_a_dial_that_is_not_connected() -> None:
    program = compile_flow(drawn("a", a=ring(busy="b", otherwise="c"), b=hang_up(), c=hang_up()))
    others = ["completed", "failed", "timeout", "no_answer", "cancel", "otherwise"]
    assert program.nodes["a"].routes == {"busy": "b", **dict.fromkeys(others, "c")}


def test_a_silent_node_has_routes_and_no_xml() -> None:
    program = compile_flow(drawn("a", a=decide("yes", yes="b", otherwise="c"), b=ask_web(ok="c"), c=hang_up()))
    assert program.nodes["a"].routes == {"yes": "b", "otherwise": "c"}
    assert program.nodes["a"].parts == program.nodes["b"].parts == {}


# --- parts


def test_a_part_begins_at_each_attempt_after_silence_and_after_a_wrong_answer() -> None:
    said = {"no_input_prompts": [{"speak": "Silence."}], "no_match_prompts": [{"speak": "Wrong."}]}
    program = compile_flow(drawn("a", a=menu("x", {**said, "attempts": 3})))
    one = program.nodes["a"]
    assert set(one.parts) == {"1", "2", "2!", "3", "3!"}
    first_words = {key: part.root[0][0].text for key, part in one.parts.items()}
    assert first_words == {"1": "Choose.", "2": "Silence.", "2!": "Wrong.", "3": "Silence.", "3!": "Wrong."}
    assert [len(one.part(attempt, wrong).root) for attempt, wrong in [(1, False), (2, True), (3, False)]] == [3, 2, 1]
    assert one.part(9, True) is one.part()


def test_a_dial_in_turn_has_a_part_for_each_number() -> None:
    to = [{"number": f"+1415555010{place}"} for place in range(3)]
    one = compile_flow(drawn("a", a=node("dial", {"to": to, "order": "in_turn"}))).nodes["a"]
    rung = [[child.text for child in one.part(attempt).root[0]] for attempt in (1, 2, 3)]
    assert rung == [["+14155550100"], ["+14155550101"], ["+14155550102"]]
    assert [one.part(attempt).root[0].get("action") for attempt in (1, 2, 3)] == [
        "nodes/a/dialed",
        "nodes/a/dialed?attempt=2",
        "nodes/a/dialed?attempt=3",
    ]


# --- the same bytes, and not too many of them

DIGEST = """
import hashlib, json
from flowbuilder.compiler import compile_flow, static_document
from tests.bench.flows import large_flow
program = compile_flow(large_flow(60))
digest = hashlib.sha256(json.dumps(program.to_json()).encode())
for node in program.nodes:
    digest.update(static_document(program, node, "https://x.test/v1/flows/f/1") or b"-")
print(digest.hexdigest())
"""

MEMORY = """
import resource
from flowbuilder.compiler import compile_flow, static_document
from flowbuilder.flow.model import Flow, Node
def used(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
nodes = {f"n{n}": Node("speak", {"text": f"Number {n}."}, {"next": f"n{n + 1}"}) for n in range(9_999)}
nodes["n9999"] = Node("hangup")
before = used()
program = compile_flow(Flow("Chain", "n0", nodes))
assert len(program.nodes) == 10_000
sizes = [len(static_document(program, f"n{n}", "https://x.test/v1/flows/f/1")) for n in range(0, 10_000, 1_000)]
print(max(sizes), used() - before)
"""


def run(script: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_same_flow_gives_the_same_bytes_in_another_process() -> None:
    assert len({run(DIGEST, seed) for seed in ("1", "2")}) == 1


def test_the_same_flow_gives_the_same_bytes_again() -> None:
    programs = [json.dumps(compile_flow(large_flow(20)).to_json()) for _ in range(2)]
    assert programs[0] == programs[1]


def test_a_chain_of_10_000_nodes_compiles_in_little_memory() -> None:
    """Every node's document holds hundreds of others: kept one by one, they would take 600 MB."""
    largest, megabytes = map(int, run(MEMORY, "0").split())
    assert 58_000 < largest <= 64 * 1024
    assert megabytes < 200


def test_a_program_is_not_much_larger_than_its_flow() -> None:
    flow = large_flow(200)
    program = compile_flow(flow)
    assert len(json.dumps(program.to_json())) < 6 * len(json.dumps(flow.to_json()))
