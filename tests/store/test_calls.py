from __future__ import annotations

import gc
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from flowbuilder.flow.model import Flow
from flowbuilder.store import CallRow, Store, open_store
from tests.store.conftest import BEGINNING, Clock

STARTED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CALL = CallRow(
    uuid="c-1",
    flow_id="clinic-k3x9qa",
    version="3",
    turn=1,
    state='{"vars": {}}',
    last_key="welcome?turn=1",
    last_answer=b"<Response/>",
    from_number="+12025550123",
    to_number="+14155550000",
    direction="inbound",
    status="in-progress",
    started_at=STARTED,
)


def test_a_call_is_kept_as_it_was(store: Store) -> None:
    assert store.calls.load("c-1") is None
    assert store.calls.save(CALL, None, [])
    assert store.calls.load("c-1") == CALL
    assert store.calls.find("c-1") == CALL


def test_a_call_without_a_start_begins_now(store: Store) -> None:
    store.calls.save(replace(CALL, started_at=None), None)
    assert store.calls.load("c-1") == replace(CALL, started_at=BEGINNING + timedelta(seconds=1))


def test_a_start_in_another_zone_is_the_same_moment(store: Store) -> None:
    here = timezone(timedelta(hours=-8))
    store.calls.save(replace(CALL, started_at=STARTED.astimezone(here)), None)
    found = store.calls.load("c-1")
    assert found is not None
    assert found.started_at == STARTED


def test_a_call_is_inserted_once(store: Store) -> None:
    assert store.calls.save(CALL, None, [{"event": "first"}])
    assert not store.calls.save(replace(CALL, state="other"), None, [{"event": "second"}])
    assert store.calls.load("c-1") == CALL
    assert store.calls.events("c-1") == [{"event": "first"}]


def test_a_save_moves_the_turn_on(store: Store) -> None:
    store.calls.save(CALL, None)
    later = replace(CALL, turn=2, state="{}", last_key="menu", last_answer=b"\x00\xff", status="ringing")
    assert store.calls.save(later, 1)
    assert store.calls.load("c-1") == later


def test_a_save_of_a_turn_that_has_passed_keeps_nothing(store: Store) -> None:
    store.calls.save(CALL, None)
    store.calls.save(replace(CALL, turn=2, state="winner"), 1, [{"by": "winner"}])
    assert not store.calls.save(replace(CALL, turn=2, state="loser"), 1, [{"by": "loser"}])
    assert not store.calls.save(replace(CALL, uuid="never seen", turn=2), 1)
    found = store.calls.load("c-1")
    assert found is not None
    assert found.state == "winner"
    assert store.calls.events("c-1") == [{"by": "winner"}]
    assert store.calls.load("never seen") is None


def test_events_are_numbered_on_over_the_turns(store: Store) -> None:
    store.calls.save(CALL, None, [{"n": 1}, {"n": 2, "text": "\0 ü \ud800"}])
    store.calls.save(replace(CALL, turn=2), 1, [])
    store.calls.save(replace(CALL, turn=3), 2, [{"n": 3}])
    assert store.calls.events("c-1") == [{"n": 1}, {"n": 2, "text": "\0 ü \ud800"}, {"n": 3}]
    assert store.calls.events("c-1", after=2) == [{"n": 3}]
    assert store.calls.events("c-1", after=3) == []
    assert store.calls.events("nothing") == []


def test_events_stand_in_order_past_ten_turns(store: Store) -> None:
    store.calls.save(replace(CALL, turn=0), None, [{"n": 0}])
    for turn in range(1, 15):
        store.calls.save(replace(CALL, turn=turn), turn - 1, [{"n": turn}])
    assert [event["n"] for event in store.calls.events("c-1")] == list(range(15))


def test_a_hangup_ends_the_call(store: Store) -> None:
    store.calls.save(CALL, None, [{"n": 1}])
    facts = {"status": "completed", "hangup_cause": "NORMAL_CLEARING", "duration": 12, "flow_id": "other"}
    assert store.calls.finish("c-1", facts, [{"n": 2}])
    assert store.calls.load("c-1") == replace(
        CALL, status="completed", hangup_cause="NORMAL_CLEARING", ended_at=BEGINNING + timedelta(seconds=1)
    )
    assert store.calls.events("c-1") == [{"n": 1}, {"n": 2}]


def test_a_repeated_hangup_changes_nothing(store: Store) -> None:
    store.calls.save(CALL, None)
    store.calls.finish("c-1", {"hangup_cause": "FIRST"}, [{"n": 1}])
    ended = store.calls.load("c-1")
    assert not store.calls.finish("c-1", {"hangup_cause": "SECOND"}, [{"n": 2}])
    assert store.calls.load("c-1") == ended
    assert store.calls.events("c-1") == [{"n": 1}]


def test_a_save_after_the_hangup_does_not_bring_the_call_back(store: Store) -> None:
    store.calls.save(CALL, None)
    store.calls.finish("c-1", {"status": "busy", "hangup_cause": "USER_BUSY"})
    assert store.calls.save(replace(CALL, turn=2, status="in-progress", state="later"), 1)
    found = store.calls.load("c-1")
    assert found is not None
    assert (found.state, found.status, found.hangup_cause) == ("later", "busy", "USER_BUSY")
    assert found.ended_at == BEGINNING + timedelta(seconds=1)


def test_the_hangup_of_a_call_never_seen_is_recorded(store: Store) -> None:
    facts = {"flow_id": "f", "version": "2", "from_number": "+1", "to_number": "+2", "direction": "inbound"}
    assert store.calls.finish("ghost", facts)
    assert store.calls.load("ghost") is None
    (seen,) = store.calls.recent()
    assert store.calls.find("ghost") == seen
    assert store.calls.find("nothing") is None
    assert (seen.uuid, seen.flow_id, seen.version, seen.from_number) == ("ghost", "f", "2", "+1")
    assert seen.status == "completed"


