"""The flows that were written before any code: checked, compiled, exported, published, and called along every exit."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from flowbuilder.flow.model import Flow, loads
from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.signatures import sign_v3
from flowbuilder.runtime import HttpAnswer
from flowbuilder.sandbox.calls import Switchboard
from flowbuilder.sandbox.webhook_requests import OwnServer
from tests.acceptance.conftest import shared_flows
from tests.acceptance.product import CALLER, PUBLIC_URL, Product, flow_id_of, publish_page, said, words_of
from tests.acceptance.walking import Walk, every_exit
from tests.sdk_rebuild import judged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.product import Cli, World
    from tests.web.conftest import Browser

NUMBER, OTHER_NUMBER = "+14155550000", "+12025550142"
GOOD = pytest.mark.parametrize("file", shared_flows("*.flow.json"))

# What the billing service of clinic.flow.json answers, by the account that is typed.
ACCOUNTS = {
    "000000": HttpAnswer(200, "", {"balance": 0, "name": "Ada & Co"}),
    "123456": HttpAnswer(200, "", {"balance": 12, "name": "Bob"}),
    "555555": HttpAnswer(500),
}


@GOOD
def test_check_finds_no_error(cli: Cli, file: Path) -> None:
    found = cli.json("check", file)["problems"]
    assert [problem for problem in found if problem["severity"] == "error"] == []
    assert cli.run("check", "-", stdin=file.read_bytes()).exit_code == 0


@GOOD
def test_what_it_compiles_to_is_what_plivo_takes(cli: Cli, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = cli.json("compile", file, "--base-url", PUBLIC_URL, "--out", out)
    flow, manifest = loads(file.read_bytes()), json.loads((out / "manifest.json").read_text())
    assert manifest["nodes"].keys() == flow.nodes.keys()
    assert manifest["answer_url"].endswith(f"/nodes/{flow.entry}")
    documents = {path.stem: path for path in (out / "nodes").glob("*.xml")}
    silent = {node for node, value in flow.nodes.items() if value.type in ("branch", "http_request")}
    assert documents.keys() == flow.nodes.keys() - silent
    assert sorted(told["files"]) == sorted(["manifest.json", *(f"nodes/{node}.xml" for node in documents)])
    for path in documents.values():
        root = etree.fromstring(path.read_bytes())
        assert check_document(root) == []
        ours, theirs = judged(root)
        assert theirs == ours
        assert len(path.read_bytes()) <= 64 * 1024


@GOOD
def test_its_bundle_is_always_the_same_and_gives_it_back(cli: Cli, file: Path, tmp_path: Path) -> None:
    flow = loads(file.read_bytes())
    runtime = {node for node, value in flow.nodes.items() if value.type in ("branch", "http_request")}
    plain = cli.run("export", file, "--base-url", PUBLIC_URL, "--out", tmp_path / "plain.zip")
    assert (plain.exit_code == 0) is not bool(runtime)
    assert all(node in plain.stderr for node in runtime)
    bundles = []
    for name in ("one.zip", "two.zip"):
        cli.json("export", file, "--base-url", PUBLIC_URL, "--out", tmp_path / name, "--with-runtime")
        bundles.append((tmp_path / name).read_bytes())
    assert bundles[0] == bundles[1]
    inside = zipfile.ZipFile(io.BytesIO(bundles[0])).namelist()
    assert {"flow.json", "manifest.json", "README.txt", f"nodes/{flow.entry}.xml"} <= set(inside)
    cli.json("import", tmp_path / "one.zip", "--out", tmp_path / "back.flow.json")
    assert loads((tmp_path / "back.flow.json").read_bytes()) == flow


@GOOD
def test_published_by_the_command_it_is_called_along_every_exit(
    cli: Cli, file: Path, database: Path, world: World
) -> None:
    told = cli.json("publish", file, "--number", NUMBER)
    assert told["applied"] is True
    product = Product(database, world)
    try:
        walk_everywhere(product, world, loads(file.read_bytes()), NUMBER)
    finally:
        product.close()


@GOOD
def test_published_by_the_page_it_is_called_along_every_exit(
    product: Product, browser: Browser, world: World, file: Path
) -> None:
    upload: Any = {"file": (io.BytesIO(file.read_bytes()), file.name)}
    flow_id = flow_id_of(browser.post("/flows/import", data=upload))
    assert browser.get(f"/flows/{flow_id}/edit").status_code == 200
    assert "0 errors" not in words_of(browser.get(f"/flows/{flow_id}/publish"))
    assert "Live: version 1" in words_of(publish_page(browser, flow_id, OTHER_NUMBER))
    walk_everywhere(product, world, loads(file.read_bytes()), OTHER_NUMBER)


@GOOD
def test_every_webhook_delivered_twice_makes_the_same_call(product: Product, world: World, file: Path) -> None:
    world.replies = ACCOUNTS
    flow, parts = loads(file.read_bytes()), product.parts
    row = parts.store.flows.create(flow)
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/draft-{row.revision}"
    heard, asked = [], []
    for deliveries in (1, 2):
        board = Switchboard(
            parts.store,
            OwnServer(product.app, PUBLIC_URL),
            parts.account.auth_id,
            parts.sandbox_token,
            parts.clock,
            deliveries=deliveries,
        )

        def ring(board: Switchboard = board) -> Any:
            urls = (f"{base}/nodes/{flow.entry}", f"{base}/fallback", f"{base}/hangup")
            return board.dial_application(*urls, CALLER, NUMBER)

        world.asked.clear()
        walk = Walk(flow, parts, ring, answers=tuple(ACCOUNTS))
        heard.append((walk.go(), walk.heard, walk.calls))
        asked.append(len(world.asked))
    assert heard[0] == heard[1]
    assert asked[0] == asked[1], "the world is asked once for each"


def walk_everywhere(product: Product, world: World, flow: Flow, number: str) -> None:
    world.replies = ACCOUNTS
    walk = Walk(flow, product.parts, lambda: product.ring(number), answers=tuple(ACCOUNTS))
    taken = walk.go()
    world.replies, world.otherwise = {}, HttpAnswer(500)
    taken |= Walk(flow, product.parts, lambda: product.ring(number)).go()
    # A dial that ends in a way that nobody has heard of: Plivo alone could say so, and the player plays by its book.
    taken |= {(dial, "otherwise") for dial in dials(flow) if ends_in_an_unheard_of_way(product, walk, dial)}
    assert every_exit(flow) - taken == set()
    assert walk.doubts == []


def dials(flow: Flow) -> list[str]:
    return [node for node, value in flow.nodes.items() if value.type == "dial"]


def ends_in_an_unheard_of_way(product: Product, walk: Walk, dial: str) -> bool:
    """Whether the webhook of a dial takes `otherwise` for a status that is none, and goes on where that leads."""
    live = walk.reach(dial)
    url, params = live.player.position.action, {"CallUUID": live.uuid, "DialStatus": "abducted"}
    signature = sign_v3(product.parts.sandbox_token, "POST", url, "1", params)
    answer = product.stranger().post(
        url.removeprefix(url.partition("/v1/")[0]),
        data=params,
        headers={"X-Plivo-Signature-V3": signature, "X-Plivo-Signature-V3-Nonce": "1"},
    )
    took = [event for event in product.trace(live) if event["kind"] == "took"][-1]
    following = product.trace(live)[product.trace(live).index(took) + 1]
    target = walk.flow.nodes[dial].exits["otherwise"]
    assert answer.status_code == 200
    assert target == (following["node"] if following["kind"] == "decided" else following["nodes"][0])
    return (took["node"], took["exit"]) == (dial, "otherwise")


@pytest.mark.parametrize("file", shared_flows("clinic.flow.json"))
def test_what_the_clinics_caller_hears_holds_what_was_looked_up(
    cli: Cli, file: Path, database: Path, world: World
) -> None:
    cli.json("publish", file, "--number", NUMBER)
    world.replies = ACCOUNTS
    product = Product(database, world)
    live = product.ring(NUMBER)
    live.act("press", "2")
    live.act("press", "000000")
    assert "Thank you, Ada & Co. Nothing is due on account 000000." in said(live)
    assert world.asked == [("GET", "https://billing.example.com/accounts/000000", world.asked[0][2])]
    product.close()


@pytest.mark.parametrize("file", shared_flows("dial-status-report.flow.json"))
def test_the_dial_status_report_carries_the_five_fields(cli: Cli, file: Path, database: Path, world: World) -> None:
    cli.json("publish", file, "--number", NUMBER)
    product = Product(database, world)
    live = product.ring(NUMBER)
    live.act("dial_ends", "no_answer")
    ((method, url, request),) = world.asked
    assert (method, url) == ("POST", "https://hooks.example.com/dial-status")
    assert request["json"].keys() == {
        "DialStatus",
        "DialRingStatus",
        "DialHangupCause",
        "DialALegUUID",
        "DialBLegUUID",
    }
    assert request["json"]["DialStatus"] == "no-answer"
    assert request["json"]["DialALegUUID"] == live.uuid
    product.close()


@pytest.mark.parametrize("file", shared_flows("broken/*.json"))
def test_check_reports_exactly_the_errors_of_a_broken_flow(cli: Cli, file: Path) -> None:
    case = json.loads(file.read_bytes())
    result = cli.run("check", "-", "--json", stdin=json.dumps(case["flow"]))
    assert result.exit_code == 1
    errors = [problem for problem in json.loads(result.stdout)["problems"] if problem["severity"] == "error"]
    assert all(problem.keys() == {"code", "severity", "node", "exit", "setting", "message"} for problem in errors)
    assert sorted(map(str, case["expect"])) == sorted(
        str({name: problem[name] for name in expected}) for expected, problem in paired(case["expect"], errors)
    )
    assert len(errors) == len(case["expect"])


@pytest.mark.parametrize("file", shared_flows("broken/*.json"))
def test_a_broken_flow_is_not_compiled_exported_called_or_published(cli: Cli, file: Path, tmp_path: Path) -> None:
    flow = json.dumps(json.loads(file.read_bytes())["flow"])
    out = tmp_path / "out"
    for command in (
        ("compile", "-", "--base-url", PUBLIC_URL, "--out", out),
        ("export", "-", "--base-url", PUBLIC_URL, "--out", out, "--with-runtime"),
        ("call", "-"),
        ("publish", "-", "--number", NUMBER),
    ):
        result = cli.run(*command, stdin=flow)
        assert (result.exit_code, result.stdout) == (1, ""), command
        assert "error" in result.stderr
    assert not out.exists()


def paired(expected: list[dict[str, str]], found: list[dict[str, Any]]) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Each expected problem with the found one of its code and node."""
    left = list(found)
    pairs = []
    for wanted in expected:
        match = next(
            (one for one in left if all(one[name] == value for name, value in wanted.items())), left[0] if left else {}
        )
        left = [one for one in left if one is not match]
        pairs.append((wanted, {**dict.fromkeys(wanted), **match}))
    return pairs


def canonical(document: bytes) -> str:
    return etree.canonicalize(document.decode())
