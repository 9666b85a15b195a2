"""The commands: results, exit statuses, standard input, sentences on standard error."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile

import click
import pytest
from click.testing import CliRunner

from flowbuilder.cli import COMMANDS, main
from flowbuilder.commands.serve import address, free_port
from flowbuilder.commands.settings import settings_for
from flowbuilder.errors import FlowbuilderError

FLOW = {
    "format": "flowbuilder/1",
    "name": "Shop",
    "entry": "menu",
    "nodes": {
        "menu": {
            "type": "get_input",
            "settings": {
                "prompts": [{"speak": "Press 1 for the desk, 9 to hear this again."}],
                "input_type": "dtmf",
                "num_digits": 1,
                "choices": [{"exit": "desk", "digits": "1"}, {"exit": "again", "digits": "9"}],
            },
            "exits": {"desk": "ring", "again": "menu", "no_input": "bye", "no_match": "bye"},
            "position": [0, 0],
        },
        "ring": {
            "type": "dial",
            "settings": {"to": [{"number": "+14155550100"}]},
            "exits": {"completed": "bye", "otherwise": "bye"},
            "position": [300, 0],
        },
        "bye": {"type": "hangup", "settings": {}, "exits": {}, "position": [600, 0]},
    },
}
NUMBER = "+14155550000"


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch):
    """A database of the test's own, and no Plivo account."""
    for name in [name for name in os.environ if name.startswith(("PLIVO_", "FLOWBUILDER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FLOWBUILDER_DATABASE_URL", f"sqlite:///{tmp_path}/flowbuilder.sqlite3")


@pytest.fixture
def flow_file(tmp_path):
    return write(tmp_path / "shop.flow.json", FLOW)


def write(path, flow):
    path.write_text(json.dumps(flow))
    return str(path)


def broken():
    return {**FLOW, "entry": "gone"}


def run(*arguments, input=None):
    return CliRunner().invoke(main, arguments, input=input, catch_exceptions=False)


def test_help_names_every_command():
    text = run("--help").output
    for name, (_, _, summary) in COMMANDS.items():
        assert name in text
        assert summary[:30] in text


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_help_and_refuses_unknown_options(name):
    assert "Usage" in run(name, "--help").output
    assert run(name, "--nonsense").exit_code == 2


def test_an_unknown_command_is_wrong_usage():
    assert run("nonsense").exit_code == 2


def test_check_is_content_with_a_good_flow(flow_file):
    result = run("check", flow_file)
    assert (result.exit_code, result.stdout) == (0, "No problems.\n")


def test_check_prints_the_problems_and_ends_with_1(tmp_path):
    result = run("check", write(tmp_path / "f.json", broken()))
    assert result.exit_code == 1
    assert "no-entry" in result.stdout


def test_check_json_has_the_shape_of_the_contract(tmp_path):
    result = run("check", write(tmp_path / "f.json", broken()), "--json")
    assert result.exit_code == 1
    problems = json.loads(result.stdout)["problems"]
    assert all(list(p) == ["code", "severity", "node", "exit", "setting", "message"] for p in problems)
    assert "no-entry" in {problem["code"] for problem in problems}


def test_warnings_do_not_change_the_status(tmp_path):
    flow = {**FLOW, "nodes": {**FLOW["nodes"], "lost": {"type": "hangup", "settings": {}, "exits": {}}}}
    result = run("check", write(tmp_path / "f.json", flow))
    assert result.exit_code == 0
    assert "unreachable-node" in result.stdout


def test_every_command_reads_standard_input(tmp_path):
    text = json.dumps(FLOW)
    assert run("check", "-", input=text).exit_code == 0
    out = str(tmp_path / "out")
    assert run("compile", "-", "--base-url", "https://x.test", "--out", out, input=text).exit_code == 0
    assert run("export", "-", "--base-url", "https://x.test", "--out", out + ".zip", input=text).exit_code == 0
    assert run("import", "-", "--out", out + ".json", input=text).exit_code == 0
    assert run("call", "-", input=text).exit_code == 0
    assert run("publish", "-", "--dry-run", input=text).exit_code == 0


@pytest.mark.parametrize("content", [None, b"", b"not json", b"[]", b'{"format": "flowbuilder/99"}', b"\xff\xfe\x00"])
@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["compile", "--base-url", "https://x.test", "--out", "unused"],
        ["export", "--base-url", "https://x.test", "--out", "unused"],
        ["import", "--out", "unused"],
        ["call"],
        ["publish"],
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_status_2(tmp_path, command, content):
    path = tmp_path / "f.json"
    if content is not None:
        path.write_bytes(content)
    result = run(command[0], str(path), *command[1:])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["compile", "--base-url", "https://x.test", "--out", "unused"],
        ["export", "--base-url", "https://x.test", "--out", "unused"],
        ["call"],
        ["publish"],
    ],
)
def test_a_flow_with_errors_is_refused_with_status_1(tmp_path, command):
    result = run(command[0], write(tmp_path / "f.json", broken()), *command[1:])
    assert result.exit_code == 1
    assert "no-entry" in result.stderr


