"""No call of a template waits for a document that it could have had before."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import loads
from tests.bench.fetches import TEMPLATES, explore


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.flow.json")), ids=lambda path: path.name)
def test_every_path_of_a_template_fetches_the_fewest_documents_possible(path: Path) -> None:
    tally = explore(compile_flow(loads(path.read_bytes())), most_acts=3)
    assert tally.paths > 1
    assert tally.worst == 1.0
    assert tally.fetched == tally.possible
