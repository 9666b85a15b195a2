"""A real Chromium for the stories in this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.programs import ARGUMENTS, chromium_program
from tests.browser.serving import Running, running_flowbuilder
from tests.conftest import cannot_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


# A machine that does much else takes its time; what is there already is not waited for.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window. FLOWBUILDER_CHROMIUM names one that is not on the path."""
    program = chromium_program()
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
