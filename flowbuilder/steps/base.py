"""Step: what every step type promises to the checks, the compiler, the runtime and the screens."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from flowbuilder.steps.fields import SettingSpec, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml import etree

    from flowbuilder.flow.problems import Problem
    from flowbuilder.steps.items import Prompt
    from flowbuilder.steps.world import Services

CATALOGUE: dict[str, type[Step]] = {}
GROUPS = {
    "Play and speak": "say",
    "Ask the caller": "ask",
    "Connect": "connect",
    "Decide": "decide",
    "End": "end",
}


@dataclass(frozen=True, slots=True)
class Report:
    """Something to tell a web address once the caller has been answered: a form that is posted there."""

    url: str
    form: dict[str, str]


@dataclass(frozen=True, slots=True)
class Entering:
    """Another flow, by id or name, at which the call goes on, and the variables that it begins with there."""

    flow: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reply, or a decision, leads to.

    `exit` is the exit taken. Where it is None the step goes on by itself, from its attempt number `again`.
    `outputs` become readable under the node's id, `variables` under `vars`. Outputs named in `secret` are known to the
    expressions of the same call, and shown to nobody. Where it `waits`, no exit is taken yet: the caller hears what the
    step has for meanwhile, and the step is asked again. `lost`: nobody knows any more what the wait was for. `reason`
    tells the flow's author, in the trace, why the world did not answer.
    """

    exit: str | None
    outputs: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    again: int | None = None
    report: Report | None = None
    secret: frozenset[str] = frozenset()
    entering: Entering | None = None
    waits: bool = False
    lost: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a call at a step that may wait: a key of its own, and for how many seconds it has waited so far.

    `began` is whether the step has been asked before in this stay.
    """

    key: str
    began: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A sample of what the world may say to a step, and the exit that it then takes (None: it asks again)."""

    exit: str | None
    reply: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """What a node shows on the canvas: the settings that matter in a few words, then what is heard or who is rung."""

    detail: str = ""
    lines: list[str] = field(default_factory=list)


class Writer(Protocol):
    """Where a step writes its XML: a document, or an element inside one."""

    def add(self, name: str, text: str | None = None, /, **attributes: Any) -> Writer:
        """Appends an element and gives a writer into it. Attributes that are None are left out."""

    def add_tagged(self, content: etree._Element) -> None:
        """Takes over the text and the elements of another element, such as a text with SSML that was read."""


class Here(Protocol):
    """What a step may know of the place where its XML will stand."""

    @property
    def attempt(self) -> int:
        """1 where the step begins; more where it goes on by itself after a reply."""

    @property
    def asked_again(self) -> bool:
        """Whether the caller has just given a wrong answer to this very step."""

    @property
    def voice(self) -> str | None: ...

    @property
    def language(self) -> str | None: ...

    @property
    def spoken(self) -> str | None:
        """The language that the call has chosen; None where it goes on in the flow's own."""

    @property
    def spoken_voice(self) -> str | None:
        """The voice that speaks it."""

    def continuation(self, event: str, *, attempt: int = 1) -> str:
        """The path of the URL that Plivo requests when the element ends."""

    @property
    def dial_events(self) -> str:
        """The path of the URL that hears what happens to a dial; it lands in the call's trace."""

    def sound(self, name: str) -> str:
        """The path of the URL that gives one of the step's `sounds` as XML of its own."""


