"""The XML of one node, as the inspector shows it: with each kind of token in its colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import Markup, escape

from flowbuilder.runtime.hiding import DOTS
from flowbuilder.steps.writing import Place, write_step

if TYPE_CHECKING:
    from flowbuilder.web.drafts import Draft

TOKEN = re.compile(
    r"""(?P<tag></?[A-Za-z]\w*|/?>)|(?P<name>\s[A-Za-z]\w*)(?==)|(?P<value>"[^"]*")|(?P<fill>\{\{.*?\}\})""", re.DOTALL
)


@dataclass(frozen=True)
class NodeXml:
    """The document as text, and as markup to show; or the sentence that says why there is none."""

    document: str | None
    shown: Markup | None
    sentence: str


def node_xml(draft: Draft, node_id: str) -> NodeXml:
    """What a node that is in the draft compiles to, standing alone."""
    reading = draft.readings[node_id]
    if reading.step is None or any(problem.blocks for problem in reading.problems):
        return NodeXml(None, None, "There is XML once the settings of this step are right.")
    if reading.step.silent:
        return NodeXml(None, None, "This step is decided on the server during the call; it adds no XML of its own.")
    root = write_step(reading.step, Place(node_id, voice=draft.flow.voice, language=draft.flow.language))
    for target in root.iter("User"):
        if target.get("sipAuthPassword"):
            target.set("sipAuthPassword", DOTS)
    etree.indent(root, space="  ")
    document = etree.tostring(root, encoding="unicode")
    return NodeXml(document, highlighted(document), "")


def highlighted(document: str) -> Markup:
    """XML as HTML, its tokens in spans: xml-tag, xml-name, xml-value, xml-fill."""
    parts: list[str] = []
    end = 0
    for token in TOKEN.finditer(document):
        parts.append(escape(document[end : token.start()]))
        parts.append(Markup('<span class="xml-{}">{}</span>').format(token.lastgroup, token.group()))
        end = token.end()
    parts.append(escape(document[end:]))
    return Markup("").join(parts)
