"""The editor: the page, the inspector of a node, and the answers to edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from flowbuilder.protocol.voices import LANGUAGES
from flowbuilder.steps import GROUPS, palette
from flowbuilder.web import current
from flowbuilder.web.drafts import head_of, live_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

editor = Blueprint("editor", __name__)

SHORTCUTS = [
    ("↑ ↓ ← →", "go to the next step in that direction"),
    ("Enter", "open the settings of the step"),
    ("A", "add a step after the selected one, linked"),
    ("C", "connect an exit: choose it, then the step it leads to"),
    ("Alt+↑ ↓ ← →", "move the selected steps"),
    ("Delete", "take away the selected steps, or the selected link"),
    ("Ctrl+D", "duplicate the selected steps"),
    ("Ctrl+A", "select everything"),
    ("Esc", "select nothing; leave what you began"),
    ("Ctrl+Z", "undo"),
    ("Ctrl+Shift+Z", "redo"),
    ("F2", "rename the step"),
    ("0 1 + −", "actual size; everything; nearer; farther"),
    ("Space", "hold and drag to move the view"),
    ("P", "go to the problems"),
    ("/", "find a step to add"),
]


@editor.get("/flows/<flow_id>/edit")
def edit(flow_id: str) -> ResponseReturnValue:
    """The whole editor, with the drawing as HTML."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    return render_template(
        "editor/edit.html",
        row=row,
        draft=head_of(fb, row),
        live=live_of(fb, row),
        palette=palette(),
        groups=GROUPS,
        languages=LANGUAGES,
        voices=[],
        shortcuts=SHORTCUTS,
    )
