"""The wheel, installed where there is nothing else: its command starts the editor, and its pages have all they need."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import lxml.html
import pytest

from tests.conftest import cannot_run

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".make" / "wheels"
SECONDS_TO_START = 150

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `flowbuilder` command of an environment that holds the wheel and its locked dependencies only."""
    if not PACKAGES.is_dir():
        cannot_run("The packages to install with the wheel are not here. Run `make .make/wheels`.")
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    from_here = ("install", "--no-compile", "--no-index", "--find-links", PACKAGES)
    pip(*from_here, "--require-hashes", "-r", ROOT / ".requirements" / "run.txt", python=python)
    pip(*from_here, wheel, python=python)
    return folder / "bin" / "flowbuilder"


@pytest.fixture(scope="module")
def address(command: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `flowbuilder serve` prints for the browser, started with a home of its own."""
    home = tmp_path_factory.mktemp("home")
    environment = {
        name: value for name, value in os.environ.items() if not re.match("PLIVO|FLOWBUILDER|XDG|PYTHON", name)
    }
    log = (home / "errors").open("w+")
    server = subprocess.Popen(
        [command, "serve", "--port", "0"],
        cwd=home,
        env={**environment, "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield printed_address(server)
    except TimeoutError as error:
        log.seek(0)
        pytest.fail(f"{error} {log.read()}", pytrace=False)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        log.close()


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address.split("?")[0], follow_redirects=True, trust_env=False, timeout=30) as client:
        yield client


def test_the_wheel_carries_what_the_browser_loads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("static", "templates"):
        kept = {file for file in (ROOT / folder).rglob("*") if file.is_file() and not file.name.startswith(".")}
        wanted = {f"flowbuilder/{file.relative_to(ROOT)}" for file in kept} - {
            "flowbuilder/static/package.json",
            "flowbuilder/static/package-lock.json",
            "flowbuilder/static/icons.txt",
        }
        assert wanted - names == set()
    assert "flowbuilder/static/vendor/htmx.min.js" in names
    assert not any(name.startswith(("tests/", "static/", "templates/")) for name in names)


def test_the_command_says_its_version(command: Path) -> None:
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"\d+\.\d+\.\d+", said)


def test_pages_ask_for_the_login_until_the_printed_address_is_opened(browser: httpx.Client, address: str) -> None:
    assert browser.get("/").status_code == 401
    assert browser.get("/healthz").status_code == 200
    home = browser.get(address)
    assert home.status_code == 200
    assert "token=" not in str(home.url)

    form = {"template": "phone_tree", "csrf_token": page(home).xpath("string(//meta[@name='csrf-token']/@content)")}
    editor = browser.post("/flows", data=form)
    assert editor.status_code == 200
    assert editor.url.path.endswith("/edit")
    assert page(editor).xpath("//*[@data-node]")
    for answer in (home, editor):
        loaded = set(page(answer).xpath("//script/@src | //link/@href | //use/@href"))
        assert any("/vendor/htmx.min.js" in link for link in loaded)
        for link in sorted({link.split("#")[0] for link in loaded}):
            assert browser.get(link).status_code == 200, link


def page(answer: httpx.Response) -> Any:
    return lxml.html.document_fromstring(answer.content)


def printed_address(server: subprocess.Popen[bytes]) -> str:
    """Reads the server's output up to the line with the address to open."""
    assert server.stdout is not None
    give_up = time.monotonic() + SECONDS_TO_START
    seen = b""
    while (left := give_up - time.monotonic()) > 0:
        if not select.select([server.stdout], [], [], left)[0]:
            break
        piece = os.read(server.stdout.fileno(), 65536)
        seen += piece
        found = re.search(rb"http://\S+\?token=\S+(?=\s)", seen)
        if found:
            return found.group().decode()
        if not piece:
            break
    raise TimeoutError(f"`flowbuilder serve` printed no address. It said: {seen.decode()}")


def pip(*arguments: object, python: Path = Path(sys.executable)) -> None:
    """The pip of this environment, for itself or for another Python."""
    command = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", "--python", python]
    done = subprocess.run([str(part) for part in [*command, *arguments]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
