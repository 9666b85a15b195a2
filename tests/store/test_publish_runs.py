from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.store import Store, open_store, this_process
from tests.store.conftest import BEGINNING

PLAN = {"application": {"action": "create"}, "numbers": ["+14155550100", "ü\u0000"]}


def test_a_run_is_kept_before_it_changes_anything(store: Store) -> None:
    key = store.publish_runs.begin("clinic", "staging", "publish", "MA1", 3, PLAN, "Ada")
    run = store.publish_runs.get(key)
    assert run is not None
    assert (run.flow_id, run.deployment, run.kind, run.account, run.version) == (
        "clinic",
        "staging",
        "publish",
        "MA1",
        3,
    )
    assert (run.plan, run.done, run.events, run.author) == (PLAN, [], [], "Ada")
    assert (run.state, run.host, run.process) == ("running", socket.gethostname(), this_process())
    assert run.started_at == run.updated_at == BEGINNING + timedelta(seconds=1)
    assert run.ended_at is None
    assert store.publish_runs.get("nothing") is None


def test_what_was_done_is_kept_as_it_happens(store: Store) -> None:
    key = store.publish_runs.begin("clinic", "production", "rollback", "MA1", 2, PLAN)
    store.publish_runs.record(key, done=[{"step": 0}])
    store.publish_runs.record(key, events=["Made version 2."])
    run = store.publish_runs.get(key)
    assert run is not None
    assert (run.done, run.events) == ([{"step": 0}], ["Made version 2."])
    assert run.updated_at > run.started_at
    store.publish_runs.end(key, "put back")
    run = store.publish_runs.get(key)
    assert run is not None
    assert (run.state, run.ended_at) == ("put back", run.updated_at)


def test_the_next_start_finds_what_was_left_half_done(store_url: str) -> None:
    first = open_store(store_url)
    left = first.publish_runs.begin("clinic", "production", "publish", "MA1", 3, PLAN)
    first.publish_runs.record(left, done=["created the Application"])
    ended = first.publish_runs.begin("clinic", "staging", "unpublish", "MA1", None, {})
    first.publish_runs.end(ended, "done")
    first.close()
    second = open_store(store_url)
    [run] = second.publish_runs.unfinished()
    assert (run.id, run.plan, run.done) == (left, PLAN, ["created the Application"])
    second.close()


def test_one_process_takes_a_run_over(store: Store) -> None:
    key = store.publish_runs.begin("clinic", "production", "publish", "MA1", 3, PLAN)
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE publish_runs SET process = '1-crashed'")
    [left] = store.publish_runs.unfinished()
    assert store.publish_runs.take_over(left)
    assert not store.publish_runs.take_over(left)
    run = store.publish_runs.get(key)
    assert run is not None
    assert run.process == this_process()
    store.publish_runs.end(key, "done")
    assert not store.publish_runs.take_over(run)


def test_runs_are_listed_newest_first(store: Store) -> None:
    keys = []
    for flow in ("a", "b", "a"):
        keys.append(store.publish_runs.begin(flow, "production", "publish", "MA1", 1, {}))
        store.publish_runs.end(keys[-1], "done")
    assert [run.id for run in store.publish_runs.list()] == keys[::-1]
    assert [run.id for run in store.publish_runs.list("a")] == [keys[2], keys[0]]
    assert [run.id for run in store.publish_runs.list(limit=1)] == [keys[2]]


def test_one_deployment_has_one_run_at_a_time_whoever_begins_it(store: Store) -> None:
    run = store.publish_runs.begin("a", "production", "publish", "MA1", 1, {})
    store.publish_runs.begin("a", "staging", "publish", "MA1", 1, {})
    with pytest.raises(EditRefused, match="being published right now"):
        store.publish_runs.begin("a", "production", "unpublish", "MA1", None, {})
    store.publish_runs.end(run, "put back")
    assert store.publish_runs.begin("a", "production", "publish", "MA1", 1, {}) != run


def test_what_was_done_without_a_run_is_told_as_over(store: Store) -> None:
    store.publish_runs.tell("a", "prune", "Removed version 1.", "Ada")
    (told,) = store.publish_runs.list("a")
    assert (told.kind, told.state, told.author, told.version) == ("prune", "done", "Ada", None)
    assert [event["sentence"] for event in told.events] == ["Removed version 1."]
    assert told.ended_at is not None
    assert store.publish_runs.unfinished() == []


def test_it_remembers_what_has_been_live_where(store: Store) -> None:
    for deployment, version, state in (
        ("production", 1, "done"),
        ("staging", 2, "done"),
        ("production", 3, "put back"),
    ):
        run = store.publish_runs.begin("a", deployment, "publish", "MA1", version, {})
        assert run is not None
        store.publish_runs.end(run, state)  # type: ignore[arg-type]
    assert [store.publish_runs.was_live("a", "production", version) for version in (1, 2, 3)] == [True, False, False]
    assert store.publish_runs.was_live("a", "staging", 2)
    assert not store.publish_runs.was_live("b", "production", 1)
