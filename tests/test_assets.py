"""The browser assets that the checkout has installed, and the sprite made of them."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flowbuilder import assets
from flowbuilder.places import static_folder

VENDOR = static_folder() / "vendor"


@pytest.fixture(scope="module")
def files() -> dict[str, dict[str, str]]:
    if not assets.are_current(static_folder()):
        pytest.fail(
            "The browser assets are not installed, or not those of icons.txt. Run `make assets`.", pytrace=False
        )
    return json.loads((VENDOR / "vendor.json").read_text())["files"]


def test_every_file_is_the_one_that_was_installed(files: dict[str, dict[str, str]]) -> None:
    assert {"htmx.min.js", "hx-sse.min.js", "icons.svg", "inter-latin.woff2", "inter-latin-ext.woff2"} == set(files)
    for name, facts in files.items():
        digest = base64.b64encode(hashlib.sha384((VENDOR / name).read_bytes()).digest()).decode()
        assert facts["sha384"] == f"sha384-{digest}", name


def test_versions_and_licences_are_kept(files: dict[str, dict[str, str]]) -> None:
    wanted = json.loads((static_folder() / "package.json").read_text())["dependencies"]
    assert {facts["package"]: facts["version"] for facts in files.values()} == wanted
    assert all(facts["licence"] for facts in files.values())
    assert {path.name for path in (VENDOR / "licences").iterdir()} == {"htmx.txt", "inter.txt", "lucide.txt"}


def test_the_lock_file_holds_hashes_and_no_addresses() -> None:
    lock = json.loads((static_folder() / "package-lock.json").read_text())
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)
    assert not any("resolved" in entry for entry in packages)


def test_the_sprite_has_a_symbol_for_each_icon_of_the_list(files: dict[str, dict[str, str]]) -> None:
    symbols = ElementTree.parse(VENDOR / "icons.svg").getroot()
    assert [symbol.get("id") for symbol in symbols] == assets.icon_names(static_folder())
    assert {symbol.get("viewBox") for symbol in symbols} == {"0 0 24 24"}
    assert all(len(symbol) for symbol in symbols)


def test_an_icon_that_lucide_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="no icon “no-such-icon”"):
        assets.icon_sprite(tmp_path, ["no-such-icon"])


def test_assets_are_current_until_the_icon_list_changes(tmp_path: Path, files: dict[str, dict[str, str]]) -> None:
    static = tmp_path / "static"
    static.mkdir()
    for name in ("package-lock.json", "icons.txt"):
        shutil.copy(static_folder() / name, static)
    assert not assets.are_current(static)
    shutil.copytree(VENDOR, static / "vendor")
    assert assets.are_current(static)
    (static / "icons.txt").write_text("sun\n")
    assert not assets.are_current(static)