def test_compile_writes_a_document_per_node_and_a_manifest(tmp_path, flow_file):
    out = tmp_path / "a" / "b"
    assert run("compile", flow_file, "--base-url", "https://x.test/", "--out", str(out)).exit_code == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["answer_url"].startswith("https://x.test/v1/flows/shop")
    assert sorted(p.name for p in (out / "nodes").iterdir()) == ["bye.xml", "menu.xml", "ring.xml"]
    assert b"Press 1 for the desk" in (out / "nodes" / "menu.xml").read_bytes()


def test_compile_refuses_what_is_no_base_url(tmp_path, flow_file):
    result = run("compile", flow_file, "--base-url", "x.test", "--out", str(tmp_path / "o"))
    assert result.exit_code == 2
    assert "https://flows.example.com" in result.stderr


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path, flow_file):
    (tmp_path / "file").write_text("")
    for command in ("compile", "export"):
        out = str(tmp_path / "file" / "o")
        result = run(command, flow_file, "--base-url", "https://x.test", "--out", out)
        assert result.exit_code == 2
        assert "cannot be" in result.stderr


def test_export_gives_the_same_bytes_and_import_the_same_flow(tmp_path, flow_file):
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    for out in (first, second):
        assert run("export", flow_file, "--base-url", "https://x.test", "--out", str(out)).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert "manifest.json" in zipfile.ZipFile(first).namelist()

    back = tmp_path / "back.flow.json"
    assert run("import", str(first), "--out", str(back)).exit_code == 0
    assert json.loads(back.read_text())["nodes"]["menu"]["settings"] == FLOW["nodes"]["menu"]["settings"]


def test_export_refuses_nodes_that_need_the_runtime_and_names_them(tmp_path):
    flow = json.loads(json.dumps(FLOW))
    flow["nodes"]["menu"]["settings"]["prompts"] = [{"speak": "Hello {{ call.from_number }}, press 1."}]
    path, out = write(tmp_path / "f.json", flow), str(tmp_path / "o.zip")
    result = run("export", path, "--base-url", "https://x.test", "--out", out)
    assert result.exit_code == 2
    assert "menu" in result.stderr
    assert run("export", path, "--base-url", "https://x.test", "--out", out, "--with-runtime").exit_code == 0


def test_call_plays_the_caller_line_by_line(flow_file):
    result = run("call", flow_file, input="1\nbusy\n")
    assert result.exit_code == 0
    assert "> Press 1 for the desk, 9 to hear this again." in result.stdout
    assert "* pressed 1" in result.stdout
    assert "~ the dial ends: busy" in result.stdout
    assert "the call ends" in result.stdout
    assert "menu: press a key" in result.stderr
    assert "ring: +14155550100" in result.stderr


def test_call_takes_silence_and_hangs_up_when_the_input_ends(flow_file):
    silent = run("call", flow_file, input="\n")
    assert "* stayed silent" in silent.stdout
    assert "the caller hangs up" in run("call", flow_file, input="").stdout


def test_call_says_when_something_cannot_be_done_now(flow_file):
    result = run("call", flow_file, input="1\nsay hello\n")
    assert result.exit_code == 0
    assert "Error" not in result.stderr
    assert "the caller hangs up" in result.stdout


def test_call_json_tells_every_event(flow_file):
    result = run("call", flow_file, "--json", input="1\nbusy\n")
    told = json.loads(result.stdout)
    assert [event["kind"] for event in told["events"]].count("pressed") == 1
    assert told["events"][-1]["kind"] in ("hung_up", "requested")


