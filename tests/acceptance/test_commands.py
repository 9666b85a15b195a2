"""Every command of contract section 7: its options, what goes where, and the exit statuses that scripts rely on."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.flow.model import Flow, Node, dumps, loads
from flowbuilder.web.gallery import start_flow
from tests.acceptance.product import PUBLIC_URL, Product, said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.product import Cli

NUMBER, OTHER_NUMBER = "+14155550000", "+12025550142"
FINE, HAS_ERRORS, UNUSABLE, REFUSED = 0, 1, 2, 3
NEEDS = {
    "compile": ("--base-url", PUBLIC_URL, "--out", "out"),
    "export": ("--base-url", PUBLIC_URL, "--out", "out.zip", "--with-runtime"),
    "import": ("--out", "out.json"),
    "publish": ("--number", NUMBER),
}
ON_FILES = ("check", "compile", "export", "import", "call", "publish")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def file(folder: Path) -> Path:
    """A flow file that says hello and hangs up."""
    nodes: dict[str, Any] = {
        "hello": {"type": "speak", "settings": {"text": "Hello"}, "exits": {"next": "ring"}},
        "ring": {"type": "dial", "settings": {"to": [{"number": "+14155550100"}]}, "exits": {"otherwise": "end"}},
        "end": {"type": "hangup", "settings": {}, "exits": {}},
    }
    path = folder / "hello.flow.json"
    for place, node in enumerate(nodes.values()):
        node["position"] = [40 + 300 * place, 40]
    path.write_text(json.dumps({"format": "flowbuilder/1", "name": "Hello", "entry": "hello", "nodes": nodes}))
    return path


def changed(file: Path, **settings: Any) -> str:
    data = json.loads(file.read_text())
    data["nodes"]["hello"]["settings"] = settings
    return json.dumps(data)


def test_the_program_explains_itself_and_each_of_its_commands(cli: Cli) -> None:
    told = cli.run("--help")
    assert told.exit_code == FINE
    for command in ("serve", "check", "compile", "export", "import", "call", "publish"):
        assert command in told.stdout
        helped = cli.run(command, "--help")
        assert (helped.exit_code, helped.stderr) == (FINE, "")
        assert f"Usage: main {command}" in helped.stdout or f"flowbuilder {command}" in helped.stdout
    assert cli.run("--version").exit_code == FINE


@pytest.mark.parametrize("words", [(), ("dance",), ("check",), ("check", "--dance"), ("serve", "--port", "70000")])
def test_wrong_usage_ends_with_2_and_says_so_on_standard_error(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli.run(*words)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "Usage:" in result.stderr


@pytest.mark.parametrize("command", ON_FILES)
def test_a_file_that_is_not_there_or_is_a_folder_ends_with_2(cli: Cli, folder: Path, command: str) -> None:
    for name in ("nowhere.flow.json", folder):
        result = cli.run(command, name, *NEEDS.get(command, ()))
        assert (result.exit_code, result.stdout) == (UNUSABLE, "")
        assert "cannot be read" in result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ON_FILES)
def test_every_command_reads_standard_input_and_answers_in_json(cli: Cli, file: Path, command: str) -> None:
    from_file = cli.json(command, file, *NEEDS.get(command, ()))
    from_input = cli.json(command, "-", *NEEDS.get(command, ()), stdin=file.read_bytes())
    assert from_file.keys() == from_input.keys()


@pytest.mark.parametrize("command", ["check", "compile", "export", "call", "publish"])
def test_a_flow_with_errors_ends_with_1(cli: Cli, file: Path, command: str, folder: Path) -> None:
    result = cli.run(command, "-", *NEEDS.get(command, ()), stdin=changed(file, text=""))
    assert result.exit_code == HAS_ERRORS
    told = result.stdout if command == "check" else result.stderr
    assert "bad-setting" in told
    assert "hello.text" in told
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_check_prints_warnings_and_still_ends_well(cli: Cli, file: Path) -> None:
    data = json.loads(file.read_text())
    data["nodes"]["island"] = {"type": "hangup", "settings": {}, "exits": {}}
    result = cli.run("check", "-", stdin=json.dumps(data))
    assert (result.exit_code, result.stderr) == (FINE, "")
    assert "unreachable-node" in result.stdout
    assert "island" in result.stdout
    (found,) = cli.json("check", "-", stdin=json.dumps(data))["problems"]
    assert found.keys() == {"code", "severity", "node", "exit", "setting", "message"}
    assert (found["severity"], found["exit"], found["setting"]) == ("warning", None, None)


def test_compile_writes_a_document_per_node_and_the_same_bytes_every_time(cli: Cli, file: Path, folder: Path) -> None:
    for out in ("a", "b"):
        result = cli.run("compile", file, "--base-url", PUBLIC_URL, "--out", out)
        assert (result.exit_code, result.stderr) == (FINE, "")
    names = sorted(str(path.relative_to(folder / "a")) for path in (folder / "a").rglob("*") if path.is_file())
    assert names == ["manifest.json", "nodes/end.xml", "nodes/hello.xml", "nodes/ring.xml"]
    for name in names:
        assert (folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes()


def test_results_can_go_to_standard_output(cli: Cli, file: Path) -> None:
    bundle = cli.run("export", file, "--base-url", PUBLIC_URL, "--out", "-")
    assert "flow.json" in zipfile.ZipFile(io.BytesIO(bundle.stdout_bytes)).namelist()
    back = cli.run("import", "-", "--out", "-", stdin=bundle.stdout_bytes)
    assert loads(back.stdout_bytes) == loads(file.read_bytes())
    assert back.stdout_bytes.decode() == dumps(loads(file.read_bytes()))


@pytest.mark.parametrize("command", ["compile", "export"])
@pytest.mark.parametrize("url", ["flows.example.com", "ftp://x", "https://", "https://x.example/?a=1", "https://a b"])
def test_a_base_url_that_is_none_ends_with_2(cli: Cli, file: Path, command: str, url: str) -> None:
    result = cli.run(command, file, "--base-url", url, "--out", "out")
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "https://" in result.stderr


def test_what_cannot_be_written_ends_with_2(cli: Cli, file: Path, folder: Path) -> None:
    (folder / "taken").write_text("a file")
    for command, out in (("compile", "taken"), ("export", "no/such/folder.zip"), ("import", "no/such/file.json")):
        given = NEEDS[command][:-1] if command != "export" else ("--base-url", PUBLIC_URL, "--out")
        result = cli.run(command, file, *given, out)
        assert result.exit_code == UNUSABLE
        assert "Error: " in result.stderr


def test_call_plays_what_is_typed(cli: Cli, file: Path) -> None:
    result = cli.run("call", file, "--from", "+442071838750", stdin="busy\n")
    assert result.exit_code == FINE
    assert "> Hello" in result.stdout
    assert "rings +14155550100" in result.stdout
    assert "busy" in result.stdout
    assert "ring:" in result.stderr, "the node where the call is, and what can be done"
    tree = dumps(start_flow("phone_tree"))
    hung_up = cli.json("call", "-", stdin=tree)
    assert hung_up["events"][0]["kind"] == "requested"
    assert any("hangs up" in line for line in hung_up["lines"])


def test_call_tells_what_was_decided_and_why_the_web_did_not_answer(cli: Cli) -> None:
    ask = {"url": "http://127.0.0.1:9/x", "timeout": 1}
    flow = Flow(
        "Asks",
        "ask",
        {
            "ask": Node("http_request", ask, {"ok": "yes", "failed": "no"}),
            "yes": Node("speak", {"text": "Yes."}),
            "no": Node("speak", {"text": "No."}),
        },
    )
    lines = cli.json("call", "-", stdin=dumps(flow))["lines"]
    (taken,) = [line for line in lines if line.startswith("=")]
    assert taken.startswith("= ask: failed (There was no connection: 127.0.0.1 is not on the public Internet")
    assert lines.index(taken) < lines.index("> No.")
    allowed = cli.run("call", "-", stdin=dumps(flow), FLOWBUILDER_HTTP_ALLOWED_HOSTS="127.0.0.1")
    assert "= ask: failed" in allowed.stdout
    assert "public Internet" not in allowed.stdout


def test_publish_shows_the_plan_applies_it_and_says_what_happened(cli: Cli, file: Path, database: Path) -> None:
    result = cli.run("publish", file, "--number", NUMBER)
    assert (result.exit_code, result.stderr) == (FINE, "")
    assert "Make version 1" in result.stdout
    assert f"Attach {NUMBER}" in result.stdout
    assert result.stdout.index("Attach") < result.stdout.index("done:")
    again = cli.json("publish", file)
    assert (again["version"], again["new_version"], again["applied"]) == (1, False, True)
    third = cli.json("publish", "-", "--number", OTHER_NUMBER, stdin=changed(file, text="Hi"))
    assert (third["version"], third["flow"]) == (2, again["flow"])
    product = Product(database)
    assert said(product.ring(NUMBER)) == ["Hi"]
    assert said(product.ring(OTHER_NUMBER)) == ["Hi"]
    product.close()


def test_a_dry_run_shows_the_plan_and_changes_nothing(cli: Cli, file: Path, database: Path) -> None:
    told = cli.json("publish", file, "--number", NUMBER, "--dry-run")
    assert (told["applied"], told["version"]) == (False, 1)
    product = Product(database)
    assert product.parts.store.flows.list() == []
    with pytest.raises(Exception, match="Nothing answers"):
        product.ring(NUMBER)

    cli.json("publish", file, "--number", NUMBER)
    (before,) = product.parts.store.flows.list()
    changed_plan = cli.run("publish", "-", "--dry-run", stdin=changed(file, text="Hi"))
    assert "Make version 2" in changed_plan.stdout
    (after,) = product.parts.store.flows.list()
    assert product.parts.store.flows.load(after.id) == loads(file.read_bytes())
    assert len(product.parts.store.versions.list(after.id)) == 1
    assert (after.undo_label, after.redo_label) == (before.undo_label, before.redo_label)
    assert said(product.ring(NUMBER)) == ["Hello"]
    product.close()


@pytest.mark.parametrize("number", ["12", "nobody", "+15550000000", "+447700900123"])
def test_a_number_that_will_not_do_is_refused_before_anything_changes(
    cli: Cli, file: Path, number: str, database: Path
) -> None:
    result = cli.run("publish", file, "--number", number)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "Error: " in result.stderr
    product = Product(database)
    assert product.parts.account.list_applications() == []
    assert product.parts.store.flows.list() == []
    product.close()


def test_without_a_public_url_that_plivo_can_reach_publish_says_what_to_set(cli: Cli, file: Path) -> None:
    real = {
        "PLIVO_AUTH_ID": "MAXXXXXXXXXXXXXXXXXX",
        "PLIVO_AUTH_TOKEN": "secret",
        "PLIVO_API_URL": "http://127.0.0.1:1",
    }
    for address in ((), ("--public-url", "http://localhost:8000"), ("--public-url", "https://192.168.1.9")):
        result = cli.run("publish", file, "--number", NUMBER, *address, **real)
        assert (result.exit_code, result.stdout) == (UNUSABLE, "")
        assert "FLOWBUILDER_PUBLIC_URL" in result.stderr
        assert "secret" not in result.stderr


def test_a_plivo_that_cannot_be_reached_ends_with_3(cli: Cli, file: Path) -> None:
    real = {
        "PLIVO_AUTH_ID": "MAXXXXXXXXXXXXXXXXXX",
        "PLIVO_AUTH_TOKEN": "secret",
        "PLIVO_API_URL": "http://127.0.0.1:1",
    }
    result = cli.run("publish", file, "--number", NUMBER, "--public-url", PUBLIC_URL, **real)
    assert (result.exit_code, result.stdout) == (REFUSED, "")
    assert "No connection" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize("url", ["oracle://x/y", "nonsense", "sqlite:////proc/no/such/x.db"])
def test_a_database_that_cannot_be_opened_is_a_sentence(cli: Cli, file: Path, url: str) -> None:
    result = cli.run("publish", file, "--number", NUMBER, FLOWBUILDER_DATABASE_URL=url)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert result.stderr.startswith("Error: ")


def test_a_port_that_is_taken_is_a_sentence(cli: Cli) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = cli.run("serve", "--port", taken.getsockname()[1])
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "--port" in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "https://x.example/?a"])
def test_a_public_url_that_is_none_is_a_sentence(cli: Cli, url: str) -> None:
    result = cli.run("serve", "--port", "0", "--public-url", url)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "public URL" in result.stderr


def test_python_m_flowbuilder_is_the_same_program() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "flowbuilder", "--help"], capture_output=True, text=True, env={**os.environ}, check=True
    )
    assert told.stdout.startswith("Usage: flowbuilder ")
