"""What nobody should send, and somebody will: each gets a sentence, and nothing that was there is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from flowbuilder.flow.model import dumps, loads
from flowbuilder.simulator.documents import FetchResult
from flowbuilder.simulator.player import CallSetup, Player
from tests.acceptance.product import PUBLIC_URL, Product, flow_id_of, page_of, said, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.product import Cli
    from tests.web.conftest import Browser

PARTIAL = {"HX-Request": "true"}
HANGUP = {"type": "hangup", "settings": {}, "exits": {}, "position": [0, 0]}
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
<!ENTITY lol4 "&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;">]>
<Response><Speak>&lol4;</Speak></Response>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<Response><Speak>&file;</Speak></Response>"""
PARAMETER = """<!DOCTYPE r SYSTEM "http://127.0.0.1:1/evil.dtd"><Response><Speak>Hi</Speak></Response>"""


def flow(**changes: Any) -> str:
    nodes = {"hello": {"type": "speak", "settings": {"text": "Hi"}, "exits": {"next": "end"}}, "end": HANGUP}
    return json.dumps({"format": "flowbuilder/1", "name": "Any", "entry": "hello", "nodes": nodes, **changes})


def one(type: str = "speak", **settings: Any) -> str:
    return flow(entry="n", nodes={"n": {"type": type, "settings": settings, "exits": {}, "position": [0, 0]}})


def zipped(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    return zipped(**{"flow.json": b'{"format": "flowbuilder/1", "x": "' + b" " * 50_000_000 + b'"}'})


NOT_FLOWS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "not JSON": (b"{'format': 'flowbuilder/1'}", "not JSON"),
    "half a file": (flow().encode()[:-30], "not JSON"),
    "a list": (b"[]", "one JSON object"),
    "some other JSON": (b'{"name": "package"}', "not a flow file"),
    "a newer format": (flow(format="flowbuilder/2").encode(), "Update Flowbuilder"),
    "a far newer format": (flow(format="flowbuilder/" + "9" * 500).encode(), "Update Flowbuilder"),
    "no UTF-8": (b"\xff\xfe" + flow().encode("utf-16-le"), "UTF-8"),
    "binary": (bytes(range(256)) * 10, "UTF-8"),
    "ids that clash": (flow().replace('"end": {"type"', '"hello": {"type"').encode(), "stands twice"),
    "an id with capitals": (flow(nodes={"Hello": HANGUP}).encode(), "Hello"),
    "an id that is too long": (flow(nodes={"a" * 65: HANGUP}).encode(), "cannot be a node id"),
    "nodes as a list": (flow(nodes=[]).encode(), "nodes"),
    "a node that is a text": (flow(nodes={"a": "b"}).encode(), "Node a"),
    "an entry that is a number": (flow(entry=7).encode(), "entry"),
    "a position that is infinite": (
        flow().replace('"position": [0, 0]', '"position": [Infinity, 0]').encode(),
        "Infin",
    ),
    "nested a hundred thousand deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deep"),
    "5 MB": (flow(description="x" * 5_000_000).encode(), "MB"),
    "an XML bomb": (BOMB.encode(), "XML"),
    "external entities": (EXTERNAL.encode(), "XML"),
    "a page": (b"<!doctype html><html><body>Sign in</body></html>", "XML or HTML"),
    "a bundle that climbs out": (zipped(**{"flow.json": flow(), "../../etc/passwd": "x"}), "outside itself"),
    "a bundle with an absolute path": (zipped(**{"flow.json": flow(), "/etc/passwd": "x"}), "outside itself"),
    "a bundle that climbs out as Windows does": (zipped(**{"flow.json": flow(), "..\\x": "x"}), "outside itself"),
    "a zip bomb": (zip_bomb(), "bundle"),
    "a zip without a flow": (zipped(**{"readme.txt": "x"}), "no flow.json"),
    "half a bundle": (zipped(**{"flow.json": flow()})[:-40], "bundle"),
    "a bundle of something else": (zipped(**{"flow.json": "[]"}), "one JSON object"),
}
EACH = pytest.mark.parametrize(("content", "words"), [pytest.param(*case, id=name) for name, case in NOT_FLOWS.items()])


@EACH
def test_a_file_that_is_no_flow_is_refused_by_the_page_and_nothing_changes(
    product: Product, browser: Browser, content: bytes, words: str
) -> None:
    kept = flow_id_of(browser.post("/flows", data={"template": "phone_tree"}))
    before = browser.get(f"/flows/{kept}/file").data
    for headers in ({}, PARTIAL):
        answer = browser.post("/flows/import", data={"file": (io.BytesIO(content), "mine.json")}, headers=headers)
        assert answer.status_code == 422
        assert words in words_of(answer)
        assert "Traceback" not in answer.text
    assert [row.id for row in product.parts.store.flows.list()] == [kept]
    assert browser.get(f"/flows/{kept}/file").data == before


