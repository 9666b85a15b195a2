"""The packages from npm that tests and measurements ask: `python -m tests.npm_packages FOLDER OUT` installs them."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

from flowbuilder.assets import AssetsMissing, npm_install
from tests.conftest import cannot_run

INSTALLED = Path(__file__).parent.parent / ".make" / "npm" / "node_modules"


def npm_file(name: str) -> Path:
    """A file of an installed package ("axe-core/axe.min.js"); ends the test where it is not installed."""
    path = INSTALLED / name
    if not path.exists():
        cannot_run(f"{name} is not installed. Run `make test`, which installs it from npm.")
    return path


def node_program() -> str:
    """Node.js: the one on the path, or the one that came into this environment with npm. Ends the test without one."""
    found = shutil.which("node") or shutil.which("node", path=sysconfig.get_path("scripts"))
    if found is None:
        cannot_run("There is no Node.js. Run `make test`, which installs one.")
    return found


def main(locked: str, out: str) -> int:
    """Installs the packages of the lock file in `locked` into a new folder `out`; 1 and a sentence where it cannot."""
    shutil.rmtree(out, ignore_errors=True)
    Path(out).mkdir(parents=True)
    try:
        npm_install(Path(locked), Path(out))
    except AssetsMissing as problem:
        print(problem, file=sys.stderr)
        shutil.rmtree(out)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
