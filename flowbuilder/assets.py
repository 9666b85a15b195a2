"""Installs into static/vendor what the browser loads that others wrote: `python -m flowbuilder.assets`.

npm fetches the packages of static/package-lock.json and checks each against its hash there. A machine without
npm gets one from the Python package index. Standard library only: the build of the wheel runs this too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from flowbuilder.errors import FlowbuilderError
from flowbuilder.places import PACKAGE, static_folder

OLDEST_NPM = 8
LINES_OF_NPM = 4  # of what it says when it fails; a stack trace follows
SVG = "http://www.w3.org/2000/svg"

# Where a file comes from, below node_modules, and what it is called in vendor/.
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js": "hx-sse.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
}
ICONS = "lucide-static"
LICENCES = {
    "htmx.org": "licences/htmx.txt",
    "@fontsource-variable/inter": "licences/inter.txt",
    ICONS: "licences/lucide.txt",
}


class AssetsMissing(FlowbuilderError):
    """The browser assets could not be installed."""


def main() -> int:
    """The command: installs, says where; 1 and a sentence on standard error when it cannot."""
    print("Installing the browser assets into static/vendor", flush=True)
    try:
        install(static_folder())
    except AssetsMissing as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def install(static: Path) -> None:
    """Puts a new `static`/vendor in the place of the old one, when all of it is there."""
    with tempfile.TemporaryDirectory(prefix="flowbuilder-assets-") as folder:
        modules, vendor = npm_install(static, Path(folder)), Path(folder, "vendor")
        (vendor / "licences").mkdir(parents=True)
        origin = {"icons.svg": ICONS}
        (vendor / "icons.svg").write_bytes(icon_sprite(modules / ICONS / "icons", icon_names(static)))
        for source, name in FILES.items():
            shutil.copyfile(modules / source, vendor / name)
            origin[name] = source.split("/dist/")[0].split("/files/")[0]
        for package, name in LICENCES.items():
            shutil.copyfile(modules / package / "LICENSE", vendor / name)
        facts = {name: _facts(vendor / name, modules / package) for name, package in sorted(origin.items())}
        about = {"made_from": _inputs(static), "files": facts}
        (vendor / "vendor.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(static / "vendor", ignore_errors=True)
        shutil.copytree(vendor, static / "vendor")


def icon_names(static: Path) -> list[str]:
    """The Lucide names of icons.txt, one on a line."""
    lines = (static / "icons.txt").read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip()})


def icon_sprite(folder: Path, names: list[str]) -> bytes:
    """One SVG with a <symbol id="NAME"> for each of the `names`, drawn as `folder`/NAME.svg says."""
    ElementTree.register_namespace("", SVG)
    sprite = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        try:
            drawing = ElementTree.parse(folder / f"{name}.svg").getroot()
        except FileNotFoundError:
            raise AssetsMissing(f"Lucide has no icon “{name}”. Correct static/icons.txt.") from None
        style = {key: drawing.attrib[key] for key in drawing.attrib if key not in ("class", "width", "height")}
        symbol = ElementTree.SubElement(sprite, f"{{{SVG}}}symbol", {"id": name, **style})
        symbol.extend(drawing)
    ElementTree.indent(sprite, "")
    text: str = ElementTree.tostring(sprite, encoding="unicode")
    return text.encode() + b"\n"


def are_current(static: Path) -> bool:
    """Whether `static`/vendor was made from the lock file and the icon list as they stand."""
    try:
        made_from = json.loads((static / "vendor" / "vendor.json").read_bytes())["made_from"]
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return False
    return bool(made_from == _inputs(static))


def usable_npm() -> str | None:
    """The npm on the path, or the one in this environment, where it answers and can read our lock file."""
    beside = Path(sysconfig.get_path("scripts")) / "npm"
    for npm in (shutil.which("npm"), str(beside) if beside.exists() else None):
        if npm is None:
            continue
        try:
            answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        if int("0" + answer.stdout.strip().split(".")[0]) >= OLDEST_NPM:
            return npm
    return None


def npm_install(locked: Path, folder: Path) -> Path:
    """Runs npm in `folder` for the lock file in `locked`; the node_modules it made. Raises AssetsMissing."""
    npm = usable_npm() or _npm_from_the_package_index()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(locked / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[:LINES_OF_NPM])
        raise AssetsMissing(
            f"npm could not install the packages of {locked.name}. Is the npm registry reachable? npm said:\n{said}"
        )
    return folder / "node_modules"


def _npm_from_the_package_index() -> str:
    """Installs npm into this environment with pip, at the version and hash of the lock file."""
    lock = PACKAGE.parent / ".requirements" / "assets.txt"
    print("There is no usable npm here; installing one into this environment", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run([*command, "--require-hashes", "-r", str(lock)], capture_output=True, text=True)
    npm = usable_npm()
    if done.returncode or npm is None:
        raise AssetsMissing(
            "There is no usable npm here, and pip could not install one. Install Node.js 18 or later, "
            "and try again. pip said:\n" + done.stderr.strip()
        )
    return npm


def _inputs(static: Path) -> str:
    """A hash of what decides on the contents of vendor/."""
    digest = hashlib.sha256(json.dumps([FILES, LICENCES], sort_keys=True).encode())
    for name in ("package-lock.json", "icons.txt"):
        digest.update((static / name).read_bytes())
    return digest.hexdigest()


def _facts(file: Path, package: Path) -> dict[str, str]:
    """What vendor.json keeps of one file."""
    about = json.loads((package / "package.json").read_bytes())
    digest = base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
    return {
        "package": about["name"],
        "version": about["version"],
        "licence": about["license"],
        "sha384": f"sha384-{digest}",
    }


if __name__ == "__main__":
    sys.exit(main())