@EACH
def test_a_file_that_is_no_flow_is_refused_by_every_command(
    cli: Cli, tmp_path: Path, content: bytes, words: str
) -> None:
    file, out = tmp_path / "given", tmp_path / "out"
    file.write_bytes(content)
    result = cli.run("import", file, "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    for command in (("check",), ("call",), ("publish",), ("compile", "--base-url", PUBLIC_URL, "--out", out)):
        result = cli.run(command[0], file, *command[1:])
        assert (result.exit_code, result.stdout) == (2, ""), command
        assert result.stderr.startswith("Error: ")
    assert not out.exists()


def test_a_file_with_an_unknown_step_opens_keeps_its_data_and_cannot_be_published(
    product: Product, browser: Browser, cli: Cli
) -> None:
    text = one("teleport", to="Mars", deep={"list": [1, 2.5, None]})
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(text.encode()), "x.json")}))
    assert "not installed" in words_of(browser.get(f"/flows/{flow_id}/edit"))
    shown = words_of(browser.get(f"/flows/{flow_id}/nodes/n", headers=PARTIAL))
    assert "teleport" in shown
    assert "Mars" in shown
    assert loads(browser.get(f"/flows/{flow_id}/file").data) == loads(text)
    assert "1 error to put right first" in words_of(browser.get(f"/flows/{flow_id}/publish"))
    refused = browser.post(f"/flows/{flow_id}/publish", data={"number": "+14155550000", "plan": ""})
    assert product.parts.store.versions.list(flow_id) == []
    assert refused.status_code in (303, 422)
    assert cli.run("check", "-", stdin=text).exit_code == 1


def test_an_unknown_setting_is_a_problem_and_is_kept(browser: Browser, cli: Cli) -> None:
    text = one(text="Hi", volume=11)
    (problem,) = [p for p in json.loads(cli.run("check", "-", "--json", stdin=text).stdout)["problems"] if p["setting"]]
    assert (problem["code"], problem["node"], problem["setting"]) == ("bad-setting", "n", "volume")
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(text.encode()), "x.json")}))
    assert "volume" in words_of(browser.get(f"/flows/{flow_id}/nodes/n", headers=PARTIAL))
    form = {"revision": "1", "base": "1", "fields": "text", "text": "Hello", "inspecting": "n"}
    browser.post(f"/flows/{flow_id}/nodes/n", data=form, headers=PARTIAL)
    assert loads(browser.get(f"/flows/{flow_id}/file").data).nodes["n"].settings == {"text": "Hello", "volume": 11}


TEXTS = [
    "tab\tand\nnew line",
    "null \x00 bell \x07 escape \x1b[31m",
    "]]> <![CDATA[ x ]]> <Hangup/> &amp; & < > \" '",
    "right \u202eto left\u202c \u200f mark",
    "half a surrogate \ud83d alone",
    "\ufffe\uffff not characters",
    "emoji 👩‍👩‍👧 and ﷽",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "{% raw %} {# comment #}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_kept_in_the_file_and_makes_good_xml(product: Product, cli: Cli, text: str) -> None:
    given = one(text=text)
    checked = cli.run("check", "-", "--json", stdin=given)
    assert checked.exit_code in (0, 1)
    assert loads(dumps(loads(given))) == loads(given)
    flow_ = loads(given)
    row = product.parts.store.flows.create(flow_)
    assert product.parts.store.flows.load(row.id) == flow_
    browser = product.log_in()
    page = browser.get(f"/flows/{row.id}/edit")
    assert page.status_code == 200
    assert not page_of(page).xpath("//main//hangup | //script[not(@src)]")
    if checked.exit_code:
        return
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/draft-{row.revision}"
    call = product.parts.switchboard.dial_application(f"{base}/nodes/n", "", "", "+12025550123", "+14155550000")
    assert call.player.ending.name == "End Of XML Instructions"
    (heard,) = said(call)
    assert plain_words(heard) == plain_words(text)


def plain_words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text)


@pytest.mark.parametrize(
    "number",
    ["12", "+1", "+1415555", "abc", "+14155550100x", "911", "0049 30 1234", "+999123456789", "\uff11\uff12"],
)
def test_a_number_that_is_not_e164_is_a_problem_that_says_so_and_stays_as_typed(
    browser: Browser, cli: Cli, number: str
) -> None:
    text = one("dial", to=[{"number": number}])
    result = cli.run("check", "-", "--json", stdin=text)
    assert result.exit_code == 1
    (problem,) = [p for p in json.loads(result.stdout)["problems"] if p["severity"] == "error"]
    assert (problem["code"], problem["node"], problem["setting"]) == ("bad-setting", "n", "to")
    assert problem["message"]
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(text.encode()), "x.json")}))
    shown = page_of(browser.get(f"/flows/{flow_id}/nodes/n", headers=PARTIAL))
    assert shown.xpath("//*[@aria-invalid='true']")[0].get("value") == number
    assert shown.xpath("//*[contains(@class, 'error-text')]")


