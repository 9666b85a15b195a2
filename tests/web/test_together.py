"""Two tabs on one flow learn of each other, and of each other's edits."""

from __future__ import annotations

import json

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.together import Presence


def test_tabs_are_counted_while_they_ask_and_forgotten_when_they_do_not():
    now = [0.0]
    presence = Presence(lambda: now[0])
    assert presence.others("shop", "a") == 0
    assert presence.others("shop", "b") == 1
    assert presence.others("clinic", "c") == 0
    now[0] = 5.0
    assert presence.others("shop", "b") == 0


def test_a_pulse_tells_the_revision(browser, parts):
    row = parts.store.flows.create(Flow("Shop", "hi", {"hi": Node("speak", {"text": "Hi"})}))
    assert json.loads(browser.get(f"/flows/{row.id}/pulse?tab=one").data)["revision"] == row.revision


def test_catching_up_brings_what_another_tab_changed_and_leaves_what_is_typed(browser, parts):
    row = parts.store.flows.create(Flow("Shop", "hi", {"hi": Node("speak", {"text": "Hi"})}))
    edit = {"op": "set_settings", "node": "hi", "settings": {"text": "Good morning"}}
    browser.post(f"/flows/{row.id}/edits", data={"edit": json.dumps(edit), "revision": row.revision})
    form = {"revision": row.revision, "inspecting": "hi", "typing": "yes"}
    answer = browser.post(f"/flows/{row.id}/catch-up", data=form).text
    assert "Good morning" in answer
    assert 'hx-target="#inspector"' not in answer
    assert 'hx-target="#inspector"' in browser.post(f"/flows/{row.id}/catch-up", data={**form, "typing": ""}).text
