"""The same call twice: once played by the simulator on the compiled program, once walked node by node on the drawing.

The walk is the definition: it knows nothing of documents, and does what each node says where the call is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flowbuilder.compiler import Program
from flowbuilder.flow.expressions import fill, is_true
from flowbuilder.flow.model import Flow
from flowbuilder.protocol.webhooks import read_call, read_reply
from flowbuilder.runtime import Call, HttpAnswer, Links, NoServices, arrive, resume
from flowbuilder.simulator.documents import FetchResult
from flowbuilder.simulator.player import CallSetup, Player

BASE = "https://flows.example.test/v1/flows/story/1"
MOST_ACTIONS = 12
FROM, TO = "12025550123", "14155550000"
Story = list[tuple[str, Any]]


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


@dataclass
class World(NoServices):
    """Web addresses that answer by the number in them: even ones with 200, odd ones with 500."""

    story: Story = field(default_factory=list)

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        self.story.append(("asks", url))
        good = url[-1] in "02468"
        return HttpAnswer(200 if good else 500, "", {"name": f"name{url[-1]}"})


def input_options(settings: dict[str, Any]) -> list[tuple[str, str]]:
    keys = [("press", choice["digits"]) for choice in settings.get("choices", []) if "digits" in choice]
    return [("silence", ""), *keys, ("press", "9"), ("silence", "")]


DIAL_RESULTS = ["completed", "busy", "no_answer", "failed"]


def played(program: Program, flow: Flow, numbers: list[int]) -> tuple[Story, int]:
    """The story as the simulator hears it, and how many documents were fetched."""
    world, call, links = World(), Call({}), Links(BASE)
    story = world.story

    def fetch(method: str, url: str, params: dict[str, str]) -> FetchResult:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        where = parts.path.removeprefix("/v1/flows/story/1/nodes/").split("/")
        call.update_facts(read_call(params))
        if "turn" in query:
            assert int(query["turn"]) == call.turn, "a URL of an old document was requested"
        if len(where) == 1:
            body = arrive(program, call, where[0], links, world).body
        else:
            reply = read_reply(where[1], {**query, **params})
            attempt = int(query.get("attempt", "1"))
            body = resume(program, call, where[0], where[1], reply, links, world, attempt=attempt).body
        return FetchResult(200, "application/xml", body)

    answer_url = links.node(program.entry, 0).split("?")[0]
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
    return _ordered(story), fetched


def _act(player: Player, caller: Caller, flow: Flow, call: Call) -> bool:
    awaiting = player.awaiting
    assert awaiting is not None
    if awaiting.kind == "input":
        node = call.owners[player.position.path[0]]
        chosen = caller.choose(input_options(flow.nodes[node].settings))
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


def _ordered(story: Story) -> Story:
    """Web requests are told while the document is fetched, before what the player did just then: set apart."""
    return [line for line in story if line[0] != "asks"] + [line for line in story if line[0] == "asks"]


class _HungUp(Exception):
    pass


def walked(flow: Flow, numbers: list[int]) -> Story:
    """The story as the drawing tells it."""
    world, caller = World(), Caller(numbers)
    values: dict[str, Any] = {"vars": {}, "call": {"uuid": "story", "from_number": FROM, "to_number": TO}}
    at = flow.entry
    try:
        while at is not None:
            node = flow.nodes[at]
            exit = _WALK[node.type](at, node.settings, values, caller, world)
            stand_in = node.exits.get("otherwise") if node.type == "dial" else None
            at = node.exits.get(exit, stand_in) if exit else None
    except _HungUp:
        pass
    return _ordered(world.story)


def _speak(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    text = fill(settings["text"], values)
    if text.strip():
        world.story.append(("hears", " ".join(text.split())))
    return "next"


def _play(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    world.story.append(("hears", settings["url"]))
    return "next"


def _wait(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    world.story.append(("waits", settings["length"]))
    return "next"


def _get_input(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    before: list[Any] = []
    exit = "no_input"
    # What is said at every attempt is worked out when the caller comes to the node or answers it.
    for _ in range(settings.get("attempts", 1)):
        for prompt in [*before, *settings["prompts"]]:
            world.story.append(("hears", prompt["speak"]))
        chosen = caller.choose(input_options(settings))
        if chosen is None:
            raise _HungUp
        kind, digits = chosen
        match = next((choice["exit"] for choice in settings.get("choices", []) if choice["digits"] == digits), None)
        if kind == "silence":
            exit, before = "no_input", settings.get("no_input_prompts", [])
        elif match or not settings.get("choices"):
            exit = match or "input"
        else:
            exit, before = "no_match", settings.get("no_match_prompts", [])
        values[at] = {"digits": digits, "speech": "", "input_type": "dtmf" if digits else "", "exit": exit}
        if exit not in ("no_input", "no_match"):
            break
    return exit


def _dial(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    targets = [target["number"] for target in settings["to"]]
    rounds = [[target] for target in targets] if settings.get("order") == "in_turn" else [targets]
    status = "failed"
    for ringing in rounds:
        world.story.append(("rings", tuple(ringing)))
        chosen = caller.choose(DIAL_RESULTS)
        if chosen is None:
            raise _HungUp
        status = chosen
        values[at] = {"status": status.replace("_", "-")}
        if status == "completed":
            break
    return status


def _record(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    world.story.append(("records", "message"))
    if caller.choose([3]) is None:
        raise _HungUp
    values[at] = {"duration": 3}
    return "next"


def _branch(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    return next((rule["exit"] for rule in settings["rules"] if is_true(rule["when"], values)), "otherwise")


def _http(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    answer = world.http("GET", fill(settings["url"], values))
    values[at] = {"status_code": answer.status, "json": answer.json, "text": ""}
    values["vars"] = {**values["vars"], "name": answer.json["name"]}
    return "ok" if answer.status == 200 else "failed"


def _end(at: str, settings: Any, values: Any, caller: Caller, world: World) -> None:
    return None


_WALK: dict[str, Any] = {
    "speak": _speak,
    "play": _play,
    "wait": _wait,
    "get_input": _get_input,
    "dial": _dial,
    "record": _record,
    "branch": _branch,
    "http_request": _http,
    "hangup": _end,
}
