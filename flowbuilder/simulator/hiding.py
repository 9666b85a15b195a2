"""What a caller enters where the document keeps it out of the logs: dots stand for it in everything reported.

That holds for the keys and words themselves, and for what is said or sent later and repeats them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from flowbuilder.simulator.documents import text_value

DOTS = "••••"
INPUTS = ("GetInput", "GetDigits")
# What a flow may have put together from it, by the kind of event.
REPEATING = {"said": "text", "messaged": "text", "played": "url", "sent_digits": "digits", "dialing": "targets"}
ENTERED = ("Digits", "Speech", "StableSpeech", "UnstableSpeech")


def is_secret(node: etree._Element) -> bool:
    """Whether the element keeps what the caller enters out of the logs."""
    return node.tag in INPUTS and text_value(node, "log") == "false"


def entered(node: etree._Element, name: str, text: str) -> dict[str, object]:
    """What is reported of keys or speech: `name` with the text, or with dots and `secret`."""
    return {name: DOTS, "secret": True} if is_secret(node) else {name: text}


def without(secrets: Sequence[str], kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """What is reported of an event, with dots for each secret that the flow repeats in it."""
    name = REPEATING.get(kind)
    return {**data, name: _dotted(secrets, data[name])} if secrets and name in data else data


def _dotted(secrets: Sequence[str], value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_dotted(secrets, one) for one in value]
    for secret in secrets:
        value = re.sub(_spelled(secret), DOTS, str(value), flags=re.IGNORECASE)
    return value


def _spelled(secret: str) -> str:
    """Finds a secret as a word of its own, also with blanks, commas, stops and dashes between its letters."""
    letters = r"[\s,.\-–…]*".join(re.escape(letter) for letter in secret if not letter.isspace())
    return rf"(?<!\w){letters}(?!\w)"


def told(root: etree._Element, path: Sequence[int], params: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a request as they are reported, when the call is at `path` in the document."""
    if path[0] >= len(root) or not is_secret(root[path[0]]):
        return dict(params)
    return {name: DOTS if value and name in ENTERED else value for name, value in params.items()}
