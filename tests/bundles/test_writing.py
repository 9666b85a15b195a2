from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from flowbuilder.bundles import compiled_files, read_any, read_bundle, write_bundle
from flowbuilder.compiler import compile_flow
from flowbuilder.errors import FlowbuilderError, FlowHasErrors
from flowbuilder.flow.model import Flow, Node, loads
from flowbuilder.protocol.xml import parse
from tests.bundles.conftest import BASE, menu_flow

TEMPLATES = sorted((Path(__file__).parents[2] / "flowbuilder" / "flow_templates").glob("*.flow.json"))


def unzipped(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_bundle_holds_what_the_contract_says(menu: Flow) -> None:
    files = unzipped(write_bundle(menu, base_url=BASE))
    documents = ["nodes/bye.xml", "nodes/menu.xml", "nodes/ring.xml", "nodes/welcome.xml"]
    assert list(files) == ["README.txt", "flow.json", "manifest.json", *documents]
    assert loads(files["flow.json"]) == menu
    for name in documents:
        assert parse(files[name]).tag == "Response"


def test_the_manifest_says_where_everything_leads(menu: Flow) -> None:
    bundle = write_bundle(menu, base_url=f"{BASE}/", flow_id="buro-lager-k3x9qa", version="7")
    manifest = json.loads(unzipped(bundle)["manifest.json"])
    nodes = manifest.pop("nodes")
    assert manifest == {
        "flow": "buro-lager-k3x9qa",
        "name": "Büro & Lager",
        "version": "7",
        "entry": "welcome",
        "base_url": BASE,
        "answer_url": f"{BASE}/v1/flows/buro-lager-k3x9qa/7/nodes/welcome",
    }
    assert list(nodes) == ["bye", "menu", "ring", "welcome"]
    assert nodes["menu"] == {
        "file": "nodes/menu.xml",
        "type": "get_input",
        "dynamic": False,
        "exits": {"office": "ring", "no_input": "bye", "no_match": "bye"},
        "continuations": {
            "nodes/menu/input": {"office": "ring", "no_match": "bye"},
            "nodes/menu/input?attempt=2": {"office": "ring", "no_match": "bye"},
        },
    }
    assert nodes["ring"]["exits"]["busy"] == "bye"
    assert nodes["ring"]["continuations"]["nodes/ring/dialed"]["completed"] == "bye"


def test_documents_lead_back_to_the_version_they_belong_to(menu: Flow) -> None:
    bundle = write_bundle(menu, base_url="http://[::1]:8000/calls", flow_id="f", version="2")
    root = parse(unzipped(bundle)["nodes/welcome.xml"])
    actions = [element.get("action") for element in root if element.get("action")]
    assert actions == [
        "http://[::1]:8000/calls/v1/flows/f/2/nodes/menu/input",
        "http://[::1]:8000/calls/v1/flows/f/2/nodes/menu/input?attempt=2",
    ]
    assert root.findtext("Speak") == "Welcome <to> the office & store."


def test_the_same_flow_gives_the_same_bytes(menu: Flow) -> None:
    again = Flow.from_json(json.loads(json.dumps(menu.to_json())))
    first = write_bundle(menu, base_url=BASE)
    assert write_bundle(again, base_url=f"{BASE}/") == first
    assert write_bundle(menu, compile_flow(menu), base_url=BASE) == first
    assert write_bundle(replace(menu, name="Other"), base_url=BASE) != first


def test_no_time_and_no_user_is_in_a_bundle(menu: Flow) -> None:
    with zipfile.ZipFile(io.BytesIO(write_bundle(menu, base_url=BASE))) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert (entry.create_system, entry.external_attr >> 16) == (3, 0o100644)
            assert entry.compress_type == zipfile.ZIP_DEFLATED
            assert not entry.extra


def test_nodes_that_need_the_runtime_are_named_in_the_refusal(deciding: Flow) -> None:
    with pytest.raises(FlowbuilderError, match=r"^The nodes who, greet, ring cannot .*--with-runtime"):
        write_bundle(deciding, base_url=BASE)


def test_many_nodes_that_need_the_runtime_are_not_all_listed() -> None:
    nodes = {
        f"say_{number}": {
            "type": "speak",
            "settings": {"text": "{{ call.uuid }}"},
            "exits": {"next": f"say_{number + 1}"} if number < 11 else {},
        }
        for number in range(12)
    }
    flow = Flow.from_json({"format": "flowbuilder/1", "name": "x", "entry": "say_0", "nodes": nodes})
    with pytest.raises(FlowbuilderError, match="say_7 and 4 more cannot"):
        write_bundle(flow, base_url=BASE)


def test_with_the_runtime_the_bundle_says_which_nodes_are_dynamic(deciding: Flow) -> None:
    files = unzipped(write_bundle(deciding, base_url=BASE, with_runtime=True))
    nodes = json.loads(files["manifest.json"])["nodes"]
    assert {name: node["dynamic"] for name, node in nodes.items()} == {
        "who": True,
        "greet": True,
        "ring": False,
        "bye": False,
    }
    assert nodes["who"]["file"] is None
    assert "nodes/who.xml" not in files
    assert b"{{ call.from_number }}" in files["nodes/greet.xml"]
    assert b"  who (branch)\n  greet (speak)\n  ring (dial)\n" in files["README.txt"]


def test_a_flow_with_errors_is_not_exported(menu: Flow) -> None:
    with pytest.raises(FlowHasErrors):
        write_bundle(replace(menu, entry=None), base_url=BASE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "flows.example.com",
        "ftp://x.example",
        "https://",
        "https://x/?a=1",
        "https://x/#a",
        "https://[x",
        "https://a b/",
        "https://ü.example",
    ],
)
def test_a_base_url_that_is_none_is_refused(menu: Flow, url: str) -> None:
    with pytest.raises(FlowbuilderError, match="no base URL"):
        write_bundle(menu, base_url=url)


