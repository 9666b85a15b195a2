"""The story of a call as the simulator plays it on the compiled program; `tests.walk` tells it from the drawing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flowbuilder.compiler import Program, compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.webhooks import read_call, read_reply
from flowbuilder.runtime import Call, HttpAnswer, Links, NoServices, Published, arrive, resume
from flowbuilder.simulator.documents import FetchResult
from flowbuilder.simulator.player import CallSetup, Player
from flowbuilder.steps.world import HttpReply

BASE = "https://flows.example.test/v1/flows/story/1"
MOST_ACTIONS = 12
FROM, TO = "12025550123", "14155550000"
Story = list[tuple[str, Any]]

# The flow that a call may go on in, and what it is asked there.
ASIDE = Flow(
    "aside",
    "s0",
    {
        "s0": Node("speak", {"text": "Aside for {{ vars.who }}{{ vars.kept }}."}, {"next": "s1"}),
        "s1": Node(
            "get_input",
            {
                "prompts": [{"speak": "Aside?"}],
                "num_digits": 1,
                "choices": [{"exit": "yes", "digits": "1"}, {"exit": "no", "digits": "2"}],
            },
            {"yes": "s2", "no_input": "s3"},
        ),
        "s2": Node("speak", {"text": "Yes."}, {"next": "s3"}),
        "s3": Node("set", {"variables": {"said": "s1.exit"}}),
    },
)


@dataclass
class Caller:
    """Somebody who does the n-th thing by the n-th number, and hangs up when the numbers are used up."""

    numbers: list[int]
    done: int = 0

    def choose(self, options: list[Any]) -> Any | None:
        if self.done >= min(len(self.numbers), MOST_ACTIONS):
            return None
        number = self.numbers[self.done]
        self.done += 1
        return options[number % len(options)]


def rounds_of(url: str) -> int:
    """How often a caller who can wait has to hear what there is meanwhile, before the address answers."""
    return int(url[-1]) % 3


@dataclass
class World(NoServices):
    """Web addresses that answer by the number in them: even ones with 200, odd ones with 500."""

    story: Story = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        self.story.append(("asks", url))
        good = url[-1] in "02468"
        return HttpAnswer(200 if good else 500, "", {"name": f"name{url[-1]}"})

    def begin_http(self, key: str, method: str, url: str, **request: Any) -> None:
        super().begin_http(key, method, url, **request)
        self.late[key] = rounds_of(url)

    def http_begun(self, key: str) -> HttpReply | None:
        self.late[key] -= 1
        return self.begun[key] if self.late[key] < 0 else None

    def published(self, flow: str) -> Published | None:
        return Published("aside", "1", self.program("aside", "1")) if flow == ASIDE.name else None

    def program(self, flow_id: str, version: str) -> Program:
        return compile_flow(ASIDE) if flow_id == "aside" else self.main

    main: Any = None


def input_options(settings: dict[str, Any]) -> list[tuple[str, str]]:
    keys = [("press", choice["digits"]) for choice in settings.get("choices", []) if "digits" in choice]
    return [("silence", ""), *keys, ("press", "9"), ("silence", "")]


DIAL_RESULTS = ["completed", "busy", "no_answer", "failed"]


def played(program: Program, flow: Flow, numbers: list[int]) -> tuple[Story, int]:
    """The story as the simulator hears it, and how many documents were fetched."""
    world, call, main = World(), Call({}), Links(BASE)
    world.main = program
    story = world.story

    def fetch(method: str, url: str, params: dict[str, str]) -> FetchResult:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        flow_id, where = parts.path.split("/")[3], parts.path.split("/")[6:]
        links, compiled = main.to(flow_id, "1"), world.program(flow_id, "1")
        call.update_facts(read_call(params))
        if "turn" in query:
            assert int(query["turn"]) == call.turn, "a URL of an old document was requested"
        if len(where) == 1:
            body = arrive(compiled, call, where[0], links, world).body
        else:
            reply = read_reply(where[1], {**query, **params})
            attempt = int(query.get("attempt", "1"))
            body = resume(compiled, call, where[0], where[1], reply, links, world, attempt=attempt).body
        return FetchResult(200, "application/xml", body)

    answer_url = main.node(program.entry, 0).split("?")[0]
    player = Player(fetch, CallSetup(uuid="story", from_number=FROM, to_number=TO, answer_url=answer_url))
    caller, told = Caller(numbers), 0
    player.begin()
    while True:
        for event in player.events[told:]:
            _tell(story, event.kind, event.data)
        told = len(player.events)
        if player.ended or not _act(player, caller, flow, call):
            break
    fetched = sum(1 for event in player.events if event.kind == "requested")
    return ordered(story), fetched


def _act(player: Player, caller: Caller, flow: Flow, call: Call) -> bool:
    awaiting = player.awaiting
    assert awaiting is not None
    if awaiting.kind == "input":
        node = call.owners[player.position.path[0]]
        chosen = caller.choose(input_options({**flow.nodes, **ASIDE.nodes}[node].settings))
        if chosen is None:
            return False
        player.stay_silent() if chosen[0] == "silence" else player.press(chosen[1])
    elif awaiting.kind == "dial":
        status = caller.choose(DIAL_RESULTS)
        if status is None:
            return False
        player.dial_ends(status)
    elif awaiting.kind == "record":
        if caller.choose([3]) is None:
            return False
        player.record_ends(3)
    else:
        return False
    return True


def _tell(story: Story, kind: str, data: Any) -> None:
    match kind:
        case "said":
            story.append(("hears", data["text"]))
        case "played":
            story.append(("hears", data["url"]))
        case "waited":
            story.append(("waits", data["seconds"]))
        case "dialing":
            story.append(("rings", tuple(data["targets"])))
        case "recording":
            story.append(("records", data["mode"]))


def ordered(story: Story) -> Story:
    """Web requests are told while the document is fetched, before what the player did just then: set apart."""
    return [line for line in story if line[0] != "asks"] + [line for line in story if line[0] == "asks"]
