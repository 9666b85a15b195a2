"""The flows that a new one can start from: read once from the files beside the package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from flowbuilder.errors import NotFound
from flowbuilder.flow.model import Flow, loads
from flowbuilder.web.drawing import draw

if TYPE_CHECKING:
    from markupsafe import Markup

# In the order in which they are shown; the file is the name with .flow.json.
NAMES = ("phone_tree", "voicemail", "forward_with_fallback", "dial_status_report")


@dataclass(frozen=True)
class FlowTemplate:
    """A flow to start from, with its picture."""

    key: str
    flow: Flow
    drawing: Markup

    @property
    def name(self) -> str:
        return self.flow.name

    @property
    def description(self) -> str:
        return str(self.flow.extras.get("description", ""))

    @property
    def size(self) -> int:
        return len(self.flow.nodes)


@cache
def flow_templates() -> tuple[FlowTemplate, ...]:
    """Every template, in the order in which they are shown."""
    return tuple(_read(key) for key in NAMES)


def start_flow(key: str, name: str = "") -> Flow:
    """A new flow from the template of this key, or an empty one for `blank`; NotFound for another key."""
    if key == "blank":
        return Flow(name=name or "Untitled flow")
    for template in flow_templates():
        if template.key == key:
            return replace(template.flow, name=name or template.flow.name)
    raise NotFound("There is no template of that name. Choose one of the pictures, or start blank.")


def _read(key: str) -> FlowTemplate:
    file = resources.files("flowbuilder") / "flow_templates" / f"{key}.flow.json"
    flow = loads(file.read_bytes())
    return FlowTemplate(key=key, flow=flow, drawing=draw(flow))
