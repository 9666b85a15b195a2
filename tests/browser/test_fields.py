"""Fill in the fields of a step: keypad, voices, tags, numbers and hours, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

MENU = {"prompts": [{"speak": "Press 1."}], "choices": [{"exit": "sales", "digits": "1"}]}


def shop() -> Flow:
    nodes = {
        "menu": Node("get_input", MENU, {"sales": "tell", "no_input": "end"}, (40, 80)),
        "tell": Node("speak", {"text": "We are open.", "voice": "Polly.Amy"}, {"next": "ring"}, (340, 80)),
        "ring": Node("dial", {"to": [{"number": "+14155550142"}]}, {"otherwise": "hours"}, (640, 80)),
        "hours": Node("hours", {"weekly": {"mon": [["09:00", "17:30"]]}}, {"open": "end"}, (340, 400)),
        "end": Node("hangup", {}, {}, (940, 80)),
    }
    return Flow(name="Shop", entry="menu", nodes=nodes)


class Author:
    """Someone with the shop's editor open."""

    def __init__(self, page: Page, running: Running) -> None:
        self.page, self.running = page, running
        running.log_in(page)
        self.flow_id = running.add(shop())
        page.goto(f"{running.url}/flows/{self.flow_id}/edit")
        expect(page.locator("html[data-ready]")).to_be_attached()

    def look_at(self, node: str) -> None:
        self.page.locator(f"#node-{node} header").click()
        expect(self.page.locator(f"[data-inspecting={node}]")).to_be_attached()

    def saved(self, node: str) -> Node:
        self.page.evaluate("() => window.flow.idle()")
        return self.running.parts.store.flows.load(self.flow_id).nodes[node]


@pytest.fixture
def author(page: Page, flowbuilder: Running) -> Iterator[Author]:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Author(page, flowbuilder)
    assert complaints == []


def test_a_choice_is_added_on_the_keypad_and_named_with_the_keyboard_alone(author: Author) -> None:
    page = author.page
    author.look_at("menu")
    page.get_by_role("button", name="Key 1: sales").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Key 4: free")).to_be_focused()
    page.keyboard.press("5")
    name = page.get_by_label("Name of choice 2")
    expect(name).to_be_focused()
    page.keyboard.type("billing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Key 5: billing, leads nowhere yet")).to_be_visible()
    choices = [{"exit": "sales", "digits": "1"}, {"exit": "billing", "digits": "5"}]
    assert author.saved("menu").settings["choices"] == choices
    page.get_by_role("button", name="Key 1: sales").click()
    expect(page.get_by_label("Name of choice 1")).to_be_focused()


