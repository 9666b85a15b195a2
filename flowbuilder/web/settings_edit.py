"""A settings form that was posted: what its author changed, and whether another tab has changed the same meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.errors import StaleEdit
from flowbuilder.flow.model import Node
from flowbuilder.steps import CATALOGUE, read_node
from flowbuilder.web.drafts import DRAFTS
from flowbuilder.web.form_buttons import carry_out
from flowbuilder.web.form_lists import Unreadable
from flowbuilder.web.forms import read_settings
from flowbuilder.web.phone_numbers import with_country_codes
from flowbuilder.web.saving import save_edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from flowbuilder.steps import SettingSpec
    from flowbuilder.store import Store


class Conflict(StaleEdit):
    """Another tab has given other values to the same settings: `mine` and `theirs`, by name."""

    def __init__(self, sentence: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        self.mine = mine
        self.theirs = theirs
        super().__init__(sentence)


class SettingsEdit:
    """One post of a node's settings form.

    `node` is the node as it is now, None where it is gone. `unreadable` holds texts that could not be kept, each with
    its sentence, by setting; the rest of the form is saved all the same.
    """

    def __init__(self, store: Store, flow_id: str, node_id: str, form: MultiDict[str, str]) -> None:
        self._store = store
        self._flow_id = flow_id
        self._node_id = node_id
        self._form = form
        self._base = form.get("base", form.get("revision", 0, type=int), type=int)
        head = store.flows.get(flow_id)
        self._head = head.revision
        self.node: Node | None = DRAFTS.at(store, flow_id, head.revision).flow.nodes.get(node_id)
        self.unreadable: dict[str, tuple[str, str]] = {}

    def save(self) -> None:
        """Saves what the author changed on top of what others did. Raises Conflict, or EditRefused."""
        flow = DRAFTS.at(self._store, self._flow_id, self._base).flow
        before = flow.nodes.get(self._node_id)
        if before is None or self.node is None:
            raise StaleEdit(f"{self._node_id} has been changed in another tab meanwhile.")
        kind = CATALOGUE.get(self.node.type)
        specs = kind.settings_specs() if kind else []
        typed = with_country_codes(specs, self._read(specs, before.settings), before.settings, flow)
        mine = {name: typed.get(name) for name in typed.keys() | before.settings.keys()}
        mine = {name: value for name, value in mine.items() if value != before.settings.get(name)}
        theirs = {
            name: self.node.settings.get(name)
            for name, value in mine.items()
            if self.node.settings.get(name) not in (before.settings.get(name), value)
        }
        if theirs:
            names = ", ".join(name.replace("_", " ") for name in theirs)
            raise Conflict(f"{self._node_id}: another tab has changed {names} as well.", mine, theirs)
        if mine:
            save_edit(self._store, self._flow_id, self._head, self._edit(mine))

    def _read(self, specs: list[SettingSpec], before: Mapping[str, Any]) -> dict[str, Any]:
        form = self._form.copy()
        while True:
            try:
                typed = read_settings(specs, form, before)
                break
            except Unreadable as refusal:
                self.unreadable[refusal.setting] = (form.get(refusal.setting, ""), str(refusal))
                form.setlist("fields", [name for name in form.getlist("fields") if name != refusal.setting])
        command = form.get("do", "")
        return carry_out(command, specs, typed) if command else typed

    def _edit(self, mine: Mapping[str, Any]) -> dict[str, Any]:
        """The edit that makes these settings, and takes along the links of exits that got another name."""
        assert self.node is not None
        given = {name: value for name, value in mine.items() if value is not None}
        unset = [name for name, value in mine.items() if value is None]
        settings = {name: value for name, value in self.node.settings.items() if name not in unset} | given
        edit: dict[str, Any] = {"op": "set_settings", "node": self._node_id, "settings": given, "unset": unset}
        old = read_node(self._node_id, self.node)
        new = read_node(self._node_id, Node(self.node.type, settings))
        if old.step is None or new.step is None or not (old.exits_known and new.exits_known):
            return edit
        exits_before, exits_after = old.step.exits(), new.step.exits()
        if exits_before != exits_after:
            edit["renamed_exits"] = _renamed(exits_before, exits_after)
            left = {exit for exit in self.node.exits if exit not in exits_before}  # wrong before: not ours to drop
            edit["exits"] = [*exits_after, *left]
        return edit


def _renamed(before: list[str], after: list[str]) -> dict[str, str]:
    """Exits that got another name: one is gone, one is new, and all others are as they were."""
    gone = [exit for exit in before if exit not in after]
    new = [exit for exit in after if exit not in before]
    return {gone[0]: new[0]} if len(gone) == len(new) == 1 else {}
