"""The record of a flow: who published, went back, unpublished, reviewed and removed what, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from flowbuilder.web import current

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from flowbuilder.store.publish_runs import PublishRunRow

record = Blueprint("record", __name__)

AT_ONCE = 50
MOST = 2000
# What was done, and the same as what was tried, is going on.
WORDS = {
    "publish": ("Published {what}", "publish {what}"),
    "rollback": ("Switched to {what}", "switch to {what}"),
    "unpublish": ("Unpublished from {where}", "unpublish from {where}"),
}
ICONS = {
    "publish": "rocket",
    "rollback": "undo-2",
    "unpublish": "unlink",
    "prune": "trash-2",
    "review": "users",
    "gate": "users",
}
CHIPS = {
    "running": ("going on", ""),
    "done": ("", ""),
    "put back": ("did not work, all put back", "warn"),
    "refused": ("refused", "warn"),
    "stuck": ("left half done", "error"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did. `stuck` says what is still to be put back by hand, empty as a rule."""

    sentence: str
    author: str
    at: datetime
    icon: str
    chip: str
    chip_class: str
    steps: list[dict[str, Any]]
    end: str
    stuck: str
    account: str


@record.get("/flows/<flow_id>/record")
def page(flow_id: str) -> ResponseReturnValue:
    """The newest first; `most` asks for more of them."""
    fb = current()
    row = fb.store.flows.get(flow_id)
    most = min(max(request.args.get("most", AT_ONCE, type=int), 1), MOST)
    runs = fb.store.publish_runs.list(flow_id, limit=most + 1)
    return render_template(
        "versions/record.html",
        row=row,
        entries=[entry_of(run) for run in runs[:most]],
        more=most + AT_ONCE if len(runs) > most and most < MOST else None,
        now=fb.clock(),
    )


def entry_of(run: PublishRunRow) -> Entry:
    """The run in words."""
    end = next((event["sentence"] for event in run.events if event["state"] == "finished"), "")
    chip, chip_class = CHIPS.get(run.state, ("", ""))
    is_run = run.kind in WORDS
    return Entry(
        sentence=_sentence(run) if is_run else end,
        author=run.author,
        at=run.started_at,
        icon=ICONS.get(run.kind, "info"),
        chip=chip,
        chip_class=chip_class,
        steps=[event for event in run.events if event["state"] != "finished"],
        end=end if is_run else "",
        stuck=end if run.state == "stuck" else "",
        account=run.account,
    )


def _sentence(run: PublishRunRow) -> str:
    what = f"version {run.version} on {run.deployment}"
    done, tried = (words.format(what=what, where=run.deployment) for words in WORDS[run.kind])
    if run.state == "done":
        return f"{done}."
    return f"Began to {tried}." if run.state == "running" else f"Tried to {tried}."
