"""The flow file: Flow and Node, read from JSON and written back (contract section 2)."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field, replace
from typing import Any

from flowbuilder.errors import FlowFileError
from flowbuilder.flow.languages import languages_of, voices_of

FORMAT = "flowbuilder/1"
MAX_FILE_BYTES = 4 * 1024 * 1024
NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
MAX_DEPTH = 40
MAX_COORDINATE = 10_000_000
KNOWN_KEYS = ("format", "name", "entry", "nodes")

Settings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """One step placed in a flow. Settings are as the author left them, checked elsewhere."""

    type: str
    settings: Settings = field(default_factory=dict)
    exits: dict[str, str] = field(default_factory=dict)
    position: tuple[float, float] = (0, 0)

    def to_json(self) -> dict[str, Any]:
        x, y = self.position
        return {
            "type": self.type,
            "settings": self.settings,
            "exits": self.exits,
            "position": [_plain_number(x), _plain_number(y)],
        }


@dataclass(frozen=True, slots=True)
class Flow:
    """A call flow as a person edits it. `extras` holds every other top-level key, known or not."""

    name: str
    entry: str | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: object) -> Flow:
        """Reads the parsed JSON of a flow file. Raises FlowFileError with a sentence."""
        if not isinstance(data, dict):
            raise FlowFileError("A flow file holds one JSON object. This one holds something else.")
        _check_format(data.get("format"))
        name = data.get("name", "")
        if not isinstance(name, str):
            raise FlowFileError("The flow's name must be text.")
        entry = data.get("entry")
        if entry is not None and not isinstance(entry, str):
            raise FlowFileError("The flow's entry must be the id of a node, or null.")
        nodes = data.get("nodes", {})
        if not isinstance(nodes, dict):
            raise FlowFileError("The flow's nodes must be an object: node ids, each with its node.")
        read = {node_id: _read_node(node_id, value) for node_id, value in nodes.items()}
        extras = {key: value for key, value in data.items() if key not in KNOWN_KEYS}
        return cls(name=name, entry=entry, nodes=read, extras=extras)

    def to_json(self) -> dict[str, Any]:
        """The flow as plain data, keys in the order in which they are saved."""
        data: dict[str, Any] = {"format": FORMAT, "name": self.name}
        if "description" in self.extras:
            data["description"] = self.extras["description"]
        data["entry"] = self.entry
        data["nodes"] = {node_id: node.to_json() for node_id, node in self.nodes.items()}
        data.update((key, value) for key, value in self.extras.items() if key not in data)
        return data

    def with_node(self, node_id: str, node: Node) -> Flow:
        """The same flow with this node added, or in the place of the one with the same id."""
        return replace(self, nodes={**self.nodes, node_id: node})

    @property
    def language(self) -> str | None:
        """The language of every speak that names none."""
        return _text_or_none(self.extras.get("language"))

    @property
    def voice(self) -> str | None:
        """The voice of every speak that names none."""
        return _text_or_none(self.extras.get("voice"))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that its prompts may be written in, its own first; empty where there is only the one."""
        return languages_of(self.extras)

    @property
    def voices(self) -> dict[str, str]:
        """The voice of each of these languages, where one is named."""
        return voices_of(self.extras)


def loads(text: str | bytes) -> Flow:
    """Reads a flow file. Raises FlowFileError with a sentence that says what to mend."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_FILE_BYTES:
        raise FlowFileError(
            f"This flow file is {size / 1_048_576:.1f} MB large; at most {MAX_FILE_BYTES // 1_048_576} MB can be read. "
            "Split the flow into several."
        )
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FlowFileError("This file is not UTF-8 text, so it cannot be a flow file.") from error
    try:
        data = json.loads(text, object_pairs_hook=_refuse_clashes, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise FlowFileError(
            f"This file is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise FlowFileError("This file nests its JSON too deeply to be a flow.") from error
    except ValueError as error:  # Python reads no whole number of thousands of digits
        raise FlowFileError("This file holds a number that is too large. Make it smaller.") from error
    check_values(data)
    return Flow.from_json(data)


def dumps(flow: Flow) -> str:
    """Writes a flow file: stable key order, two spaces, a newline at the end."""
    text = json.dumps(flow.to_json(), ensure_ascii=False, indent=2) + "\n"
    # Half a surrogate, which UTF-8 cannot carry, becomes its JSON escape.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_node(node_id: str, value: object) -> Node:
    if not NODE_ID.match(node_id):
        raise FlowFileError(
            f"“{node_id[:80]}” cannot be a node id. Use a small letter, then up to 63 small letters, digits or _."
        )
    if not isinstance(value, dict):
        raise FlowFileError(f"Node {node_id} must be an object with type, settings and exits.")
    type_ = value.get("type")
    if not isinstance(type_, str) or not type_:
        raise FlowFileError(f"Node {node_id} has no type. Give it one, such as speak.")
    settings = value.get("settings", {})
    if not isinstance(settings, dict):
        raise FlowFileError(f"The settings of node {node_id} must be an object.")
    exits = value.get("exits", {})
    if not isinstance(exits, dict) or not all(isinstance(target, str) for target in exits.values()):
        raise FlowFileError(f"The exits of node {node_id} must be an object: exit names, each with a node id.")
    unknown = sorted(set(value) - {"type", "settings", "exits", "position"})
    if unknown:
        raise FlowFileError(
            f"Node {node_id} has the key “{unknown[0][:80]}”, which a node does not have. "
            "Move it into its settings, or take it out."
        )
    return Node(type=type_, settings=settings, exits=dict(exits), position=_read_position(node_id, value))


def _read_position(node_id: str, value: dict[str, Any]) -> tuple[float, float]:
    position = value.get("position", [0, 0])
    if not (
        isinstance(position, list)
        and len(position) == 2
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in position)
        and all(abs(part) <= MAX_COORDINATE for part in position)
    ):
        raise FlowFileError(f"The position of node {node_id} must be two numbers, [x, y], each below ten million.")
    return (position[0], position[1])


def _check_format(value: object) -> None:
    if value == FORMAT:
        return
    newer = re.match(r"flowbuilder/(\d+)\Z", value) if isinstance(value, str) else None
    if newer:
        raise FlowFileError(
            f"This flow file has the format {newer.group()[:40]}; this Flowbuilder reads up to {FORMAT}. "
            "Update Flowbuilder to open it."
        )
    raise FlowFileError(f'This is not a flow file: its "format" must be "{FORMAT}".')


def _refuse_clashes(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise FlowFileError(f"“{key[:80]}” stands twice in the same object. Rename or remove one of the two.")
            seen.add(key)
    return data


def _refuse_constant(name: str) -> Any:
    raise FlowFileError(f"This file holds the number {name}, which JSON does not know. Replace it.")


def check_values(data: object, depth: int = 0) -> None:
    """Raises FlowFileError where JSON that stands `depth` levels below a file's top is too deep or large for it."""
    if depth > MAX_DEPTH:
        raise FlowFileError("This file nests its JSON too deeply to be a flow.")
    if isinstance(data, dict):
        for value in data.values():
            check_values(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            check_values(value, depth + 1)
    elif isinstance(data, float) and not math.isfinite(data):
        raise FlowFileError("This file holds a number that is too large. Make it smaller.")


def _plain_number(value: float) -> float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
