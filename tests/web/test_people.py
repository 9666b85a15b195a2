from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flowbuilder.web import people

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder


def test_without_a_name_it_was_somebody() -> None:
    assert people.author() == ""
    assert people.person("") == "somebody"
    assert people.person("Ada") == "Ada"


def test_what_a_person_does_bears_their_name(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    browser.post("/settings/name", data={"name": "Ada <b>"})
    made = browser.post("/flows", data={"template": "blank", "name": "Clinic"})
    assert made.status_code in (302, 303)
    [row] = parts.store.flows.list()
    [entry] = parts.store.flows.history(row.id)
    assert entry.author == "Ada <b>"
    assert "by Ada &lt;b&gt;" in browser.get(f"/flows/{row.id}/history").text
    browser.post("/settings/name", data={"name": ""})
    edit = {"op": "add_node", "type": "hangup", "position": [40, 400]}
    asked = {"HX-Request": "true", "X-Tab": "one"}
    answer = browser.post(
        f"/flows/{row.id}/edits", data={"edit": json.dumps(edit), "revision": row.revision}, headers=asked
    )
    assert answer.status_code == 200, answer.text
    assert [entry.author for entry in parts.store.flows.history(row.id)] == ["", "Ada <b>"]
