"""What a canvas is not made for, in a real Chromium: a sentence, and nothing is broken or lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node, dumps

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

DROP = """([name, type, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type }));
  const canvas = document.getElementById("main");
  const box = canvas.getBoundingClientRect();
  const at = { clientX: box.left + 500, clientY: box.top + 400, dataTransfer: data, bubbles: true, cancelable: true };
  canvas.dispatchEvent(new DragEvent("dragover", at));
  return canvas.dispatchEvent(new DragEvent("drop", at));
}"""
PASTE = """([type, text]) => {
  const data = new DataTransfer();
  if (type === "text/plain") data.setData(type, text);
  else data.items.add(new File([text], "image", { type }));
  document.getElementById("main").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def small_flow(name: str = "Shop") -> Flow:
    nodes = {
        "hi": Node("speak", {"text": "Hello."}, {"next": "bye"}, (40, 80)),
        "bye": Node("hangup", {}, {}, (340, 80)),
    }
    return Flow(name, "hi", nodes)


def open_editor(page: Page, running: Running) -> str:
    running.log_in(page)
    flow_id = running.add(small_flow())
    page.goto(f"{running.url}/flows/{flow_id}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return flow_id


@pytest.mark.parametrize(
    ("name", "type_", "sentence"),
    [
        ("cat.png", "image/png", "cat.png is a picture."),
        ("hello.mp3", "audio/mpeg", "hello.mp3 is a recording."),
        ("letter.pdf", "application/pdf", "letter.pdf is no flow file."),
    ],
)
def test_a_file_that_is_no_flow_gets_a_sentence(
    page: Page, flowbuilder: Running, name: str, type_: str, sentence: str
) -> None:
    flow_id = open_editor(page, flowbuilder)
    assert page.evaluate(DROP, [name, type_, "x"]) is False  # else the browser would leave the page
    expect(page.locator(".toast.error")).to_contain_text(sentence)
    expect(page.locator("#dropped")).to_be_hidden()
    assert flowbuilder.parts.store.flows.get(flow_id).revision == 1


def test_a_dropped_flow_file_is_pasted_or_opened(page: Page, flowbuilder: Running) -> None:
    flow_id = open_editor(page, flowbuilder)
    page.evaluate(DROP, ["shop.flow.json", "application/json", dumps(small_flow("Second shop"))])
    expect(page.locator("#dropped")).to_contain_text("A flow of 2 steps.")
    page.get_by_role("button", name="Paste its steps here").click()
    expect(page.locator("#node-hi_2")).to_be_attached()
    page.evaluate("() => window.flow.idle()")
    assert flowbuilder.parts.store.flows.load(flow_id).nodes["hi_2"].exits == {"next": "bye_2"}
    page.evaluate(DROP, ["shop.flow.json", "application/json", dumps(small_flow("Second shop"))])
    page.get_by_role("button", name="Open as a new flow").click()
    expect(page.locator("#flow-name")).to_have_value("Second shop")


def test_a_dropped_file_that_only_looks_like_a_flow_is_refused_in_words(page: Page, flowbuilder: Running) -> None:
    flow_id = open_editor(page, flowbuilder)
    page.evaluate(DROP, ["shop.json", "application/json", json.dumps({"some": "thing"})])
    expect(page.get_by_role("button", name="Paste its steps here")).to_be_hidden()
    page.get_by_role("button", name="Open as a new flow").click()
    expect(page.locator(".toast.error")).to_contain_text("shop.json")
    page.evaluate(DROP, ["shop.flow.json", "", json.dumps({"format": "flowbuilder/1", "nodes": {"a": {"type": 3}}})])
    page.get_by_role("button", name="Paste its steps here").click()
    expect(page.locator(".toast.error").last).to_contain_text("not a part of a flow")
    assert flowbuilder.parts.store.flows.get(flow_id).revision == 1


def test_a_paste_that_is_no_flow_gets_a_sentence(page: Page, flowbuilder: Running) -> None:
    flow_id = open_editor(page, flowbuilder)
    for text in ("Dear Sir or Madam", '{"nodes": [1, 2]}', "[]", "null"):
        page.evaluate(PASTE, ["text/plain", text])
        expect(page.locator(".toast.error").last).to_contain_text("That is no part of a flow.")
    page.evaluate(PASTE, ["image/png", "x"])
    expect(page.locator(".toast.error").last).to_contain_text("A picture cannot be pasted")
    assert flowbuilder.parts.store.flows.get(flow_id).revision == 1


def test_a_drag_ends_calmly_when_another_tab_takes_the_step_away(page: Page, flowbuilder: Running) -> None:
    flow_id = open_editor(page, flowbuilder)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    other = page.context.new_page()
    other.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(other.locator("html[data-ready]")).to_be_attached()
    page.bring_to_front()
    box = page.locator("#node-bye").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 112, steps=3)
    other.bring_to_front()
    other.locator("#node-bye").click()
    other.keyboard.press("Delete")
    expect(other.locator("#node-bye")).to_have_count(0)
    page.bring_to_front()
    expect(page.locator(".toast.error")).to_contain_text("bye was taken away")
    expect(page.locator("#node-bye")).to_have_count(0)
    page.mouse.move(box["x"] + 200, box["y"] + 112)
    page.mouse.up()
    page.evaluate("() => window.flow.idle()")
    assert broken == []
    start = page.locator("#node-hi").bounding_box()
    assert start
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 112, steps=3)
    page.mouse.up()
    page.evaluate("() => window.flow.idle()")
    assert flowbuilder.parts.store.flows.load(flow_id).nodes["hi"].position != (40, 80)
