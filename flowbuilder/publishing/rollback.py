"""The shortest way back to an earlier version: one request, from what is known, without a look at the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowbuilder.publishing.account import digits_of
from flowbuilder.publishing.application_fields import URLS
from flowbuilder.publishing.changes import ApplicationChange, EndpointChange, FieldChange, Holder, NumberChange, Plan
from flowbuilder.publishing.desired import Desired

Known = Sequence[Mapping[str, Any]]


def rollback_plan(
    auth_id: str,
    app_id: str,
    app_name: str,
    live: Desired,
    target: Desired,
    numbers: Known,
    endpoints: Known = (),
) -> Plan:
    """Sends the URLs of `target`, an earlier (or later) version, to the Application that has those of `live`.

    `numbers` and `endpoints` are what is attached, as `make_plan` knows them: they stay. Neither they nor the
    Application are read, before or after; `find_drift` is the check.
    """
    before = {name: live.fields.get(name, "") for name in URLS}
    after = {name: target.fields.get(name, "") for name in URLS}
    changes = tuple(FieldChange(name, before[name], after[name]) for name in URLS if before[name] != after[name])
    fields = {change.field: change.after for change in changes}
    ours = Holder(app_id, app_name)
    return Plan(
        auth_id,
        ApplicationChange("change" if changes else "keep", app_id, app_name, changes, fields, blind=True),
        tuple(
            NumberChange("keep", digits_of(str(item["number"])), ours, ours, item.get("previous_app_id"))
            for item in numbers
        ),
        endpoints=tuple(
            EndpointChange(
                "keep",
                str(item["endpoint_id"]),
                str(item.get("username") or ""),
                ours,
                ours,
                item.get("previous_app_id"),
            )
            for item in endpoints
        ),
    )
