"""What one would write by hand instead of Flowbuilder: a Flask handler that builds the menu with Plivo's SDK.

It verifies no signature and records no call. `python -m tests.bench.by_hand PORT` serves it as `serve` serves us.
"""

from __future__ import annotations

import sys

from flask import Flask, Response, request
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from plivo import plivoxml

from flowbuilder.commands.serve import THREADS

PATH = "/menu"
QUESTION = "For appointments, press 1. For billing, press 2. To hear this again, press 9."
NOTHING_HEARD = "Sorry, I did not hear anything."
FLOW = {
    "format": "flowbuilder/1",
    "name": "Menu",
    "entry": "menu",
    "nodes": {
        "menu": {
            "type": "get_input",
            "settings": {
                "prompts": [{"speak": QUESTION}],
                "num_digits": 1,
                "attempts": 2,
                "no_input_prompts": [{"speak": NOTHING_HEARD}],
                "choices": [
                    {"exit": "appointments", "digits": "1"},
                    {"exit": "billing", "digits": "2"},
                    {"exit": "again", "digits": "9"},
                ],
            },
            "exits": {"appointments": "end", "billing": "end", "again": "menu", "no_input": "end", "no_match": "end"},
        },
        "end": {"type": "hangup"},
    },
}

app = Flask(__name__)


@app.post(PATH)
def menu() -> Response:
    """The same document that Flowbuilder answers with for `FLOW`."""
    call = request.form["CallUUID"]
    response = plivoxml.ResponseElement()
    for attempt in (1, 2):
        question = plivoxml.GetInputElement(
            action=f"https://flows.example.com/menu/input?call={call}&attempt={attempt}",
            input_type="dtmf",
            num_digits=1,
            execution_timeout=15,
        )
        if attempt > 1:
            question.add(plivoxml.SpeakElement(NOTHING_HEARD))
        question.add(plivoxml.SpeakElement(QUESTION))
        response.add(question)
    response.add(plivoxml.HangupElement())
    return Response(response.to_string(), mimetype="application/xml")


def serve(port: int) -> None:
    server = Server(
        f"{__name__}:app" if __name__ != "__main__" else "tests.bench.by_hand:app",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
    )
    server.serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
