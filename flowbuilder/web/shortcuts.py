"""Every shortcut of the editor, as its help shows them; static/canvas/keys.js obeys them."""

from __future__ import annotations

SHORTCUTS = [
    ("↑ ↓ ← →", "go to the next step in that direction"),
    ("Enter", "open the settings of the step"),
    ("A Tab", "add a step after the selected one, linked; Tab again goes on past the drawing"),
    ("C", "connect an exit: choose it, then the step it leads to"),
    ("Alt+↑ ↓ ← →", "move the selected steps"),
    ("Delete", "take away the selected steps, or the selected link"),
    ("Ctrl+C Ctrl+X Ctrl+V", "copy, cut and paste steps, also into another flow"),
    ("Ctrl+F", "find a text, a number, a step or a setting"),
    ("Ctrl+K", "do anything by its name"),
    ("T", "tidy the drawing; with Shift, the selected steps only"),
    ("I", "pin the selected steps where they are, or take the pins out"),
    ("F", "put a frame around the selected steps; dragged, it takes them along; with Alt it goes alone"),
    ("D", "mark on the drawing what has changed since the live version, or another"),
    ("Ctrl+D", "duplicate the selected steps"),
    ("Ctrl+A", "select everything"),
    ("Esc", "select nothing; leave what you began"),
    ("Ctrl+Z", "undo"),
    ("Ctrl+Shift+Z", "redo"),
    ("F2", "rename the step"),
    ("0 1 2 + −", "actual size; everything; what is selected; nearer; farther"),
    ("Space", "hold and drag to move the view"),
    ("P", "go to the problems"),
    ("/", "find a step to add"),
    ("Ctrl+Space", "in an expression, show the names that are set here"),
]
