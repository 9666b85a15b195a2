"""The flows that a new one can start from: one file each beside the package, read and laid out once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from flowbuilder.errors import NotFound
from flowbuilder.flow.model import Flow, loads
from flowbuilder.steps import CATALOGUE
from flowbuilder.web.drawing import draw
from flowbuilder.web.tidying import laid_out

if TYPE_CHECKING:
    from markupsafe import Markup

# In the order in which they are shown. A template's file names its own under `category`, which is not kept in a flow.
CATEGORIES = (
    "Answer and guide",
    "Reach somebody",
    "Messages and call-backs",
    "Ask and inform",
    "Guard a line",
    "For developers",
)
# Those that most people look for come before the others of their category.
FIRST = ("phone_tree", "after_hours", "forward_with_fallback", "voicemail")
CATEGORY = "category"
SUFFIX = ".flow.json"
FOLDER = resources.files("flowbuilder") / "flow_templates"
# The keys of all templates; the file is the key with .flow.json.
NAMES = tuple(sorted(file.name.removesuffix(SUFFIX) for file in FOLDER.iterdir() if file.name.endswith(SUFFIX)))


@dataclass(frozen=True)
class FlowTemplate:
    """A flow to start from, with its picture."""

    key: str
    category: str
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

    def matches(self, wanted: str) -> bool:
        """Whether each word stands in its name, its description, its category or the names of its steps."""
        steps = {CATALOGUE[node.type].label for node in self.flow.nodes.values() if node.type in CATALOGUE}
        text = " ".join([self.name, self.description, self.category, *steps]).casefold()
        return all(word in text for word in wanted.casefold().split())


@cache
def flow_templates() -> tuple[FlowTemplate, ...]:
    """Every template, in the order in which they are shown."""
    return tuple(sorted((_read(key, (FOLDER / f"{key}{SUFFIX}").read_bytes()) for key in NAMES), key=_place))


def gallery(wanted: str = "") -> list[tuple[str, list[FlowTemplate]]]:
    """The templates by category; `wanted` leaves those that match every word of it."""
    found = [template for template in flow_templates() if template.matches(wanted)]
    by_category = {category: [one for one in found if one.category == category] for category in CATEGORIES}
    return [(category, members) for category, members in by_category.items() if members]


def start_flow(key: str, name: str = "") -> Flow:
    """A new flow from the template of this key, or an empty one for `blank`; NotFound for another key."""
    if key == "blank":
        return Flow(name=name or "Untitled flow")
    for template in flow_templates():
        if template.key == key:
            return replace(template.flow, name=name or template.flow.name)
    raise NotFound("There is no template of that name. Choose one of the pictures, or start blank.")


def _read(key: str, content: bytes) -> FlowTemplate:
    flow = loads(content)
    category = str(flow.extras[CATEGORY])
    kept = {name: value for name, value in flow.extras.items() if name != CATEGORY}
    flow = laid_out(replace(flow, extras=kept))
    return FlowTemplate(key, category, flow, draw(flow))


def _place(template: FlowTemplate) -> tuple[int, int, str]:
    rank = FIRST.index(template.key) if template.key in FIRST else len(FIRST)
    return CATEGORIES.index(template.category), rank, template.name
