"""Takes a calendar file of holidays into an Opening hours step, as one edit that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request

from flowbuilder.errors import EditRefused, FlowbuilderError, FlowFileError, NotFound, StaleEdit
from flowbuilder.web import current
from flowbuilder.web.changes import Outcome, Page, answer
from flowbuilder.web.holidays import MOST_BYTES, merged, read_holidays
from flowbuilder.web.saving import save_edit
from flowbuilder.web.wording import plural

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.web import Flowbuilder

holiday_import = Blueprint("holiday_import", __name__)

MOST_DATES = 500


@holiday_import.post("/flows/<flow_id>/nodes/<node_id>/holidays")
def take_in(flow_id: str, node_id: str) -> ResponseReturnValue:
    """Adds the file's dates to the step's own; answers as the edit of a setting does."""
    fb = current()
    is_partial = "HX-Request" in request.headers
    revision = request.form.get("revision", type=int)
    page = Page(flow_id, revision or fb.store.flows.get(flow_id).revision, node_id, "settings")
    try:
        said = _take_in(fb, page, node_id)
    except (StaleEdit, EditRefused, FlowFileError) as refusal:
        if not is_partial:
            raise
        return answer(fb, page, Outcome(409 if isinstance(refusal, StaleEdit) else 422, str(refusal)))
    return answer(fb, page, Outcome(said=said)) if is_partial else redirect(f"/flows/{flow_id}/edit", 303)


def _take_in(fb: Flowbuilder, page: Page, node_id: str) -> str:
    """What was done, in a sentence."""
    node = fb.store.flows.load(page.flow_id).nodes.get(node_id)
    if node is None:
        raise NotFound(f"There is no step {node_id[:64]} any more.")
    if node.type != "hours":
        raise FlowbuilderError(f"{node_id} keeps no dates: it is not an Opening hours.")
    found = read_holidays(_content(), fb.clock().date())
    kept = node.settings.get("closed_dates") or []
    if not isinstance(kept, list):
        raise EditRefused(f"The dates of {node_id} are not a list. Mend them first.")
    dates, added = merged(kept, found.dates, MOST_DATES)
    if added:
        edit = {"op": "set_settings", "node": node_id, "settings": {"closed_dates": dates}}
        save_edit(fb.store, page.flow_id, page.revision, edit)
    words = f"{plural(added, 'date')} added." if added else "No date in it that is not there already."
    left = f" {plural(len(found.left_out), 'event')} left out: only all-day events that repeat by years fit."
    return words + (left if found.left_out else "")


def _content() -> bytes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FlowFileError("No file was chosen. Choose an .ics file.")
    content = file.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FlowFileError(f"This calendar is larger than {MOST_BYTES // 1_048_576} MB.")
    return content