def test_two_tabs_with_the_same_form_open_lose_neither_text(browser: Browser) -> None:
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(one(text="0").encode()), "x.json")}))
    form = {"revision": "1", "base": "1", "fields": "text", "inspecting": "n"}
    first = browser.post(f"/flows/{flow_id}/nodes/n", data={**form, "text": "From the first."}, headers=PARTIAL)
    assert first.status_code == 200
    second = browser.post(f"/flows/{flow_id}/nodes/n", data={**form, "text": "From the second."}, headers=PARTIAL)
    assert second.status_code == 409
    page = page_of(second)
    assert page.xpath("string(//textarea[@name='text'])").strip() == "From the second."
    assert "From the first." in page.xpath("string(//*[@class='conflict'])")
    assert loads(browser.get(f"/flows/{flow_id}/file").data).nodes["n"].settings["text"] == "From the first."


def test_an_edit_of_a_node_that_another_tab_has_deleted_keeps_what_was_typed(browser: Browser) -> None:
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(flow().encode()), "x.json")}))
    gone = {"revision": "1", "edit": json.dumps({"op": "delete_nodes", "nodes": ["hello"]})}
    assert browser.post(f"/flows/{flow_id}/edits", data=gone, headers=PARTIAL).status_code == 200
    form = {"revision": "1", "base": "1", "fields": "text", "text": "Typed", "inspecting": "hello"}
    answer = browser.post(f"/flows/{flow_id}/nodes/hello", data=form, headers=PARTIAL)
    assert answer.status_code == 409
    assert "taken away in another tab" in answer.headers["HX-Trigger"]
    assert "#inspector" not in answer.text, "the form with the typed text is left alone"


@pytest.mark.parametrize("document", [BOMB, EXTERNAL, PARAMETER])
def test_xml_bombs_and_external_entities_end_a_simulated_call_with_a_sentence(document: str) -> None:
    def fetch(method: str, url: str, params: dict[str, str]) -> FetchResult:
        return FetchResult(200, "application/xml", document.encode())

    player = Player(fetch, CallSetup("u", "1202", "1415", "https://a.example/x"))
    player.begin()
    assert player.ending is not None
    assert player.ending.name == "Invalid Answer XML"
    assert player.ending.sentence
    assert not [event for event in player.events if event.kind == "said"]


@pytest.mark.parametrize("evil", [BOMB, EXTERNAL, "<speak>&xxe;</speak>", "<break time='1s'>", "<![CDATA[x]]>"])
def test_ssml_reads_no_entities_of_its_own(cli: Cli, evil: str, tmp_path: Path) -> None:
    text = one(text=evil, voice="Polly.Amy", language="en-GB")
    result = cli.run("compile", "-", "--base-url", PUBLIC_URL, "--out", tmp_path / "out", stdin=text)
    if result.exit_code:
        assert result.exit_code == 1
        assert "bad-setting" in result.stderr
        return
    document = (tmp_path / "out" / "nodes" / "n.xml").read_bytes()
    assert b"<!" not in document
    assert "root:" not in etree.tostring(etree.fromstring(document)).decode()


def test_a_program_kept_in_a_database_that_somebody_changed_answers_with_an_apology(product: Product) -> None:
    store = product.parts.store
    row = store.flows.create(loads(flow()))
    program = {
        "format": "flowbuilder-program/1",
        "name": "x",
        "entry": "hello",
        "nodes": {"hello": {"type": "speak", "settings": {"text": "Hi"}, "routes": {}, "parts": {"1": EXTERNAL}}},
    }
    number = store.versions.add(row.id, row.revision, loads(flow()), json.dumps(program))
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/{number}"
    call = product.parts.switchboard.dial_application(f"{base}/nodes/hello", "", "", "+12025550123", "+14155550000")
    assert said(call)
    assert "sorry" in said(call)[0]


