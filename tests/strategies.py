"""Hypothesis strategies, derived from the catalogue: any step's settings, any flow, any caller.

A new step type needs nothing here; a new kind of setting needs one line in `KINDS`, or an example in its spec.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.xml import clean_text
from flowbuilder.steps import CATALOGUE, read_node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowbuilder.steps import SettingSpec

NAMES = ["billing", "sales", "desk", "night", "paid", "known", "other", "a1"]
ADDRESSES = ["https://www.example.com/a", "https://hooks.example.com/dial?x=1&y=2", "http://example.com:8080/é"]
NUMBERS = ["+14155550100", "+442071838750", "+4930901820", "+12025550123"]
TEXTS = [
    "Hello.",
    "Press 1 & wait <a moment>.",
    "Grüß Gott, ]]> “you”",
    "From {{ call.from_number }}.",
    "{{ vars.owner }} {{ nowhere.digits }}",
    "\u202eright to left\u202c",
]
TAGGED = [
    "<p>Hello <emphasis>{{ vars.owner }}</emphasis>.</p>",
    'One <break time="500ms"/> two & "three"'.replace("&", "&amp;"),
    '<prosody rate="slow">Your code is <say-as interpret-as="digits">{{ vars.code }}</say-as></prosody>!',
]
CALLER_DOES = ["key", "speech", "wrong", "silence", "hang_up"]


def sentences() -> st.SearchStrategy[str]:
    """Spoken text: with expressions, markup characters, any script; never blank."""
    written = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
    return st.sampled_from(TEXTS) | written.filter(_says_something)


def _says_something(text: str) -> bool:
    return bool(clean_text(text).strip()) and "{{" not in text and "}}" not in text


def prompts() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        sentences().map(lambda text: {"speak": text}),
        st.just({"speak": "Bonjour", "voice": "Polly.Celine", "language": "fr-FR"}),
        st.sampled_from(TAGGED).map(lambda text: {"speak": text, "voice": "Polly.Amy"}),
        st.sampled_from(ADDRESSES).map(lambda url: {"play": url}),
        st.integers(1, 120).map(lambda seconds: {"wait": seconds}),
    )


def targets() -> st.SearchStrategy[dict[str, Any]]:
    number = st.sampled_from(NUMBERS).map(lambda number: {"number": number})
    with_digits = number.map(lambda target: {**target, "send_digits": "ww1#", "send_on_preanswer": True})
    in_band = number.map(lambda target: {**target, "send_digits": "1", "send_digits_mode": "rfc2833"})
    user = {"user": "sip:desk@phone.plivo.com"}
    signed_in = {**user, "sip_auth_username": "desk", "sip_auth_password": "12345678", "sip_headers": {"Ref": "1"}}
    return number | with_digits | in_band | st.sampled_from([user, signed_in])


@st.composite
def choices(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A menu's choices: no key and no phrase twice."""
    exits = draw(st.lists(st.sampled_from(NAMES), max_size=6, unique=True))
    keys = draw(st.permutations("1234567890"))
    listed = []
    for exit, key in zip(exits, keys, strict=False):
        way = draw(st.sampled_from(["key", "phrase", "both"]))
        by_key = {"digits": key} if way != "phrase" else {}
        by_phrase = {"phrases": [exit, f"the {exit}"]} if way != "key" else {}
        listed.append({"exit": exit, **by_key, **by_phrase})
    return listed


def rules() -> st.SearchStrategy[list[dict[str, str]]]:
    conditions = ["vars.owner", "call.from_number == '+14155550100'", "vars.balance|int > 3", "not nowhere.digits"]
    named = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
    return named.flatmap(
        lambda exits: st.tuples(*(st.sampled_from(conditions) for _ in exits)).map(
            lambda chosen: [{"exit": exit, "when": when} for exit, when in zip(exits, chosen, strict=True)]
        )
    )


