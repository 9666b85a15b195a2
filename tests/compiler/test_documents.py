"""One document per node: fused along fall-through, cut only where it must be, and such as Plivo takes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from flowbuilder.compiler import Program, compile_flow, document_at, needs_runtime, static_document
from flowbuilder.errors import FlowHasErrors
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.elements import MAX_DOCUMENT_BYTES, check_document
from flowbuilder.protocol.xml import parse
from flowbuilder.steps import CATALOGUE
from tests.checks.drawing import ask_web, decide, drawn, hang_up, menu, node, ring, say
from tests.sdk_rebuild import judged
from tests.strategies import flows, good_settings, steps_with_settings

# As long as a real address may be: a host, a flow's id, a version.
BASE = "https://calls.flowbuilder.example.com/v1/flows/the-main-line-of-the-clinic-k3x9qa/1234"


def program_of(entry: str = "a", **nodes: Node) -> Program:
    return compile_flow(drawn(entry, **nodes))


def tags(program: Program, start: str = "a") -> list[str]:
    return [str(child.tag) for child in tree(program, start)]


def tree(program: Program, start: str = "a", base: str = BASE) -> etree._Element:
    body = static_document(program, start, base)
    assert body is not None
    return parse(body)


def ending(program: Program, start: str = "a") -> tuple[str, str | None]:
    document = document_at(program, start)
    return document.ending, document.then


def test_nodes_that_fall_through_share_a_document() -> None:
    program = program_of(
        a=say(next="b"),
        b=node("play", {"url": "https://audio.example.com/a.mp3"}, next="c"),
        c=node("wait", {"length": 2}, next="d"),
        d=node("record", {"record_session": True}, next="e"),
        e=hang_up(60, next="f"),
        f=menu("sales", sales="g", no_input="g"),
        g=ring(completed="h"),
        h=hang_up(),
    )
    assert document_at(program, "a").nodes == ("a", "b", "c", "d", "e", "f", "g")
    assert tags(program) == ["Speak", "Play", "Wait", "Record", "Hangup", "GetInput", "Dial"]
    assert ending(program) == ("ends", None)
    assert tags(program, "h") == ["Hangup"]


@pytest.mark.parametrize(
    ("last", "tag"),
    [
        (ring(completed="z"), "Dial"),
        (node("record", next="z"), "Record"),
        (say(next="z"), None),
        (node("speak", {"text": "For ever.", "loop": 0}, next="z"), "Speak"),
        (node("redirect", {"url": "https://other.example.com/answer"}), "Redirect"),
    ],
    ids=["dial", "record", "speak", "endless speak", "redirect"],
)
def test_a_document_ends_where_plivo_asks_us_or_never_goes_on(last: Node, tag: str | None) -> None:
    program = program_of(a=say(next="b"), b=last, z=hang_up())
    assert tags(program) == (["Speak", tag] if tag else ["Speak", "Speak", "Hangup"])
    assert ending(program) == ("ends", None)


def test_every_node_has_a_document_of_its_own() -> None:
    program = program_of(a=say("One.", next="b"), b=say("Two.", next="c"), c=hang_up())
    assert [tags(program, start) for start in "abc"] == [["Speak", "Speak", "Hangup"], ["Speak", "Hangup"], ["Hangup"]]
    assert [child.text for child in tree(program, "b")] == ["Two.", None]


def test_silence_needs_no_request_however_often_the_caller_is_asked() -> None:
    program = program_of(
        a=menu("sales", {"attempts": 3}, sales="c", no_input="b"), b=say("Nobody?", next="c"), c=hang_up()
    )
    document = tree(program)
    assert [str(child.tag) for child in document] == ["GetInput"] * 3 + ["Speak", "Hangup"]
    assert [child.get("action") for child in list(document)[:3]] == [
        f"{BASE}/nodes/a/input",
        f"{BASE}/nodes/a/input?attempt=2",
        f"{BASE}/nodes/a/input?attempt=3",
    ]


# --- where a document closes with a Redirect


def test_a_web_request_is_made_when_the_caller_has_heard_what_comes_before() -> None:
    program = program_of(a=say(next="b"), b=ask_web(ok="c"), c=hang_up())
    assert ending(program) == ("redirect", "b")
    assert tree(program)[-1].text == f"{BASE}/nodes/b"


def test_a_web_request_that_comes_first_is_made_at_once() -> None:
    program = program_of(a=ask_web(ok="c"), c=say(next="b"), b=ask_web())
    assert ending(program) == ("decide", "a")
    assert static_document(program, "a", BASE) is None


def test_a_loop_goes_round_by_a_redirect() -> None:
    program = program_of(a=say(next="b"), b=menu("sales", no_input="a", sales="a"))
    assert ending(program) == ("redirect", "a")
    assert tags(program) == ["Speak", "GetInput", "Redirect"]
    assert tags(program, "b") == ["GetInput", "Speak", "Redirect"]


def test_a_decision_costs_no_request() -> None:
    program = program_of(a=say(next="b"), b=decide("yes", yes="c"), c=hang_up())
    assert ending(program) == ("decide", "b")
    assert tags(program) == ["Speak"]


def test_a_document_that_would_grow_too_large_goes_on_in_another() -> None:
    nodes = {f"n{number}": say("x" * 2_900, next=f"n{number + 1}") for number in range(60)}
    program = compile_flow(Flow("Long", "n0", {**nodes, "n60": hang_up()}))
    document = document_at(program, "n0")
    assert (document.ending, document.then) == ("redirect", f"n{len(document.nodes)}")
    assert 20 <= len(document.nodes) <= 22
    pieces, at = 0, "n0"
    while at:
        pieces, at = pieces + 1, document_at(program, at).then or ""
    assert pieces == 3


def test_the_addresses_in_a_document_count_for_its_size() -> None:
    nodes = {
        f"n{number}": menu(settings={"prompts": [{"speak": "?"}]}, no_input=f"n{number + 1}") for number in range(900)
    }
    program = compile_flow(Flow("Many", "n0", {**nodes, "n900": hang_up()}))
    at: str | None = "n0"
    while at:
        body = static_document(program, at, BASE)
        assert body is not None
        assert len(body) <= MAX_DOCUMENT_BYTES
        at = document_at(program, at).then


def test_a_redirect_stands_nowhere_else() -> None:
    @settings(max_examples=30)
    @given(flow=flows(steps_with_settings(["speak", "wait", "get_input", "http_request"]), most=6))
    @example(flow=Flow("Acts", "a", {"a": say(next="b"), "b": ask_web()}))
    @example(flow=Flow("Loop", "a", {"a": menu("x", x="end", no_input="a"), "end": hang_up()}))
    def check(flow: Flow) -> None:
        program = compiled(flow)
        for start in program.nodes:
            document = document_at(program, start)
            if document.ending != "redirect":
                continue
            assert document.then is not None
            then = program.nodes[document.then]
            assert then.step.acts or document.then in document.nodes
            assert document.nodes
            seen.add("acts" if then.step.acts else "loop")

    seen: set[str] = set()
    check()
    assert seen == {"acts", "loop"}


def compiled(flow: Flow) -> Program:
    """The flow's program; a flow with errors is passed over."""
    try:
        return compile_flow(flow)
    except FlowHasErrors:
        assume(False)
        raise


