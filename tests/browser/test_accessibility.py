"""axe-core finds nothing on any screen: light and dark, on a desk and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from tests.browser.screens import NOT_SCREENS, SCREENS, Furnished, Screen, furnish
from tests.browser.serving import running_flowbuilder
from tests.npm_packages import npm_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
LEFT_OUT: dict[str, str] = {}
"""Rules that are not asked, each with its reason."""

# Nothing is loaded anew for axe (`preload`): no screen has sound that starts by itself, or keeps to one orientation.
ASK = """async ({ rules, within }) => {
  await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)));
  const { violations } = await axe.run(within, {
    runOnly: { type: "rule", values: rules }, resultTypes: ["violations"], preload: false });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => (
    `${id}: ${target.join(" ")}: ${failureSummary.split("\\n").slice(1).join(" ").trim()}`)));
}"""
OF_COLOUR = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with running_flowbuilder(tmp_path_factory.mktemp("screens")) as running:
        yield furnish(running)


def opened(browser: Browser, furnished: Furnished, width: int, height: int) -> Iterator[tuple[Screen, Page]]:
    """Every screen, one after the other, with axe in it. The same page serves all: logged out first, then logged in."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.add_init_script(path=npm_file("axe-core/axe.min.js"))
    page = context.new_page()
    try:
        for logged_in in (False, True):
            if logged_in:
                furnished.running.log_in(page)
            for screen in SCREENS:
                if screen.logged_in == logged_in and (width > 800 or screen.small):
                    screen.open(page, furnished)
                    yield screen, page
    finally:
        context.close()


def faults(page: Page, screen: Screen, theme: Literal["light", "dark"], rules: list[str]) -> list[str]:
    page.emulate_media(color_scheme=theme)
    found: list[str] = page.evaluate(ASK, {"rules": rules, "within": screen.within})
    return [f"{screen.name}, {theme}: {fault}" for fault in found]


def all_rules(page: Page) -> list[str]:
    rules: list[str] = page.evaluate("(tags) => axe.getRules(tags).map(({ ruleId }) => ruleId)", TAGS)
    return [rule for rule in rules if rule not in LEFT_OUT]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing(browser: Browser, furnished: Furnished, width: int, height: int) -> None:
    found: list[str] = []
    for screen, page in opened(browser, furnished, width, height):
        found += faults(page, screen, "light", all_rules(page))
        found += faults(page, screen, "dark", OF_COLOUR)
    assert not found, "\n" + "\n".join(found)


def test_no_screen_is_forgotten() -> None:
    app = create_app(Settings("sqlite:///:memory:", secret_key="for tests"))
    served = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    named = {screen.endpoint for screen in SCREENS} | NOT_SCREENS.keys()
    assert served - named == set(), "List these among SCREENS or NOT_SCREENS in tests/browser/screens.py."
    assert named - served == set(), "These are no longer served."