def test_the_readme_tells_where_the_application_points(menu: Flow) -> None:
    text = unzipped(write_bundle(menu, base_url=BASE, version="3"))["README.txt"].decode()
    assert text.startswith("Büro & Lager\n")
    assert f"{BASE}/v1/flows/buro-lager/3/nodes/welcome" in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_comes_back_as_it_was(path: Path) -> None:
    flow = loads(path.read_bytes())
    assert read_bundle(write_bundle(flow, base_url=BASE, with_runtime=True)) == flow


@pytest.mark.parametrize("text", ["\0", "a\ud800b", "\u202egnirts", "]]>", "😀", "\x01\x1f"])
def test_odd_characters_come_back_as_they_were(text: str) -> None:
    flow = replace(menu_flow(description=text, unknown={"key": [text, 1.5, None]}), name=f"Name {text}")
    assert read_any(write_bundle(flow, base_url=BASE)) == flow


def test_compiled_files_are_what_the_command_writes(menu: Flow) -> None:
    files = compiled_files(compile_flow(menu), base_url=BASE, flow_id="f", version="1")
    assert sorted(files) == ["manifest.json", *(f"nodes/{node}.xml" for node in sorted(menu.nodes))]


def spoken_in_two(*, chooses: bool) -> Flow:
    greeting = Node("speak", {"text": "Hello.", "texts": {"de-DE": "Hallo."}})
    nodes = {"greeting": greeting}
    if chooses:
        nodes["choose"] = Node("choose_language", {"language": "de-DE"}, {"next": "greeting"})
    return Flow("Two", "choose" if chooses else "greeting", nodes, {"languages": ["en-US", "de-DE"]})


def test_a_flow_that_chooses_a_language_is_refused_for_a_file_speaks_but_one() -> None:
    with pytest.raises(
        FlowbuilderError, match=r"Node choose .* A finished file speaks the flow's own language alone\."
    ):
        write_bundle(spoken_in_two(chooses=True), base_url=BASE)


def test_the_readme_says_which_languages_are_in_no_document() -> None:
    bundle = write_bundle(spoken_in_two(chooses=False), base_url=BASE)
    files = zipfile.ZipFile(io.BytesIO(bundle))
    assert "What it says in de-DE is in flow.json" in files.read("README.txt").decode()
    assert b"Hallo" not in files.read("nodes/greeting.xml")
    with_runtime = write_bundle(spoken_in_two(chooses=True), base_url=BASE, with_runtime=True)
    assert b"own language alone" in zipfile.ZipFile(io.BytesIO(with_runtime)).read("README.txt")