class Step(BaseModel):
    """One step type; an instance is a node's settings, read and found good.

    Class attributes state what holds for the type, methods what depends on the settings.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: ClassVar[str]
    label: ClassVar[str]
    group: ClassVar[str]
    icon: ClassVar[str]
    summary: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]] = ()
    silent: ClassVar[bool] = False
    acts: ClassVar[bool] = False
    event: ClassVar[str | None] = None
    waits_for_caller: ClassVar[bool] = False
    ends_call: ClassVar[bool] = False
    stand_in_exit: ClassVar[str | None] = None
    can_start_call: ClassVar[bool] = True
    can_start_message: ClassVar[bool] = False
    sends_message: ClassVar[bool] = False
    before_answering: ClassVar[bool] = False
    # Whether the call may end in another flow, instead of coming back.
    leaves_flow: ClassVar[bool] = False
    # Settings that are heard only once the step has had a reply, so that its own outputs are known in them.
    heard_after_reply: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, type: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type is not None:
            cls.type = type
            CATALOGUE[type] = cls

    @classmethod
    @cache
    def settings_specs(cls) -> list[SettingSpec]:
        """Every setting of the type, in the order in which the form shows them. Worked out once; not to be changed."""
        return [spec_of(info.alias or name, info) for name, info in cls.model_fields.items()]

    @classmethod
    @cache
    def _attributes(cls) -> dict[str, str]:
        """The attribute that holds a setting, by the setting's name in the flow file."""
        return {info.alias or name: name for name, info in cls.model_fields.items()}

    def setting(self, name: str) -> Any:
        """A setting's value by its name in the flow file."""
        return getattr(self, self._attributes().get(name, name))

    @classmethod
    def group_class(cls) -> str:
        return GROUPS[cls.group]

    def exits(self) -> list[str]:
        """The names of the ways out, in the order in which the canvas shows them."""
        return ["next"]

    def passive_exits(self) -> frozenset[str]:
        """The exits that can be taken without the caller doing anything."""
        return frozenset(self.exits())

    def dead_exits(self) -> frozenset[str]:
        """The exits that these settings make impossible, such as `next` after an endless prompt."""
        return frozenset()

    def falls_through(self) -> str | None:
        """The exit that Plivo takes by going on to the next element, without asking us."""
        return None

    def fall_through_outputs(self) -> dict[str, Any]:
        """What the node's outputs are once it has fallen through."""
        return {}

    def exit_key(self, exit: str) -> str | None:
        """The key that a caller presses to take an exit."""
        return None

    def problems(self) -> Iterable[Problem]:
        """What is wrong with these settings together; what is wrong with one alone is found when it is read."""
        return ()

    def doubts(self) -> Iterable[Problem]:
        """What is hardly meant so, and may yet be: warnings."""
        return ()

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every bare expression: (setting, source). Text with `{{ }}` is found by the reader of settings."""
        return iter(())

    def local_names(self, setting: str) -> frozenset[str]:
        """Names that are in scope in the expressions of one setting alone: `response`, `vars.team`; `*` for any."""
        return frozenset()

    def variables_set(self) -> dict[str, frozenset[str]]:
        """Names under `vars` that an exit sets: exit -> names."""
        return {}

    def sample_variables(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What stands under `vars` after a call that knows `values` has passed, as far as that can be told here."""
        return {name: "" for kept in self.variables_set().values() for name in kept}

    def emit(self, document: Writer, here: Here) -> None:
        """Appends this step's XML."""

    def meanwhile(self) -> list[Prompt]:
        """What a caller hears while a silent step waits for the world; with nothing there, it is decided at once."""
        return []

    def sounds(self) -> dict[str, list[Prompt]]:
        """Prompts that Plivo fetches as documents of their own, by name: music while it rings, a whisper."""
        return {}

    def attempts_after(self, attempt: int) -> Iterable[int]:
        """Attempt numbers from which the step may have to go on by itself after a reply to `attempt` or later."""
        return ()

    def resume(self, reply: Mapping[str, Any], attempt: int) -> Outcome:
        """Which exit a reply takes. `reply` is in our names (`protocol.webhooks.read_reply`)."""
        return Outcome(exit=self.falls_through())

    def decide(self, values: Mapping[str, Any], services: Services, node_id: str) -> Outcome:
        """Which exit a silent step takes, given the call's values and the id of its node."""
        raise NotImplementedError(self.type)

    def ask(self, values: Mapping[str, Any], services: Services, node_id: str, visit: Visit) -> Outcome:
        """The same for a step that has something for the caller `meanwhile`: it may wait, and is asked again then."""
        raise NotImplementedError(self.type)

    def come_back(self, values: Mapping[str, Any]) -> Outcome:
        """Which exit is taken once the flow that the step led into has ended, given the values at its end."""
        raise NotImplementedError(self.type)

    def rehearse(self) -> list[Rehearsal]:
        """A sample reply for each exit that a reply can take."""
        return []

    def card(self) -> Card:
        return Card()
