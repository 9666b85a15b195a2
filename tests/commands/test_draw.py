"""`flowbuilder draw`: a file, standard output, and flows that nobody has laid out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from flowbuilder.cli import main
from flowbuilder.flow.model import Flow, Node, dumps

HEAP = Flow("Heap", "hello", {"hello": Node("speak", {"text": "Hello."}, {"next": "end"}), "end": Node("hangup")})
CARDS = "//s:rect[@class='body']/@x"
SVG = {"s": "http://www.w3.org/2000/svg"}


@pytest.fixture
def flow_file(tmp_path: Path) -> str:
    file = tmp_path / "heap.flow.json"
    file.write_text(dumps(HEAP))
    return str(file)


def test_the_picture_is_written_and_a_heap_is_laid_out_in_it(flow_file: str, tmp_path: Path) -> None:
    out = tmp_path / "flow.svg"
    result = CliRunner().invoke(main, ["draw", flow_file, "--out", str(out)])
    assert result.exit_code == 0
    assert result.output == f"Wrote {out}: 2 steps.\n"
    root: Any = etree.parse(str(out))
    assert len(set(root.xpath(CARDS, namespaces=SVG))) == 2
    assert Path(flow_file).read_text() == dumps(HEAP)


def test_a_dash_reads_and_prints() -> None:
    result = CliRunner().invoke(main, ["draw", "-", "--out", "-"], input=dumps(HEAP))
    assert result.exit_code == 0
    assert etree.fromstring(result.stdout_bytes).tag == "{http://www.w3.org/2000/svg}svg"


def test_json_says_what_was_written(flow_file: str, tmp_path: Path) -> None:
    out = tmp_path / "flow.svg"
    result = CliRunner().invoke(main, ["draw", flow_file, "--out", str(out), "--tidy", "--json"])
    assert json.loads(result.output) == {"out": str(out), "nodes": 2, "bytes": out.stat().st_size}


def test_a_file_that_is_no_flow_is_refused_with_a_sentence() -> None:
    result = CliRunner().invoke(main, ["draw", "-", "--out", "-"], input="hello")
    assert result.exit_code == 2
    assert "not JSON" in result.stderr
