"""What a caller enters where the document keeps it out of the logs: dots stand for it in everything reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from flowbuilder.simulator.documents import text_value

DOTS = "••••"
INPUTS = ("GetInput", "GetDigits")
ENTERED = ("Digits", "Speech", "StableSpeech", "UnstableSpeech")


def is_secret(node: etree._Element) -> bool:
    """Whether the element keeps what the caller enters out of the logs."""
    return node.tag in INPUTS and text_value(node, "log") == "false"


def entered(node: etree._Element, name: str, text: str) -> dict[str, object]:
    """What is reported of keys or speech: `name` with the text, or with dots and `secret`."""
    return {name: DOTS, "secret": True} if is_secret(node) else {name: text}


def told(root: etree._Element, path: Sequence[int], params: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a request as they are reported, when the call is at `path` in the document."""
    if path[0] >= len(root) or not is_secret(root[path[0]]):
        return dict(params)
    return {name: DOTS if value and name in ENTERED else value for name, value in params.items()}
