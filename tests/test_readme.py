"""The README's tables of steps and commands say what the program has. `pytest --update-golden` writes them."""

from __future__ import annotations

import re
from pathlib import Path

from flowbuilder.cli import COMMANDS
from flowbuilder.steps import CATALOGUE

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_table_of_steps_is_the_catalogue(update_golden: bool) -> None:
    rows = sorted((step.group, step.type, step.label, step.summary) for step in CATALOGUE.values())
    lines = [f"| `{name}` | {label} | {summary} |" for _, name, label, summary in rows]
    compare("steps", ["| type | in the palette | what it does |", "|---|---|---|", *lines], update_golden)


def test_the_table_of_commands_is_the_commands(update_golden: bool) -> None:
    lines = [f"| `flowbuilder {name}` | {summary} |" for name, (*_, summary) in COMMANDS.items()]
    compare("commands", ["| command | does |", "|---|---|", *lines], update_golden)


def compare(name: str, lines: list[str], update_golden: bool) -> None:
    """The lines between the two marks must be these."""
    text = README.read_text()
    marks = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)
    wanted = "\n".join(lines) + "\n"
    if update_golden:
        README.write_text(marks.sub(lambda found: wanted, text))
    else:
        found = marks.search(text)
        assert found is not None, f"README.md has lost its marks for the {name}"
        assert found.group() == wanted