def test_a_call_that_is_answered_after_its_hangup_stays_ended(store: Store) -> None:
    store.calls.finish("c-1", {"hangup_cause": "ORIGINATOR_CANCEL"}, [{"n": 1}])
    assert store.calls.save(CALL, None, [{"n": 2}])
    found = store.calls.load("c-1")
    assert found is not None
    assert (found.state, found.version, found.turn) == (CALL.state, "3", 1)
    assert (found.status, found.hangup_cause) == ("completed", "ORIGINATOR_CANCEL")
    assert store.calls.events("c-1") == [{"n": 1}, {"n": 2}]
    assert not store.calls.save(CALL, None)


def test_the_answering_side_may_end_a_call_itself(store: Store) -> None:
    store.calls.save(CALL, None)
    ended = replace(CALL, turn=2, status="completed", ended_at=STARTED + timedelta(minutes=1), hangup_cause="x")
    store.calls.save(ended, 1)
    assert store.calls.load("c-1") == ended
    assert store.calls.finish("c-1", {"hangup_cause": "NORMAL_CLEARING"})


def test_recent_calls_come_newest_first_and_by_flow(store: Store) -> None:
    for number in range(5):
        flow_id = "even" if number % 2 == 0 else "odd"
        started_at = STARTED + timedelta(minutes=number)
        store.calls.save(replace(CALL, uuid=f"c{number}", flow_id=flow_id, started_at=started_at), None)
    assert [call.uuid for call in store.calls.recent(limit=3)] == ["c4", "c3", "c2"]
    assert [call.uuid for call in store.calls.recent("odd")] == ["c3", "c1"]
    assert store.calls.recent("odd")[0].started_at == STARTED + timedelta(minutes=3)


@pytest.mark.parametrize("text", ["\0", "\ud800", "anonymous\n", "+1" * 500])
def test_no_caller_can_upset_the_store(store: Store, text: str) -> None:
    assert store.calls.save(replace(CALL, from_number=text, direction=text, status=text, last_key=text), None)
    assert store.calls.load("c-1") is not None
    assert store.calls.finish("c-1", {"hangup_cause": text, "status": text, "other": text})
    assert store.calls.finish("ghost", {"from_number": text})


def test_of_many_threads_answering_one_turn_one_wins(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(2)]
    stores[0].calls.save(CALL, None)
    results: list[bool] = []
    together = threading.Barrier(8)

    def answer(number: int) -> None:
        together.wait()
        row = replace(CALL, turn=2, state=str(number))
        results.append(stores[number % 2].calls.save(row, 1, [{"by": str(number)}]))

    run_all([threading.Thread(target=answer, args=(number,)) for number in range(8)])
    assert sorted(results) == [False] * 7 + [True]
    found = stores[0].calls.load("c-1")
    assert found is not None
    assert stores[1].calls.events("c-1") == [{"by": found.state}]
    for store in stores:
        store.close()


def test_of_many_threads_inserting_one_call_one_wins(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(2)]
    results: list[bool] = []
    together = threading.Barrier(8)

    def answer(number: int) -> None:
        together.wait()
        results.append(stores[number % 2].calls.save(CALL, None, [{"by": number}]))

    run_all([threading.Thread(target=answer, args=(number,)) for number in range(8)])
    assert sorted(results) == [False] * 7 + [True]
    assert len(stores[0].calls.events("c-1")) == 1
    for store in stores:
        store.close()


def test_a_save_that_fails_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(TypeError):
        store.calls.save(CALL, None, [{"not json": object()}])
    assert store.calls.load("c-1") is None
    assert store.calls.save(CALL, None)


def test_a_thread_takes_its_connection_with_it(store: Store) -> None:
    thread = threading.Thread(target=store.calls.load, args=("c-1",))
    thread.start()
    thread.join()
    gc.collect()
    assert store.open_connections == 0
    store.calls.load("c-1")
    assert store.open_connections == 1


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
def test_a_server_that_cut_the_connection_is_met_again(store: Store, store_url: str) -> None:
    store.calls.save(CALL, None)
    row = store.flows.create(Flow("A"))
    cut_connections(store_url)
    assert store.calls.load("c-1") == CALL
    cut_connections(store_url)
    assert store.calls.finish("c-1", {})
    cut_connections(store_url)
    assert store.flows.get(row.id) == row


def cut_connections(url: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    engine.dispose()


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_versions_that_calls_in_progress_need(store: Store, clock: Clock) -> None:
    """Where a call began, where it comes back to, and where it is now, which only the document it hears tells."""
    frames = '{"frames": [{"flow_id": "menu", "version": "2", "node": "n", "outputs": {}, "variables": {}}]}'
    heard = b"<Response><Redirect>https://x.example/v1/flows/billing/5/nodes/a?turn=2&amp;of=b</Redirect></Response>"
    store.calls.save(replace(CALL, started_at=None, state=frames, last_answer=heard), None)
    store.calls.save(replace(CALL, uuid="c-2", version="4", started_at=None), None)
    store.calls.finish("c-2", {"status": "completed"})
    assert store.calls.versions_in_use() == {(CALL.flow_id, "3"), ("menu", "2"), ("billing", "5")}
    clock.now += timedelta(hours=23)
    assert (CALL.flow_id, "3") in store.calls.versions_in_use()
    clock.now += timedelta(hours=1)
    assert store.calls.versions_in_use() == set()


def test_a_call_that_we_know_from_its_hangup_alone_needs_no_version(store: Store) -> None:
    store.calls.finish("c-9", {"flow_id": "clinic", "version": "1"})
    assert store.calls.versions_in_use() == set()
