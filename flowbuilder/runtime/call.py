"""Call: all we know about one phone call, as plain data between two webhooks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Outputs = dict[str, Any]


@dataclass(slots=True)
class Passage:
    """What holds once the call has gone on past a node of the served document without asking us."""

    node: str
    outputs: Outputs = field(default_factory=dict)
    variables: Outputs = field(default_factory=dict)


@dataclass(slots=True)
class Frame:
    """Where a call comes back to when another flow that it went to has ended, and what it knew there."""

    flow_id: str
    version: str
    node: str
    outputs: dict[str, Outputs]
    variables: dict[str, Any]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Asking:
    """What a call waits for: the node that asks the world, the key of its request, and since when (ISO 8601)."""

    flow_id: str
    node: str
    key: str
    since: str


@dataclass(slots=True)
class Call:
    """One phone call.

    `facts` is what Plivo says of it (`protocol.webhooks.read_call`), `outputs` what each node that ran gave, by node
    id, and `variables` what stands under `vars`. `turn` numbers the documents served.

    The served document may run past several nodes before Plivo asks again; which of them are behind it is known only
    then. So it leaves `passages`, in order, and `marks`: how many of them lie behind the caller when a node's element
    (or the closing Redirect, marked with its target) asks us. `owners` names the node of each child of Response.
    `secrets` are the values that no log and no trace may show; they stay in the call, which needs them.
    `asking` is what it waits for while the caller hears something meanwhile.
    `frames` are the flows that it has left for another and comes back to, the last one on top.
    `env` is what its deployment had set when it came, `deployment` the name of that; empty for production.
    """

    facts: dict[str, Any]
    outputs: dict[str, Outputs] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    turn: int = 0
    passages: list[Passage] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    owners: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    asking: Asking | None = None
    env: dict[str, str] = field(default_factory=dict)
    deployment: str = ""

    @property
    def uuid(self) -> str:
        return str(self.facts.get("uuid", ""))

    def values(self) -> dict[str, Any]:
        """The names in scope of an expression (contract section 4); `message` for a text message that came in.

        A node may be called `message` or `env` as well: what it gave comes first.
        """
        return {"message": self.facts, "env": self.env, **self.outputs, "vars": self.variables, "call": self.facts}

    def update_facts(self, facts: dict[str, Any]) -> None:
        """Takes over what a later request says; what it leaves empty stays as it was."""
        self.facts = {**self.facts, **{name: value for name, value in facts.items() if value}}

    def pass_nodes(self, mark: str) -> None:
        """Makes true what the caller has passed in the served document when the element marked so asks us."""
        for passage in self.passages[: self.marks.get(mark, 0)]:
            if passage.outputs:
                self.outputs[passage.node] = passage.outputs
            self.variables.update(passage.variables)
        self.passages, self.marks = [], {}

    def variable_at(self, mark: str, name: str) -> Any:
        """A variable as it is where the caller hears that element of the document; None where it is not set."""
        behind = self.passages[: self.marks.get(mark, 0)]
        passed = [passage.variables for passage in behind if name in passage.variables]
        return passed[-1][name] if passed else self.variables.get(name)

    def hide(self, values: Iterable[object]) -> None:
        """Keeps values out of every log and trace from now on."""
        new = dict.fromkeys(str(value) for value in values if value not in (None, ""))
        self.secrets += [value for value in new if value not in self.secrets]

    def to_json(self) -> dict[str, Any]:
        return {
            "facts": self.facts,
            "outputs": self.outputs,
            "variables": self.variables,
            "turn": self.turn,
            "passages": [[passage.node, passage.outputs, passage.variables] for passage in self.passages],
            "marks": self.marks,
            "owners": self.owners,
            **({"frames": [asdict(frame) for frame in self.frames]} if self.frames else {}),
            **({"secrets": self.secrets} if self.secrets else {}),
            **({"asking": asdict(self.asking)} if self.asking else {}),
            **({"env": self.env} if self.env else {}),
            **({"deployment": self.deployment} if self.deployment else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Call:
        passages = [Passage(node, outputs, variables) for node, outputs, variables in data["passages"]]
        frames = [Frame(**frame) for frame in data.get("frames", ())]
        asking = Asking(**data["asking"]) if data.get("asking") else None
        return cls(**{**data, "passages": passages, "frames": frames, "asking": asking})