@st.composite
def shares(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Shares that add up to 100."""
    exits = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    cuts = sorted(draw(st.integers(0, 100)) for _ in exits[1:])
    ends = [0, *cuts, 100]
    percents = [after - before for before, after in pairwise(ends)]
    return [{"exit": exit, "percent": percent} for exit, percent in zip(exits, percents, strict=True)]


def statuses() -> st.SearchStrategy[list[dict[str, str]]]:
    """Statuses that a web request may be answered with, each once."""
    named = st.lists(st.sampled_from(["200", "2xx", "404", "4xx", "500-503"]), max_size=4, unique=True)
    return named.flatmap(
        lambda some: st.tuples(*(st.sampled_from(NAMES) for _ in some)).map(
            lambda exits: [{"exit": exit, "status": status} for exit, status in zip(exits, some, strict=True)]
        )
    )


def weeks() -> st.SearchStrategy[dict[str, Any]]:
    days = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
    times = [[["00:00", "24:00"]], [["09:00", "12:00"], ["13:30", "17:30"]], [["22:00", "02:00"]], []]
    return st.dictionaries(days, st.sampled_from(times), max_size=7)


def dates() -> st.SearchStrategy[list[Any]]:
    one = ["12-25", "02-29", "2026-12-24", {"date": "01-01", "name": "New Year"}]
    own_hours = {"date": "2026-12-31", "hours": [["09:00", "12:00"]]}
    return st.lists(st.sampled_from([*one, own_hours]), max_size=3)


def variables() -> st.SearchStrategy[dict[str, str]]:
    sources = ["'gold'", "call.from_number", "vars.count|int + 1", "nowhere.digits", "[1, 2]"]
    return st.dictionaries(st.sampled_from(["owner", "team", "code"]), st.sampled_from(sources), min_size=1, max_size=3)


def _whole_numbers(spec: SettingSpec) -> st.SearchStrategy[Any]:
    least = 0 if spec.least is None else spec.least
    return st.integers(least, 100 if spec.most is None else spec.most)


def _texts(spec: SettingSpec) -> st.SearchStrategy[Any]:
    return st.sampled_from([spec.example, "{{ call.from_number }}"] if spec.example else [spec.default])


KINDS: dict[str, Callable[[SettingSpec], st.SearchStrategy[Any]]] = {
    "integer": _whole_numbers,
    "seconds": _whole_numbers,
    "milliseconds": _whole_numbers,
    "seconds_or_auto": lambda spec: st.just("auto") | st.integers(2, 10),
    "flag": lambda spec: st.booleans(),
    "choice": lambda spec: st.sampled_from([value for value, _ in spec.options]),
    "prompt_text": lambda spec: sentences() | st.sampled_from(TAGGED),
    "url": lambda spec: st.sampled_from(ADDRESSES),
    "text": _texts,
    "prompt_list": lambda spec: st.lists(prompts(), min_size=int(spec.required), max_size=3),
    "choices": lambda spec: choices(),
    "rules": lambda spec: rules(),
    "shares": lambda spec: shares(),
    "statuses": lambda spec: statuses(),
    "week": lambda spec: weeks(),
    "dates": lambda spec: dates(),
    "variables": lambda spec: variables(),
    "sms_text": lambda spec: sentences(),
    "sound": lambda spec: st.sampled_from(["none", "beep:1", "beep:2", ADDRESSES[0]]),
    "time_zone": lambda spec: st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    "key": lambda spec: st.sampled_from(["1", "#", "none"]),
    "tri_state": lambda spec: st.sampled_from([None, True, False]),
    "dial_targets": lambda spec: st.lists(targets(), min_size=1, max_size=3),
}


def setting_values(spec: SettingSpec) -> st.SearchStrategy[Any]:
    """Values that one setting takes by itself."""
    made = KINDS.get(spec.kind)
    return made(spec) if made else st.just(spec.example if spec.example is not None else spec.default)


@st.composite
def good_settings(draw: st.DrawFn, type_: str, *, only: Sequence[str] | None = None) -> dict[str, Any]:
    """Settings of a step type that nothing is wrong with; `only` names the optional ones that may be there."""
    settings: dict[str, Any] = {}
    for spec in CATALOGUE[type_].settings_specs():
        allowed = only is None or spec.name in only
        if spec.required or (allowed and draw(st.integers(0, 3)) == 0):
            settings[spec.name] = draw(setting_values(spec))
    # What is wrong only together goes back to what it is by default, one setting after the other.
    for name in [spec.name for spec in CATALOGUE[type_].settings_specs() if not spec.required]:
        if not read_node("n", Node(type_, settings)).problems:
            break
        settings.pop(name, None)
    return settings


def steps_with_settings(types: Sequence[str] | None = None) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A step type of the catalogue, and good settings for it."""
    return st.sampled_from(sorted(types or CATALOGUE)).flatmap(
        lambda type_: good_settings(type_).map(lambda settings: (type_, settings))
    )


@st.composite
def flows(
    draw: st.DrawFn,
    nodes: st.SearchStrategy[tuple[str, dict[str, Any]]] | None = None,
    *,
    most: int = 8,
    connected: bool = True,
) -> Flow:
    """A flow of good steps, with loops, joins and loose exits. `connected`: its nodes hang together from the entry."""
    chosen = draw(st.lists(steps_with_settings() if nodes is None else nodes, min_size=1, max_size=most))
    ids = [f"n{number}" for number in range(len(chosen))]
    exits: dict[str, dict[str, str]] = {node_id: {} for node_id in ids}
    loose: list[tuple[str, str]] = []
    for node_id, (type_, settings) in zip(ids, chosen, strict=True):
        if connected and loose and node_id != ids[0]:
            source, exit = loose.pop(draw(st.integers(0, len(loose) - 1)))
            exits[source][exit] = node_id
        step = read_node(node_id, Node(type_, settings)).step
        loose += [(node_id, exit) for exit in (step.exits() if step else ["next"])]
    for source, exit in loose:
        target = draw(st.sampled_from([*ids, None]))
        if target is not None:
            exits[source][exit] = target
    return Flow(
        name="Any flow",
        entry=ids[0],
        nodes={
            node_id: Node(type_, settings, exits[node_id], (number * 300, 40))
            for number, (node_id, (type_, settings)) in enumerate(zip(ids, chosen, strict=True))
        },
    )


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON, a few levels deep."""
    plain = (
        st.none()
        | st.booleans()
        | st.integers(-10, 10**6)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8)
    )
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    )


@st.composite
def broken_flows(draw: st.DrawFn) -> Flow:
    """A flow that a hand, a bug or an older version may have left: anything may be wrong that a file can hold."""
    flow = draw(flows(most=5))
    nodes = dict(flow.nodes)
    for node_id in list(nodes):
        node = nodes[node_id]
        match draw(st.sampled_from(["whole", "type", "setting", "exit", "target", "gone"])):
            case "type":
                nodes[node_id] = Node("teleport", node.settings, node.exits, node.position)
            case "setting":
                names = [*(spec.name for spec in CATALOGUE[node.type].settings_specs()), "volume"]
                settings = {**node.settings, draw(st.sampled_from(names)): draw(json_values())}
                nodes[node_id] = Node(node.type, settings, node.exits, node.position)
            case "exit":
                nodes[node_id] = Node(node.type, node.settings, {**node.exits, "sideways": "n0"}, node.position)
            case "target":
                nodes[node_id] = Node(node.type, node.settings, dict.fromkeys(node.exits, "nobody"), node.position)
            case "gone":
                del nodes[node_id]
    entry = draw(st.sampled_from([flow.entry, "nobody", None]))
    extras = {"message_entry": draw(st.sampled_from(["n0", "nobody"]))} if draw(st.booleans()) else {}
    return Flow(flow.name, entry, nodes, extras)


def callers() -> st.SearchStrategy[list[tuple[str, int]]]:
    """What a caller does, one thing after the other; the number picks which key, phrase or dial result."""
    return st.lists(st.tuples(st.sampled_from(CALLER_DOES), st.integers(0, 20)), max_size=12)
