"""Names that stand for more than a node: a message that came in, secrets of the installation."""

from __future__ import annotations

from typing import Any

from flowbuilder.checks import find_problems
from flowbuilder.flow.model import Flow, Node
from tests.checks.drawing import node, say


def doubts(extras: dict[str, Any] | None = None, **nodes: Node) -> list[str]:
    flow = Flow("f", "a", nodes, extras or {})
    return [problem.message for problem in find_problems(flow) if problem.code == "variable-before-set"]


def reply(text: str) -> Node:
    return node("message", {"text": text})


def test_a_message_is_known_where_the_flow_answers_messages() -> None:
    answered = {"message_entry": "m"}
    assert doubts(answered, a=say(), m=reply("{{ message.text }} from {{ message.from_number }}")) == []
    (sentence,) = doubts(answered, a=say(), m=reply("{{ message.body }}"))
    assert "A message has uuid, from_number, to_number, text, type." in sentence
    (sentence,) = doubts(a=say("{{ message.text }}"))
    assert "no node of the flow" in sentence


def test_a_node_may_be_called_message() -> None:
    nodes = {"a": node("record", {}, next="message"), "message": say("{{ message.nothing }}")}
    (sentence,) = doubts({"message_entry": "a"}, **nodes)
    assert "has no output" in sentence


def test_secrets_are_for_the_headers_and_the_body_of_web_requests() -> None:
    request = {"method": "POST", "url": "https://x.example", "headers": {"A": "{{ secrets.KEY }}"}}
    assert doubts(a=node("http_request", {**request, "json": {"k": ["{{ secrets.KEY }}"]}})) == []
    assert doubts(a=node("http_request", {**request, "form": {"k": "{{ secrets.KEY }}"}})) == []
    for elsewhere in (
        node("http_request", {"url": "https://x.example/?k={{ secrets.KEY }}"}),
        node("http_request", {"url": "https://x.example", "save": {"k": "secrets.KEY"}}),
        node("set", {"variables": {"k": "secrets.KEY"}}),
        say("{{ secrets.KEY }}"),
    ):
        (sentence,) = doubts(a=elsewhere)
        assert sentence.startswith("Secrets stand in the headers")


def test_env_is_what_a_deployment_has_set_whatever_that_is() -> None:
    assert doubts(a=say("{{ env.desk }}")) == []
    (sentence,) = doubts(a=say("{{ environ.PATH }}"))
    assert "“environ” is no node of the flow" in sentence
