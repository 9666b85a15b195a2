"""A node whose own XML does not fit into a document: fusing and redirecting cannot help there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.elements import MAX_DOCUMENT_BYTES
from flowbuilder.steps import Step
from flowbuilder.steps.translations import place_in
from flowbuilder.steps.writing import FRAME_BYTES, Place, links_in, size_of, starts_of, write_sound, write_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View
    from flowbuilder.flow.model import Flow

LARGEST = MAX_DOCUMENT_BYTES - FRAME_BYTES
# A character becomes at most `&quot;`; what a step writes without being told stays below this.
BYTES_A_CHARACTER = 6
BYTES_UNTOLD = 1_000


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`document-too-large`: the elements of one node, from one of its attempts on, take more than a document holds."""
    for node_id, node, reading, *_ in looked:
        step = reading.step
        if step is None or reading.problems or (step.silent and not step.meanwhile()):
            continue
        longest = BYTES_A_CHARACTER * len(str(node.settings)) + BYTES_UNTOLD
        if longest * _count_of_starts(step) < LARGEST:
            continue  # ordinary nodes are not worth writing out
        size = _largest_part(node_id, step, view.flow)
        if size > LARGEST:
            message = (
                f"Its XML takes {size / 1024:.0f} KB, and a document holds {LARGEST / 1024:.0f} KB. "
                "Shorten what is said, ask fewer times, or split it into several nodes."
            )
            yield Problem("document-too-large", message, node=node_id)


def _count_of_starts(step: Step) -> int:
    return 1 if type(step).attempts_after is Step.attempts_after else sum(1 for _ in starts_of(step))


def _written(step: Step, place: Place) -> etree._Element:
    """What the step puts into a document; of a silent one, what is heard meanwhile."""
    return write_sound(step.meanwhile(), place) if step.silent else write_step(step, place)


def _largest_part(node_id: str, step: Step, flow: Flow) -> int:
    sizes = []
    for attempt, asked_again in starts_of(step):
        own = Place(node_id, attempt, asked_again, flow.voice, flow.language)
        places = [own, *(place_in(flow, language, own) for language in flow.languages[1:])]
        for root in (_written(step, place) for place in places):
            sizes.append(size_of(etree.tostring(root, encoding="utf-8"), links_in(root)))
    return max(sizes)