@pytest.mark.parametrize(
    "edit",
    [
        "",
        "{",
        "[]",
        "7",
        '{"op": "duplicate", "nodes": 7}',
        '{"op": "explode"}',
        '{"op": "add_node"}',
        '{"op": "add_node", "type": "speak", "position": ["a", "b"]}',
        '{"op": "add_node", "type": "speak", "position": [1e999, 0]}',
        '{"op": "add_node", "type": "speak", "position": [0, 0], "id": "end"}',
        '{"op": "add_node", "type": "speak", "position": [0, 0], "id": "Not An Id"}',
        '{"op": "add_node", "type": "teleport", "position": [0, 0]}',
        '{"op": "connect", "node": "hello", "exit": "next", "to": "nobody"}',
        '{"op": "connect", "node": "nobody", "exit": "next", "to": "end"}',
        '{"op": "delete_nodes", "nodes": ["nobody"]}',
        '{"op": "delete_nodes", "nodes": 7}',
        '{"op": "rename_node", "node": "hello", "to": "end"}',
        '{"op": "rename_node", "node": "hello", "to": "1st"}',
        '{"op": "set_settings", "node": "hello", "settings": "loud"}',
        '{"op": "set_entry", "node": "nobody"}',
        '{"op": "move_nodes", "positions": {"hello": [NaN, 0]}}',
        '{"op": "duplicate", "nodes": ["nobody"]}',
        '{"op": "duplicate", "nodes": ["hello"], "by": "x"}',
        '{"op": "set_details", "details": {"name": ""}}',
        "[" * 100_000,
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_a_sentence_and_changes_nothing(browser: Browser, edit: str) -> None:
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(flow().encode()), "x.json")}))
    before = browser.get(f"/flows/{flow_id}/file").data
    answer = browser.post(f"/flows/{flow_id}/edits", data={"revision": "1", "edit": edit}, headers=PARTIAL)
    assert answer.status_code == 422, answer.text[:300]
    told = answer.headers.get("HX-Trigger") or answer.text
    assert "." in told
    assert browser.get(f"/flows/{flow_id}/file").data == before


@pytest.mark.parametrize("revision", ["", "x", "-1", "0", "99", "99999999999999999999"])
def test_an_edit_of_a_revision_that_never_was_is_refused(browser: Browser, revision: str) -> None:
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(flow().encode()), "x.json")}))
    edit = json.dumps({"op": "delete_nodes", "nodes": ["hello"]})
    answer = browser.post(f"/flows/{flow_id}/edits", data={"revision": revision, "edit": edit}, headers=PARTIAL)
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert "hello" in loads(browser.get(f"/flows/{flow_id}/file").data).nodes


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999"])
def test_a_version_that_never_was_is_not_found(browser: Browser, number: str) -> None:
    flow_id = flow_id_of(browser.post("/flows/import", data={"file": (io.BytesIO(flow().encode()), "x.json")}))
    for place in ("", "/file", "/bundle"):
        answer = browser.get(f"/flows/{flow_id}/versions/{number}{place}")
        assert answer.status_code == 404
        assert "has no version" in words_of(answer)


EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 191 }}"


def test_markup_in_any_text_of_a_flow_stays_text_on_every_page(product: Product, browser: Browser) -> None:
    nodes: dict[str, Any] = {
        "hello": {"type": "speak", "settings": {"text": EVIL, "voice": EVIL}, "exits": {EVIL: "hello", "next": "ask"}},
        "ask": {
            "type": "get_input",
            "settings": {"prompts": [{"speak": EVIL}], "choices": [{"exit": EVIL, "digits": EVIL, "phrases": [EVIL]}]},
            "exits": {EVIL: EVIL},
        },
        "ring": {"type": "dial", "settings": {"to": [{"number": EVIL}, {"user": EVIL}], "sip_headers": {EVIL: EVIL}}},
        "odd": {"type": EVIL, "settings": {EVIL: EVIL}, "exits": {}},
        "decide": {"type": "branch", "settings": {"rules": [{"exit": EVIL, "when": EVIL}]}, "exits": {EVIL: "odd"}},
        "web": {"type": "http_request", "settings": {"url": EVIL, "save": {EVIL: EVIL}, "headers": {EVIL: EVIL}}},
    }
    text = flow(name=EVIL, description=EVIL, language=EVIL, voice=EVIL, nodes=nodes, entry=EVIL)
    flow_id = flow_id_of(
        browser.post("/flows/import", data={"file": (io.BytesIO(text.encode()), "<script>alert(1)</script>.json")})
    )
    places = ["/", "/new", *(f"/flows/{flow_id}/{page}" for page in ("edit", "publish", "versions", "calls", "phone"))]
    places += [f"/flows/{flow_id}/nodes/{n}?tab={tab}" for n in nodes for tab in ("settings", "exits", "xml", "help")]
    places += [f"/flows/{flow_id}/inspector", f"/?q={EVIL}"]
    for place in places:
        answer = browser.get(place)
        assert answer.status_code == 200, place
        assert "<script>alert" not in answer.text, place
        assert not page_of(answer).xpath("//img[@onerror] | //*[@onerror]"), place
        assert "1337" not in answer.text, place


def test_an_upload_of_any_size_is_refused_with_a_sentence(browser: Browser) -> None:
    for size in (17_000_000, 30_000_000):
        answer = browser.post("/flows/import", data={"file": (io.BytesIO(b" " * size), "large.json")}, headers=PARTIAL)
        assert answer.status_code in (413, 422)
        assert "larger" in words_of(answer)
