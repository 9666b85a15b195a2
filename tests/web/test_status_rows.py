"""The rows of a web request's exits by status: added, taken out, and read back as they were typed."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from flowbuilder.steps import CATALOGUE
from flowbuilder.web.form_buttons import carry_out
from flowbuilder.web.forms import read_settings

SPECS = CATALOGUE["http_request"].settings_specs()


def test_rows_are_kept_as_typed_and_a_button_adds_and_removes_them() -> None:
    form = MultiDict(
        [
            *[("fields", "statuses"), ("statuses.0.status", " 4XX "), ("statuses.0.exit", "Not known")],
            *[("statuses.1.status", "7000"), ("statuses.1.exit", "odd")],
        ]
    )
    typed = read_settings(SPECS, form, {})
    assert typed == {"statuses": [{"exit": "not_known", "status": "4xx"}, {"exit": "odd", "status": "7000"}]}
    added = carry_out("add:statuses", SPECS, typed)
    assert added["statuses"][2] == {"exit": "status_3", "status": ""}
    assert carry_out("remove:statuses:1", SPECS, typed)["statuses"] == typed["statuses"][:1]
