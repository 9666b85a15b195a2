"""The story of a call as the drawing tells it, node by node.

The walk is the definition: it knows nothing of documents, and does what each node says where the call is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flowbuilder.flow.expressions import evaluate, fill, is_true
from flowbuilder.flow.model import Flow
from tests.story import ASIDE, DIAL_RESULTS, FROM, TO, Caller, Story, World, input_options, ordered, rounds_of

CALL = {"uuid": "story", "from_number": FROM, "to_number": TO}


class _HungUp(Exception):
    pass


def walked(flow: Flow, numbers: list[int]) -> Story:
    """The story as the drawing tells it."""
    world, caller = World(), Caller(numbers)
    values: dict[str, Any] = {"vars": {}, "call": CALL}
    with suppress(_HungUp):
        _walk(flow, values, caller, world)
    return ordered(world.story)


def _walk(flow: Flow, values: dict[str, Any], caller: Caller, world: World) -> None:
    at = flow.entry
    while at is not None:
        node = flow.nodes[at]
        exit = _WALK[node.type](at, node.settings, values, caller, world)
        stand_in = node.exits.get("otherwise") if node.type == "dial" else None
        at = node.exits.get(exit, stand_in) if exit else None
        if node.type == "hangup":
            raise _HungUp


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
    url = fill(settings["url"], values)
    for _ in range(rounds_of(url) if settings["filler"] else 0):
        world.story += [("hears", settings["filler"][0]["speak"]), ("waits", settings["filler"][1]["wait"])]
    answer = world.http("GET", url)
    values[at] = {"status_code": answer.status, "json": answer.json, "text": ""}
    values["vars"] = {**values["vars"], "name": answer.json["name"]}
    return "ok" if answer.status == 200 else "failed"


def _set(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    for name, source in settings["variables"].items():
        values["vars"] = {**values["vars"], name: evaluate(source, values)}
    return "next"


def _counter(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    count = values.get(at, {"count": 0})["count"] + 1
    values[at] = {"count": count}
    return "again" if count <= settings["limit"] else "done"


def _split(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    return next(share["exit"] for share in settings["shares"] if share["percent"] == 100)


def _hours(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    """The world stands still at noon of a Thursday, the first of January."""
    if "01-01" in settings.get("closed_dates", []):
        return "holiday"
    return "open" if "thu" in settings["weekly"] else "closed"


def _go_to_flow(at: str, settings: Any, values: Any, caller: Caller, world: World) -> str:
    if settings["flow"] == ASIDE.name:
        taken = {name: evaluate(source, values) for name, source in settings["inputs"].items()}
        there = {"vars": taken, "call": CALL}
        _walk(ASIDE, there, caller, world)
    else:
        there = values
    found = {name: evaluate(source, there) for name, source in settings["outcomes"].items()}
    if settings["flow"] == ASIDE.name:
        values["vars"] = {**values["vars"], **found}
    return "returned"


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
    "set": _set,
    "counter": _counter,
    "split": _split,
    "hours": _hours,
    "go_to_flow": _go_to_flow,
    "hangup": _end,
}