# --- what Plivo takes


@settings(max_examples=20)
@given(flow=flows())
def test_every_document_is_one_that_plivo_takes_and_its_sdk_could_have_written(flow: Flow) -> None:
    program = compiled(flow)
    for start, step in ((node_id, compiled_node.step) for node_id, compiled_node in program.nodes.items()):
        body = static_document(program, start, BASE)
        assert (body is None) == step.silent
        if body is not None:
            assert len(body) <= MAX_DOCUMENT_BYTES
            assert check_document(parse(body), filled=False) == []
            ours, theirs = judged(parse(body))
            assert theirs == ours


@settings(max_examples=30)
@given(flow=flows(most=3))
def test_every_part_is_one_too_wherever_the_caller_comes_back_to_it(flow: Flow) -> None:
    for compiled_node in compiled(flow).nodes.values():
        for part in compiled_node.parts.values():
            assert check_document(part.root, filled=False) == []
            body = etree.tostring(part.root, encoding="utf-8")
            assert len(body) <= part.size + len("<Response></Response>") <= MAX_DOCUMENT_BYTES


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
@settings(max_examples=15)
@given(data=st.data())
def test_every_step_with_any_settings_is_written_as_the_sdk_would(type_: str, data: st.DataObject) -> None:
    program = compiled(Flow("One", "a", {"a": Node(type_, data.draw(good_settings(type_)))}))
    body = static_document(program, "a", BASE)
    assert (body is None) == program.nodes["a"].step.silent
    if body is not None:
        assert check_document(parse(body), filled=False) == []
        ours, theirs = judged(parse(body))
        assert theirs == ours


