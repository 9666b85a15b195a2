"""The rules of the house that no other tool looks after."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 300
LONGEST_FUNCTION = 60

TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "flowbuilder",
    "static",
    "templates",
    "tests",
    "Makefile",
    "LICENSE",
    "CHANGELOG.md",
    "docs",
}

# In two halves, so that this file passes its own test.
REGISTRIES = [
    one + other
    for one, other in [
        ("pypi", ".org"),
        ("python", "hosted"),
        ("npm", "js."),
        ("debian", ".org"),
        ("yarn", "pkg"),
        ("registry", ".npm"),
        ("unpkg", ".com"),
        ("jsdeliv", "r.net"),
    ]
]

# What the content security policy would stop, or htmx would have to eval.
FORBIDDEN_IN_TEMPLATES = {
    "an inline script": r"<script\b(?![^>]*\bsrc=)",
    "a style element": r"<style\b",
    "a style attribute": r"""\sstyle\s*=""",
    "an event handler": r"""<[^>]*\son[a-z]+\s*=\s*["']""",
    "hx-on": r"\bhx-on\b",
    "a filter in hx-trigger": r"""hx-trigger\s*=\s*(?:"[^"]*\[|'[^']*\[)""",
    "script in an htmx attribute": r"\bjs:|\bjavascript:",
}


def tracked() -> list[str]:
    """The paths of the files that git keeps and that are still there."""
    if not (ROOT / ".git").exists():
        pytest.skip("This is no git checkout.")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def sources() -> list[Path]:
    return sorted((ROOT / "flowbuilder").rglob("*.py"))


def test_no_source_file_is_longer_than_300_lines() -> None:
    files = sources() + sorted((ROOT / "static").glob("canvas/**/*.js"))
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = {}
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{file.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(file.relative_to(ROOT)) for file in sources() if not _docstring(file)]
    assert silent == []


def _docstring(file: Path) -> bool:
    tree = ast.parse(file.read_text())
    return not tree.body or ast.get_docstring(tree) is not None


def test_only_config_reads_the_environment() -> None:
    readers = [
        str(file.relative_to(ROOT))
        for file in sources()
        if file.name != "config.py" and re.search(r"\b(os\.environ|os\.getenv|from os import)\b", file.read_text())
    ]
    assert readers == []


def test_whatever_is_imported_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / ".requirements" / "run.txt").read_text(), re.MULTILINE))
    imported = {name for file in sources() for name in _imports(file)} - set(sys.stdlib_module_names) - {"flowbuilder"}
    carried_by = packages_distributions()
    homeless = {
        name
        for name in imported
        if not {distribution.lower().replace("_", "-") for distribution in carried_by.get(name, [name])} & locked
    }
    assert homeless == set(), "Name them in pyproject.toml, then `make lock`."


def _imports(file: Path) -> set[str]:
    """The first names of the modules that a file imports from elsewhere."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_no_tracked_file_names_a_package_registry() -> None:
    named = []
    for path in tracked():
        text = (ROOT / path).read_bytes().decode("utf-8", "replace").lower()
        named += [f"{path}: {host}" for host in REGISTRIES if host in text]
    assert named == []


def test_nothing_installed_is_tracked() -> None:
    folders = ("static/vendor/", "node_modules/", ".venv/", ".make/", "dist/", "build/")
    assert [path for path in tracked() if path.startswith(folders) or "/node_modules/" in path] == []


def test_the_top_level_holds_only_what_belongs_there() -> None:
    names = {path.split("/")[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} - TOP_LEVEL == set()


def test_templates_keep_to_the_content_security_policy() -> None:
    found = []
    for file in sorted((ROOT / "templates").rglob("*.*")):
        text = file.read_text()
        for what, pattern in FORBIDDEN_IN_TEMPLATES.items():
            for match in re.finditer(pattern, text, re.IGNORECASE):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{file.relative_to(ROOT)}:{line} has {what}")
    assert found == []


def test_every_icon_shown_is_in_the_list() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "canvas").rglob("*.js"), *sources()]
    listed = set((ROOT / "static" / "icons.txt").read_text().split())
    named = re.compile(r"""\bicon(?:\(|=|: str = | = )["']([a-z0-9-]+)["']|icons\.svg#([a-z0-9-]+)""")
    shown = {one or other for file in files for one, other in named.findall(file.read_text())}
    assert shown - listed == set()
