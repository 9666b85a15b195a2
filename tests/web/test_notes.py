"""Sticky notes and frames on the editor's page, whatever a file says of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from flowbuilder.flow.model import Flow, Node
from flowbuilder.flow.notes import notes_of
from flowbuilder.web.cards import WIDTH
from flowbuilder.web.saving import perform

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

FLOW = Flow("Shop", "hi", {"hi": Node("speak", {"text": "Hello."}, {"next": "bye"}, (40, 80)), "bye": Node("hangup")})


def read(text: str) -> Any:
    return html.fromstring(text)


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ({"id": "a"}, True),
        ({"id": "a", "text": "Ask Ada", "position": [40, -200]}, True),
        ({"id": '"><script>', "position": [0, 0]}, True),
        ({"id": "a", "position": "here"}, False),
        ({"id": "a", "size": None, "text": None}, True),
        ({"id": "a", "size": [1]}, False),
        ({"id": "a", "text": {"en": "Ask Ada"}}, False),
        ({"id": "a", "position": [1e300, 0]}, False),
        ({"id": 7}, False),
        ("Ask Ada", False),
    ],
    ids=str,
)
def test_the_editor_opens_whatever_a_file_says_in_its_notes(
    browser: Any, parts: Flowbuilder, note: Any, shown: bool
) -> None:
    flow = replace(FLOW, extras={"notes": [note]})
    row = parts.store.flows.create(flow)
    page = browser.get(f"/flows/{row.id}/edit")
    assert page.status_code == 200
    assert len(read(page.text).xpath('//*[@id="notes"]/div')) == shown
    number = parts.store.versions.add(row.id, row.revision, flow, "{}")
    assert browser.get(f"/flows/{row.id}/versions/{number}/drawing").status_code == 200


def test_a_frame_comes_as_a_frame(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(FLOW)
    edit = {"op": "set_note", "frame": True, "text": "Welcome", "position": [20, 20], "size": [260, 200]}
    answer = browser.post(f"/flows/{row.id}/edits", data={"edit": json.dumps(edit), "revision": "1"})
    note = read(answer.text).xpath('//*[@data-note="note_1"]')[0]
    assert "is-frame" in note.get("class")
    assert note.xpath("string(./textarea/@aria-label)") == "Title of the frame"
    assert parts.store.flows.get(row.id).undo_label == "Add a frame"


def test_tidy_takes_a_frame_along() -> None:
    frame = {"id": "f", "frame": True, "position": [0, -20], "size": [2000, 2000]}
    flow, _ = perform(replace(FLOW, extras={"notes": [frame]}), {"op": "tidy"})
    (x, y), (width, height) = notes_of(flow)[0]["position"], notes_of(flow)[0]["size"]
    for node in flow.nodes.values():
        assert x < node.position[0]
        assert node.position[0] + WIDTH < x + width
        assert y < node.position[1] < y + height
    assert width < 2000
