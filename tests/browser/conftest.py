"""A real Chromium for the stories in this folder."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.serving import Running, running_flowbuilder
from tests.conftest import cannot_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window. FLOWBUILDER_CHROMIUM names one that is not on the path."""
    named = os.environ.get("FLOWBUILDER_CHROMIUM")
    program = next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)
    if program is None:
        cannot_run("There is no Chromium. On Debian: apt-get install chromium; or set FLOWBUILDER_CHROMIUM.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of 1440 by 900 in a context of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def flowbuilder(tmp_path: Path) -> Iterator[Running]:
    """A Flowbuilder with an empty database, answering on this machine."""
    with running_flowbuilder(tmp_path) as running:
        yield running
