"""Answers Plivo, given a program: values in, XML out. It knows no web framework and no database."""

from __future__ import annotations

from flowbuilder.runtime.apology import apology, empty_response
from flowbuilder.runtime.call import Call
from flowbuilder.runtime.engine import arrive, reply, resume, sound
from flowbuilder.runtime.finished import begins_finished
from flowbuilder.runtime.links import Links
from flowbuilder.runtime.services import HttpAnswer, NoServices, Published, Services
from flowbuilder.runtime.writing import Answer

__all__ = [
    "Answer",
    "Call",
    "HttpAnswer",
    "Links",
    "NoServices",
    "Published",
    "Services",
    "apology",
    "arrive",
    "begins_finished",
    "empty_response",
    "reply",
    "resume",
    "sound",
]