def test_call_leaves_no_trace_in_the_database(flow_file, tmp_path):
    run("call", flow_file, input="")
    assert not (tmp_path / "flowbuilder.sqlite3").exists()


def test_publish_plans_applies_and_then_has_nothing_to_change(flow_file):
    dry = run("publish", flow_file, "--number", NUMBER, "--dry-run")
    assert dry.exit_code == 0
    assert "Plan for the sandbox" in dry.stdout
    assert "Make version 1" in dry.stdout
    assert "finished" not in dry.stdout

    first = run("publish", flow_file, "--number", NUMBER)
    assert first.exit_code == 0
    assert "finished: " in first.stdout

    again = run("publish", flow_file, "--number", NUMBER, "--json")
    told = json.loads(again.stdout)
    assert (again.exit_code, told["applied"], told["version"], told["new_version"]) == (0, True, 1, False)
    assert told["plan"]["changes_anything"] is False


def test_a_dry_run_leaves_the_flow_as_it_was(flow_file, tmp_path):
    run("publish", flow_file)
    changed = write(tmp_path / "changed.json", {**FLOW, "description": "Changed."})
    assert "Make version 2" in run("publish", changed, "--dry-run").stdout
    assert "no new one is needed" in run("publish", flow_file, "--dry-run").stdout


def test_publish_refuses_a_number_that_is_none(flow_file):
    for number in ("12", "+1 nonsense", "+19995550100"):
        result = run("publish", flow_file, "--number", number)
        assert result.exit_code in (2, 3)
        assert result.stderr.startswith("Error: ")


def test_the_real_plivo_needs_a_public_url_that_it_can_reach(flow_file, monkeypatch):
    monkeypatch.setenv("PLIVO_AUTH_ID", "MA1")
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "a secret token")
    monkeypatch.setenv("PLIVO_API_URL", "http://127.0.0.1:1")
    missing = run("publish", flow_file)
    assert missing.exit_code == 2
    assert "FLOWBUILDER_PUBLIC_URL" in missing.stderr
    assert run("publish", flow_file, "--public-url", "http://localhost:8000").exit_code == 2
    unreachable = run("publish", flow_file, "--public-url", "https://flows.example.org")
    assert unreachable.exit_code == 3
    assert "a secret token" not in unreachable.output


def test_without_an_account_the_servers_own_address_is_public_enough(monkeypatch):
    assert settings_for(None, "http://127.0.0.1:8000").own_url == "http://127.0.0.1:8000"
    assert settings_for("https://x.test/", "http://own").public_url == "https://x.test"
    monkeypatch.setenv("FLOWBUILDER_PUBLIC_URL", "https://env.test/")
    assert settings_for(None, "http://own").public_url == "https://env.test"
    monkeypatch.delenv("FLOWBUILDER_PUBLIC_URL")
    monkeypatch.setenv("PLIVO_AUTH_ID", "MA1")
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "token")
    assert settings_for(None, "http://own").public_url is None


@pytest.mark.parametrize("url", ["x.test", "ftp://x.test", "https://", "https://x.test/?a=1", "https://x y.test"])
def test_a_public_url_that_is_none_is_refused(url):
    with pytest.raises(FlowbuilderError, match=r"https://flows\.example\.com"):
        settings_for(url, "http://own")


def test_a_port_that_is_taken_is_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(FlowbuilderError, match=f"Port {port}"):
            free_port("127.0.0.1", port)
    assert free_port("127.0.0.1", 0) > 0


def test_the_address_to_open_is_one_of_this_machine():
    assert address("0.0.0.0", 1, "t") == "http://localhost:1/?token=t"
    assert address("::1", 1, "t") == "http://[::1]:1/?token=t"


def test_commands_say_what_they_do_in_the_list_as_in_their_help():
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help


def test_serve_answers_under_the_address_it_prints_and_stops_on_ctrl_c():
    process = subprocess.Popen(
        [sys.executable, "-m", "flowbuilder", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Database: ")
        opened = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", opened)
        assert url is not None
        origin = url[0].partition("/?")[0]
        assert urllib.request.urlopen(f"{origin}/healthz", timeout=10).read() == b"ok\n"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(origin, timeout=10)
        assert refused.value.code == 401
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert "Flowbuilder" in browser.open(url[0], timeout=10).read().decode()
        assert "another browser" in process.stdout.readline()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=15) == 0
