"""Plans as values: whatever a plan says, it comes back the same from its JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.publishing.changes import (
    NOTHING,
    ApplicationChange,
    Displaced,
    EndpointChange,
    FieldChange,
    Holder,
    NumberChange,
    Plan,
)

texts = st.text(max_size=20)
ids = st.text("0123456789", min_size=1, max_size=17)
names = st.text("abcXYZ-_09", min_size=1, max_size=20)
values = st.none() | st.booleans() | texts
holders = st.one_of(st.just(NOTHING), st.builds(Holder, st.just(""), names), st.builds(Holder, ids, st.none() | names))
actions = st.sampled_from(["attach", "keep", "release"])
applications = st.builds(
    ApplicationChange,
    st.sampled_from(["create", "change", "keep", "delete"]),
    st.none() | ids,
    names,
    st.lists(st.builds(FieldChange, names, values, values), max_size=3).map(tuple),
    st.dictionaries(names, values, max_size=3),
    st.lists(st.builds(Displaced, names, ids, names), max_size=2).map(tuple),
    st.booleans(),
)
numbers = st.builds(NumberChange, actions, ids, holders, holders, st.none() | ids)
endpoints = st.builds(EndpointChange, actions, ids, names, holders, holders, st.none() | ids)
plans = st.builds(
    Plan,
    ids,
    applications,
    st.lists(numbers, max_size=3).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    st.lists(endpoints, max_size=3).map(tuple),
)


@given(plans)
def test_a_plan_survives_its_json(plan: Plan) -> None:
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan
    assert again.sentences == plan.sentences
    assert again.fingerprint == plan.fingerprint


def test_an_endpoint_is_told_like_a_number() -> None:
    ours, theirs = Holder("1", "flowbuilder-clinic"), Holder("2", "Old-IVR")
    changes = [
        EndpointChange("attach", "9", "desk120", NOTHING, ours),
        EndpointChange("keep", "9", "desk120", ours, ours),
        EndpointChange("release", "9", "desk120", ours, theirs),
        EndpointChange("release", "9", "desk120", ours, NOTHING),
    ]
    assert [change.sentence for change in changes] == [
        "Attach the SIP endpoint desk120 to the Application flowbuilder-clinic; nothing answers it now.",
        "Leave the SIP endpoint desk120 attached to the Application flowbuilder-clinic.",
        "Give the SIP endpoint desk120 back to the Application Old-IVR; "
        "the Application flowbuilder-clinic answers it now.",
        "Detach the SIP endpoint desk120 from the Application flowbuilder-clinic; nothing answers it then.",
    ]