def test_a_voice_is_found_by_typing_and_only_those_of_the_language_are_offered(author: Author) -> None:
    page = author.page
    author.look_at("tell")
    voice = page.get_by_role("combobox", name="Voice", exact=True)
    voice.fill("germ")
    offered = page.get_by_role("listbox", name="Voices")
    expect(offered.get_by_role("option")).to_have_text(["Vicki · woman", "Marlene · woman", "Hans · man"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(voice).to_have_value("Polly.Marlene")
    assert author.saved("tell").settings["voice"] == "Polly.Marlene"
    language = page.get_by_label("Language", exact=True)
    language.focus()  # only then is it filled
    language.select_option("fr-CA")
    author.saved("tell")
    voice.click()
    expect(offered.get_by_role("option")).to_have_text(["WOMAN · woman", "Chantal · woman"])
    page.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    expect(voice).to_be_focused()


@pytest.mark.parametrize("screen", ["edit", "outline"])
def test_the_list_of_languages_is_whole_once_it_is_opened_and_keeps_what_is_chosen(author: Author, screen: str) -> None:
    page = author.page
    edited = author.running.parts.store.flows.load(author.flow_id)
    spoken = edited.with_node("tell", Node("speak", {"text": "We are open.", "language": "en-GB"}, {}, (340, 80)))
    author.running.parts.store.flows.save(author.flow_id, 1, spoken, "Speak English")
    page.goto(f"{author.running.url}/flows/{author.flow_id}/{screen}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    if screen == "edit":
        author.look_at("tell")
    else:
        page.locator("#settings-tell").click()
    language = page.get_by_label("Language", exact=True)
    expect(language.get_by_role("option")).to_have_count(2)
    language.focus()
    expect(language).to_have_value("en-GB")
    expect(language.locator("optgroup[label=English] option[value=en-GB]")).to_have_count(1)
    language.select_option("fr-CA")
    assert author.saved("tell").settings["language"] == "fr-CA"
    # The answer has drawn the form anew round the list that has the keyboard.
    expect(language).to_be_focused()
    language.select_option("de-DE")
    assert author.saved("tell").settings["language"] == "de-DE"
    voice = page.get_by_role("combobox", name="Voice", exact=True)
    voice.click()
    offered = page.get_by_role("listbox", name="Voices").get_by_role("option")
    expect(offered.filter(has_text="Vicki")).to_be_visible()


def test_a_tag_is_put_around_the_words_that_are_selected_and_a_mistake_is_shown_in_the_text(author: Author) -> None:
    page = author.page
    author.look_at("tell")
    text = page.get_by_label("What the caller hears")
    text.evaluate("area => area.setSelectionRange(7, 11)")
    page.get_by_text("Tags this voice takes").click()
    page.get_by_role("button", name="Slower").click()
    expect(text).to_have_value('We are <prosody rate="slow">open</prosody>.')
    expect(page.locator("[data-count]")).to_contain_text("12 of 3,000 characters")
    text.fill("We are <brake/> open.")
    text.blur()
    expect(page.locator("#f-text-error")).to_contain_text("Line 1, character 8: Plivo speaks no <brake>")
    page.get_by_role("button", name="Show it in the text").click()
    expect(text).to_be_focused()
    selected = text.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert selected == "<brake/>"
    assert page.evaluate("() => window.flow.selected()") == ["tell"]


def test_a_number_is_typed_as_at_home_and_read_with_its_country(author: Author) -> None:
    page = author.page
    author.look_at("ring")
    number = page.get_by_label("Number or SIP address 1")
    number.fill("(202) 555-0123")
    number.blur()
    expect(number).to_have_value("+12025550123")
    expect(page.get_by_text("United States · (202) 555-0123")).to_be_visible()
    assert author.saved("ring").settings["to"] == [{"number": "+12025550123"}]


def test_mondays_hours_are_copied_to_friday(author: Author) -> None:
    author.look_at("hours")
    author.page.get_by_role("button", name="Monday’s hours to Friday").press("Enter")
    expect(author.page.get_by_label("Friday")).to_have_value("09:00–17:30")
    days = {day: [["09:00", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    assert author.saved("hours").settings["weekly"] == days


def test_a_new_step_is_to_do_until_it_was_left_once(author: Author) -> None:
    page = author.page
    page.get_by_role("button", name="Dial", exact=True).click()
    expect(page.locator("[data-inspecting=dial]")).to_be_attached()
    expect(page.locator("#inspector.is-fresh")).to_be_attached()
    expect(page.locator("#node-dial.is-fresh")).to_be_attached()
    expect(page.locator("#problems")).to_contain_text("1 error")
    colour = "element => getComputedStyle(element).color"
    calm = page.locator("#inspector .error-text").first.evaluate(colour)
    author.look_at("tell")
    expect(page.locator(".is-fresh")).to_have_count(0)
    author.look_at("dial")
    expect(page.locator("#inspector .error-text").first).to_be_visible()
    assert page.locator("#inspector .error-text").first.evaluate(colour) != calm


def test_a_problem_of_a_field_is_fixed_with_its_button(author: Author) -> None:
    page = author.page
    author.look_at("menu")
    wait = page.get_by_label("Wait for input")
    wait.fill("90")
    wait.blur()
    page.get_by_role("button", name="set Wait for input to 60 s").click()
    expect(page.locator("#said")).to_have_text("Done: set Wait for input to 60 s")
    expect(wait).to_have_value("60")
    assert author.saved("menu").settings["execution_timeout"] == 60
