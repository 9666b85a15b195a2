"""The flow file: what is read comes back the same, and whatever cannot be read gets a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import MAX_FILE_BYTES, Flow, Node, dumps, loads
from tests import strategies

FILE: dict[str, Any] = {
    "format": "flowbuilder/1",
    "name": "Line",
    "entry": "hello",
    "nodes": {"hello": {"type": "speak", "settings": {"text": "Hi"}, "exits": {"next": "end"}, "position": [1, 2.5]}},
}


def file(**changes: Any) -> str:
    return json.dumps({**FILE, **changes})


def node(**changes: Any) -> str:
    return file(nodes={"hello": {**FILE["nodes"]["hello"], **changes}})


def refusal(text: str | bytes) -> str:
    with pytest.raises(FlowFileError) as refused:
        loads(text)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return sentence


def test_a_flow_is_read_as_it_stands() -> None:
    flow = loads(file())
    assert flow == Flow("Line", "hello", {"hello": Node("speak", {"text": "Hi"}, {"next": "end"}, (1, 2.5))}, {})


def test_top_level_keys_that_are_not_known_are_kept() -> None:
    extras = {"notes": [{"id": "a", "text": "mind"}], "voice": "Polly.Amy", "language": "en-GB", "our_own": {"x": [1]}}
    flow = loads(file(**extras))
    assert flow.extras == extras
    assert (flow.voice, flow.language) == ("Polly.Amy", "en-GB")
    assert loads(dumps(flow)) == flow


def test_the_file_is_written_with_two_spaces_stable_keys_and_a_newline() -> None:
    text = dumps(loads(file(tests=[], description="What it is for")))
    assert text.endswith("}\n")
    assert text.splitlines()[1] == '  "format": "flowbuilder/1",'
    assert list(json.loads(text)) == ["format", "name", "description", "entry", "nodes", "tests"]
    assert list(json.loads(text)["nodes"]["hello"])[-1] == "position"


def test_settings_and_step_types_that_are_not_known_are_kept() -> None:
    flow = loads(node(type="teleport", settings={"to": "Mars", "speed": {"warp": 9}}))
    assert loads(dumps(flow)).nodes["hello"].settings == {"to": "Mars", "speed": {"warp": 9}}


@given(flow=strategies.broken_flows())
def test_whatever_is_in_a_flow_comes_back_the_same(flow: Flow) -> None:
    assert loads(dumps(flow)) == flow


@given(text=st.text(max_size=30), keys=st.dictionaries(st.text(max_size=5), strategies.json_values(), max_size=3))
def test_any_text_and_any_other_keys_survive(text: str, keys: dict[str, Any]) -> None:
    extras = {key: value for key, value in keys.items() if key not in FILE}
    flow = Flow(text, None, {"a": Node("speak", {"text": text})}, extras)
    assert loads(dumps(flow)) == flow
    assert loads(dumps(flow).encode()) == flow


@pytest.mark.parametrize("text", ["", "{", "nonsense", '{"format": "flowbuilder/1",}', "{'a': 1}", "\x00"])
def test_what_is_not_json_is_refused_with_its_place(text: str) -> None:
    assert "not JSON: line 1, column" in refusal(text)


@pytest.mark.parametrize("text", ["[]", "null", "12", '"flow"'])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    assert "one JSON object" in refusal(text)


def test_bytes_that_are_not_utf_8_are_refused_and_a_byte_order_mark_is_taken() -> None:
    assert "UTF-8" in refusal(file().encode("utf-16"))
    assert loads(b"\xef\xbb\xbf" + file().encode()).name == "Line"


@pytest.mark.parametrize("format_", ["flowbuilder/2", "flowbuilder/17", "flowbuilder/999999999999"])
def test_a_newer_format_is_named_with_what_to_do(format_: str) -> None:
    sentence = refusal(file(format=format_))
    assert format_ in sentence
    assert "Update" in sentence


@pytest.mark.parametrize("format_", [None, "", 1, "flowbuilder/1 ", "flowbuilder/1\n", "studio", ["flowbuilder/1"]])
def test_another_format_is_no_flow_file(format_: Any) -> None:
    assert "not a flow file" in refusal(file(format=format_))


def test_ids_that_clash_are_refused_with_the_id() -> None:
    clash = '{"format": "flowbuilder/1", "nodes": {"a": {"type": "speak"}, "a": {"type": "hangup"}}}'
    assert "“a” stands twice" in refusal(clash)


def test_a_setting_that_stands_twice_is_refused_too() -> None:
    clash = '{"format": "flowbuilder/1", "nodes": {"a": {"type": "speak", "settings": {"text": "x", "text": "y"}}}}'
    assert "“text” stands twice" in refusal(clash)


@pytest.mark.parametrize("node_id", ["", "A", "1a", "a-b", "a b", "é", "a" * 65, "a\n", "../a", "<a>", "a\u202e"])
def test_an_id_that_cannot_be_one_is_refused(node_id: str) -> None:
    assert "cannot be a node id" in refusal(file(nodes={node_id: {"type": "speak"}}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": 1}, "name must be text"),
        ({"entry": 1}, "entry must be"),
        ({"nodes": []}, "nodes must be an object"),
        ({"nodes": {"a": []}}, "must be an object"),
        ({"nodes": {"a": {}}}, "has no type"),
        ({"nodes": {"a": {"type": ""}}}, "has no type"),
        ({"nodes": {"a": {"type": 1}}}, "has no type"),
    ],
)
def test_what_has_the_wrong_shape_is_refused(changes: dict[str, Any], says: str) -> None:
    assert says in refusal(file(**changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"settings": []}, "settings of node hello"),
        ({"exits": []}, "exits of node hello"),
        ({"exits": {"next": 1}}, "exits of node hello"),
        ({"exits": {"next": None}}, "exits of node hello"),
        ({"note": "x"}, "the key “note”"),
        ({"position": [1]}, "position of node hello"),
        ({"position": ["1", 2]}, "position of node hello"),
        ({"position": [True, 2]}, "position of node hello"),
        ({"position": [1e300, 2]}, "position of node hello"),
        ({"position": None}, "position of node hello"),
    ],
)
def test_a_node_of_the_wrong_shape_is_refused_by_its_id(changes: dict[str, Any], says: str) -> None:
    assert says in refusal(node(**changes))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(number: str) -> None:
    assert number in refusal(file().replace("2.5", number))


def test_a_file_of_5_mb_is_refused_with_its_size() -> None:
    large = file(description="x" * 5 * 1024 * 1024)
    assert "5.0 MB" in refusal(large)
    assert "5.0 MB" in refusal(large.encode())


def test_the_size_counts_bytes_not_characters() -> None:
    assert "MB" in refusal(json.dumps({**FILE, "description": "é" * (MAX_FILE_BYTES // 2 + 1)}, ensure_ascii=False))


def test_a_file_just_below_the_limit_opens() -> None:
    assert len(loads(file(description="x" * (MAX_FILE_BYTES - 1_000))).extras["description"]) > 4_000_000


@pytest.mark.parametrize("depth", [60, 2_000, 200_000])
def test_json_nested_too_deeply_is_refused(depth: int) -> None:
    deep = file().replace('"Hi"', "[" * depth + "]" * depth)
    assert "too deeply" in refusal(deep)


@pytest.mark.parametrize("text", ["tab\tline\r\n", "a\x00\x07\x1bb", "]]>", "\u202eleft\u202c", "\ud800", "🦜 ﷽"])
def test_odd_text_in_a_setting_is_kept_as_it_is(text: str) -> None:
    flow = Flow("Odd", "a", {"a": Node("speak", {"text": text})})
    assert loads(dumps(flow)) == flow
    assert dumps(flow).encode("utf-8")


@given(noise=st.text(max_size=60) | st.binary(max_size=60))
def test_noise_is_refused_with_a_sentence(noise: str | bytes) -> None:
    refusal(noise)


@given(data=strategies.json_values())
def test_any_other_json_is_refused_with_a_sentence(data: Any) -> None:
    refusal(json.dumps(data))


@given(where=st.integers(0, 200), junk=st.sampled_from(['"', "{", "]", "\\", "\x00", "nul", "é"]))
def test_a_file_that_was_damaged_is_refused_or_read_never_more(where: int, junk: str) -> None:
    text = file()
    try:
        loads(text[:where] + junk + text[where:])
    except FlowFileError as refused:
        sentence = str(refused)
    else:
        sentence = "It was read."
    assert sentence.endswith(".")
