"""Old versions that nothing needs any more: which those are, why the others stay, and taking them away."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for

from flowbuilder.errors import EditRefused, FlowbuilderError
from flowbuilder.web import current
from flowbuilder.web.carrying_out import refuse_while_busy
from flowbuilder.web.flow_uses import users_of
from flowbuilder.web.people import author
from flowbuilder.web.wording import listed, phone_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from flask.typing import ResponseReturnValue

    from flowbuilder.store import FlowRow
    from flowbuilder.web import Flowbuilder
    from flowbuilder.web.accounts import AccountView

pruning = Blueprint("pruning", __name__)

MOST_USERS_NAMED = 3


@pruning.get("/flows/<flow_id>/versions/remove")
def page(flow_id: str) -> ResponseReturnValue:
    """Every version: those that may go can be ticked, the others say what keeps them."""
    return _show(flow_id)


@pruning.post("/flows/<flow_id>/versions/remove")
def remove(flow_id: str) -> ResponseReturnValue:
    numbers = set(request.form.getlist("version", type=int))
    try:
        gone = prune(current(), flow_id, numbers, author())
    except FlowbuilderError as refusal:
        return _show(flow_id, str(refusal), numbers), 422
    flash(f"Removed {named(gone)}.", "ok")
    return redirect(url_for("versions.page", flow_id=flow_id), 303)


def prune(fb: Flowbuilder, flow_id: str, numbers: Collection[int], author: str = "") -> list[int]:
    """Takes versions away for good, and tells the record; gives the numbers of those that went.

    Raises EditRefused for one that something needs or where none was chosen, FlowbuilderError where an account cannot
    be asked.
    """
    row = fb.store.flows.get(flow_id)
    if not numbers:
        raise EditRefused("Choose the versions to remove.")
    for settings in fb.store.deployment_settings.list(flow_id):
        refuse_while_busy(fb, flow_id, settings.name)
    kept = kept_because(fb, row)
    for number in sorted(set(numbers) & kept.keys()):
        raise EditRefused(f"Version {number} stays: {listed(kept[number])}.")
    gone = fb.store.versions.prune(flow_id, numbers)
    if not gone:
        raise EditRefused("Nothing was removed: somebody was quicker, or has published meanwhile. Look again.")
    fb.store.publish_runs.tell(flow_id, "prune", f"Removed {named(gone)}.", author)
    return gone


def kept_because(fb: Flowbuilder, row: FlowRow) -> dict[int, list[str]]:
    """What keeps each version that something needs, in words. Raises FlowbuilderError where an account is silent."""
    kept: dict[int, list[str]] = defaultdict(list)
    for live in fb.store.deployments.list(row.id):
        numbers = [phone_number(entry["number"]) for entry in live.numbers]
        kept[live.version].append(f"it is live on {live.name}" + (f" ({listed(numbers)})" if numbers else ""))
    for run in fb.store.publish_runs.unfinished():
        if run.flow_id == row.id and run.version is not None:
            kept[run.version].append(f"it is being put on {run.deployment}")
    for flow_id, version in sorted(fb.store.calls.versions_in_use()):
        if flow_id == row.id and version.isdecimal():
            kept[int(version)].append("a call in progress is in it")
    for number, words in _named_by_applications(fb, row.id):
        if words not in kept[number]:
            kept[number].append(words)
    made = fb.store.versions.list(row.id)
    if made:
        kept[made[0].number].append(_newest(fb, row))
    return {number: kept[number] for number in {one.number for one in made} & kept.keys()}


def _newest(fb: Flowbuilder, row: FlowRow) -> str:
    """The newest is never removed: what goes on in this flow while nothing of it is live goes on in that."""
    users = users_of(fb, row)
    named = [f"“{name}”" for name in users[:MOST_USERS_NAMED]]
    if len(users) > MOST_USERS_NAMED:
        named.append(f"{len(users) - MOST_USERS_NAMED} more")
    goes = "goes" if len(users) == 1 else "go"
    return "it is the newest" + (f", and {listed(named)} {goes} on in this flow" if users else "")


def _named_by_applications(fb: Flowbuilder, flow_id: str) -> Iterator[tuple[int, str]]:
    """(version, what names it) for every Application of every account that may ask us: ours and others'."""
    address = re.compile(rf"/v1/flows/{re.escape(quote(flow_id, safe=''))}/([1-9][0-9]{{0,8}})/")
    live = {row.app_id: row for row in fb.store.deployments.list(flow_id)}
    for view in fb.accounts.list():
        for item in _applications(fb, view):
            own = live.get(str(item.get("app_id")))
            texts = " ".join(value for value in item.values() if isinstance(value, str))
            for number in sorted({int(found) for found in address.findall(texts)}):
                if own is None or own.version != number:
                    yield number, f"the Application {item.get('app_name')} of {view.label} names it"


def _applications(fb: Flowbuilder, view: AccountView) -> list[dict[str, object]]:
    try:
        return fb.accounts.get(view.auth_id).list_applications()
    except FlowbuilderError as refusal:
        raise FlowbuilderError(
            f"Nothing can be removed now: whether an Application of {view.label} needs a version cannot be read. "
            f"{refusal}"
        ) from refusal


def _show(flow_id: str, refusal: str = "", chosen: Collection[int] = ()) -> str:
    fb = current()
    row = fb.store.flows.get(flow_id)
    kept: dict[int, list[str]] | None = None
    try:
        kept = kept_because(fb, row)
    except FlowbuilderError as reason:
        refusal = refusal or str(reason)
    return render_template(
        "versions/remove.html",
        row=row,
        made=fb.store.versions.list(flow_id),
        kept=kept,
        chosen=chosen,
        refusal=refusal,
        now=fb.clock(),
    )


def named(numbers: Collection[int]) -> str:
    """`version 3`, `versions 1, 2 and 5`."""
    return f"version{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in sorted(numbers)])}"
