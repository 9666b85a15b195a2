"""Rebuilds our documents with the official plivo SDK for Node.js: the second independent judge of our XML."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree

from flowbuilder.protocol.xml import XML_LANG
from tests.npm_packages import node_program, npm_file
from tests.sdk_rebuild import comparable, simplified, value_for

PROGRAM = Path(__file__).with_suffix(".js")
NEWER = "Plivo's newer pages name it; the class of the Node SDK takes no such attribute."
OTHER_SDK = "Other SDKs of Plivo's take it; the class of the Node SDK does not."

# (element, attribute) -> why the SDK, version 4.79, cannot write it.
NODE_UNWRITABLE: dict[tuple[str, str], str] = {
    ("Dial", "callType"): NEWER,
    ("Number", "sipHeaders"): NEWER,
    ("User", "sipAuthUsername"): NEWER,
    ("User", "sipAuthPassword"): NEWER,
    ("MultiPartyCall", "waitForAgent"): NEWER,
    ("MultiPartyCall", "waitTime"): OTHER_SDK,
    ("MultiPartyCall", "recordCoachVoice"): NEWER,
    ("MultiPartyCall", "transcript"): OTHER_SDK,
    ("MultiPartyCall", "transcriptionUrl"): OTHER_SDK,
    ("MultiPartyCall", "aiAgentStreamExtraHeaders"): NEWER,
    ("MultiPartyCall", "aiAgentStreamServiceUrl"): NEWER,
    ("MultiPartyCall", "aiAgentStreamContentType"): NEWER,
    ("MultiPartyCall", "aiAgentStreamStatusCallbackUrl"): NEWER,
    ("MultiPartyCall", "aiAgentStreamSamplingRate"): NEWER,
    ("Record", "transcriptionReportType"): OTHER_SDK,
    ("Stream", "noiseCancellation"): NEWER,
    ("Stream", "noiseCancellationLevel"): NEWER,
}
NODE_UNWRITABLE_VALUES: dict[tuple[str, str, str], str] = {
    ("MultiPartyCall", "role", "ai-agent"): "The SDK knows agent, supervisor and customer only.",
    ("MultiPartyCall", "startMpcOnEnter", "false"): "The SDK takes false for nothing given, and writes true.",
    ("MultiPartyCall", "coachMode", "false"): "The SDK takes false for nothing given, and writes true.",
}
# What it adds though nobody asks, beside what Plivo assumes anyway.
NODE_ADDS: dict[tuple[str, str, str], str] = {
    ("MultiPartyCall", "recordingCallbackMethod", "GET"): "The pages say that Plivo assumes POST.",
}


def written_by_node(roots: Iterable[etree._Element]) -> list[dict[str, str]]:
    """What the SDK makes of each document, all in one process: its `xml`, or its `error` where it refuses one."""
    asked = json.dumps([_plain(root) for root in roots])
    module = npm_file("plivo/dist/utils/plivoxml.js")
    ran = subprocess.run(
        [node_program(), str(PROGRAM), str(module)], input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    answered: list[dict[str, str]] = json.loads(ran.stdout)
    return answered


def judged_by_node(roots: Iterable[etree._Element]) -> list[tuple[bytes, bytes | str]]:
    """Each document in canonical form: as we wrote it, and as the SDK does, or why it does not."""
    ours = [simplified(root, NODE_UNWRITABLE, NODE_UNWRITABLE_VALUES) for root in roots]
    for root in ours:
        _without_quotes(root)
    written = written_by_node(ours)
    return [
        (comparable(root), comparable(_without_additions(one["xml"])) if "xml" in one else one["error"])
        for root, one in zip(ours, written, strict=True)
    ]


def _without_additions(xml: str) -> etree._Element:
    root = etree.fromstring(xml.encode())
    for name, attribute, value in NODE_ADDS:
        for element in root.iter(name):
            if element.get(attribute) == value:
                del element.attrib[attribute]
    return root


def _without_quotes(root: etree._Element) -> None:
    """The SDK writes a quotation mark inside an attribute as it is, which ends the attribute there."""
    for element in root.iter():
        for key, value in element.attrib.items():
            element.set(key, str(value).replace('"', "'"))


def _plain(element: etree._Element) -> list[Any]:
    name = str(element.tag)
    attributes = {str(key).replace(XML_LANG, "xml:lang"): str(value) for key, value in element.attrib.items()}
    typed = {key: value_for(name, key, value) for key, value in attributes.items()}
    return [name, typed, element.text or "", [_plain(child) for child in element], element.tail or ""]
