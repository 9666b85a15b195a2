"""`flowbuilder diff`: in words, as JSON, and what is no flow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flowbuilder.cli import main
from flowbuilder.flow.model import Flow, Node, dumps

LONG = "For appointments, press 1. For billing, press 2. To hear this again, press 9."
OLD = Flow("Old", "hello", {"hello": Node("speak", {"text": LONG}, {"next": "end"}), "end": Node("hangup")})
NEW = Flow(
    "Old",
    "hello",
    {
        "hello": Node("speak", {"text": LONG.replace("billing", "invoices"), "loop": 2}, {"next": "pause"}, (40, 40)),
        "pause": Node("wait", {"length": 2}, {"next": "end"}),
        "end": Node("hangup"),
    },
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name, flow in (("a", OLD), ("b", NEW)):
        (tmp_path / f"{name}.json").write_text(dumps(flow))
    return str(tmp_path / "a.json"), str(tmp_path / "b.json")


def run(*arguments: str, **options: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments], **options)  # type: ignore[arg-type]


def test_the_changes_are_printed_node_by_node(files: tuple[str, str]) -> None:
    result = run(*files)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "~ hello",
        "    What the caller hears:",
        "      “For appointments, press 1. For [-billing,-] {+invoices,+} press 2. To hear this again, press 9.”",
        "    Say it: 1 time → 2 times",
        "    next leads to pause; it led to end.",
        "+ pause is new: Wait.",
    ]


def test_equal_flows_have_no_changes(files: tuple[str, str]) -> None:
    assert run(files[0], "-", input=dumps(OLD)).output == "No changes.\n"


def test_json_has_every_change_with_its_place(files: tuple[str, str]) -> None:
    changes = json.loads(run(*files, "--json").output)["changes"]
    assert [(one["kind"], one["node"], one["setting"], one["exit"]) for one in changes] == [
        ("setting", "hello", "text", None),
        ("setting", "hello", "loop", None),
        ("link", "hello", None, "next"),
        ("added", "pause", None, None),
    ]
    assert changes[1]["before"] == 1
    assert changes[1]["after"] == 2


def test_what_cannot_be_read_is_refused_with_a_sentence(files: tuple[str, str]) -> None:
    assert run("-", "-").exit_code == 2
    result = run(files[0], "-", input="x")
    assert result.exit_code == 2
    assert "standard input" in result.stderr