@settings(max_examples=10)
@given(
    length=st.integers(1, 3_000),
    letter=st.sampled_from("x<&é😀\u202e"),
    attempts=st.integers(1, 4),
    count=st.integers(1, 150),
)
def test_no_document_is_larger_than_64_kb_however_much_is_said(
    length: int, letter: str, attempts: int, count: int
) -> None:
    asked = {"prompts": [{"speak": letter * length}], "attempts": attempts}
    nodes = {f"n{number}": menu(settings=asked, no_input=f"n{number + 1}") for number in range(count)}
    program = compiled(Flow("Long", "n0", {**nodes, f"n{count}": hang_up()}))
    for start in ("n0", f"n{count // 2}"):
        body = static_document(program, start, BASE)
        assert body is not None
        assert len(body) <= MAX_DOCUMENT_BYTES


def test_compiled_parts_hold_paths_and_no_hosts() -> None:
    program = program_of(a=menu("sales", sales="b"), b=ring(completed="c"), c=node("record"))
    actions = [part.root[0].get("action") for one in program.nodes.values() for part in one.parts.values()]
    assert actions == ["nodes/a/input", "nodes/b/dialed", "nodes/c/recorded"]


@pytest.mark.parametrize("said", ['Say ="nodes/a/x" now.', 'Say ="dial-events" and \ue000 now.', "Plain."])
def test_a_text_that_looks_like_an_address_of_ours_is_left_alone(said: str) -> None:
    program = program_of(
        a=menu("sales", {"prompts": [{"speak": said}]}, no_input="b"),
        b=node("dial", {"to": [{"number": "+14155550100"}], "caller_name": "nodes/a"}, completed="c"),
        c=say(said, next="a"),
    )
    asked, dial = tree(program)
    assert (asked[0].text, asked.get("action")) == (said, f"{BASE}/nodes/a/input")
    assert (dial.get("callerName"), dial.get("action")) == ("nodes/a", f"{BASE}/nodes/b/dialed")
    assert tree(program, "c")[0].text == said


def test_an_address_is_escaped_as_xml_has_it() -> None:
    program = program_of(a=menu("sales", sales="a", no_input="a"))
    base = "https://x.test/?a=1&b=<'\"é>"
    asked, redirect = tree(program, base=base)
    assert (asked.get("action"), redirect.text) == (f"{base}/nodes/a/input", f"{base}/nodes/a")


@pytest.mark.parametrize(
    ("nodes", "needed"),
    [
        ({"a": say("Hello.", next="b"), "b": hang_up()}, False),
        ({"a": say("Hello {{ call.from_number }}.")}, True),
        ({"a": say(next="b"), "b": say("{{ call.from_number }}")}, True),
        ({"a": say(next="b"), "b": decide("yes", yes="c"), "c": hang_up()}, True),
        ({"a": say(next="b"), "b": ask_web(ok="c"), "c": hang_up()}, False),
    ],
    ids=["nothing", "filled", "filled later", "decided", "the next document's request"],
)
def test_a_document_needs_the_runtime_where_something_is_filled_or_decided(nodes: dict[str, Any], needed: bool) -> None:
    assert needs_runtime(program_of(**nodes), "a") is needed
