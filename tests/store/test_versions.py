from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from flowbuilder.errors import NotFound
from flowbuilder.flow.model import Flow
from flowbuilder.store import DeploymentRow, Store, open_store
from flowbuilder.store.versions import Versions
from tests.store.conftest import BEGINNING


def test_versions_are_numbered_from_one_in_each_flow(store: Store) -> None:
    a, b = store.flows.create(Flow("A")), store.flows.create(Flow("B"))
    numbers = [store.versions.add(a.id, 1, Flow("A"), "{}") for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert store.versions.add(b.id, 1, Flow("B"), "{}") == 1


def test_a_version_keeps_flow_and_program_together(store: Store) -> None:
    row = store.flows.create(Flow("A"))
    store.versions.add(row.id, 1, Flow("A", extras={"k": ["ü", 1]}), '{"p": "\\u0000é"}', note="First", author="Ada")
    store.flows.save(row.id, 1, Flow("B"), "Renamed")
    version = store.versions.get(row.id, 1)
    assert version.flow == Flow("A", extras={"k": ["ü", 1]})
    assert version.program_json == '{"p": "\\u0000é"}'
    assert (version.flow_id, version.number, version.revision) == (row.id, 1, 1)
    assert (version.note, version.author) == ("First", "Ada")
    assert version.created_at == BEGINNING + timedelta(seconds=2)


def test_versions_are_listed_newest_first(store: Store) -> None:
    row = store.flows.create(Flow("A"))
    for note in ("one", "two"):
        store.versions.add(row.id, 1, Flow("A"), "{}", note=note)
    assert [(version.number, version.note) for version in store.versions.list(row.id)] == [(2, "two"), (1, "one")]
    assert store.versions.list("nothing") == []


def test_what_is_not_there_is_not_found(store: Store) -> None:
    row = store.flows.create(Flow("A"))
    with pytest.raises(NotFound):
        store.versions.get(row.id, 1)
    with pytest.raises(NotFound):
        store.versions.add("nothing", 1, Flow("A"), "{}")


def test_there_is_no_way_to_change_a_version() -> None:
    public = {name for name in vars(Versions) if not name.startswith("_")}
    assert public == {"add", "get", "list", "prune"}


def test_pruned_versions_are_gone_and_their_numbers_never_come_again(store: Store) -> None:
    row, other = store.flows.create(Flow("A")), store.flows.create(Flow("B"))
    for flow_id in (row.id, row.id, row.id, other.id):
        store.versions.add(flow_id, 1, Flow("A"), "{}")
    assert store.versions.prune(row.id, [1, 3, 9]) == [1, 3]
    assert [version.number for version in store.versions.list(row.id)] == [2]
    assert [version.number for version in store.versions.list(other.id)] == [1]
    with pytest.raises(NotFound, match="Version 3 was removed"):
        store.versions.get(row.id, 3)
    assert store.versions.add(row.id, 1, Flow("A"), "{}") == 4
    with pytest.raises(NotFound, match="has no version 5"):
        store.versions.get(row.id, 5)
    assert store.versions.prune(row.id, []) == []


def test_what_is_live_or_about_to_be_is_never_pruned(store: Store) -> None:
    row = store.flows.create(Flow("A"))
    for _ in range(4):
        store.versions.add(row.id, 1, Flow("A"), "{}")
    store.deployments.put(DeploymentRow(row.id, "MAX", "1", "flowbuilder-a", version=1, name="staging"))
    run = store.publish_runs.begin(row.id, "production", "rollback", "MAX", 2, {})
    store.publish_runs.begin(row.id, "staging", "unpublish", "MAX", None, {})
    assert store.versions.prune(row.id, [1, 2, 3, 4]) == [3, 4]
    store.publish_runs.end(run, "put back")
    assert store.versions.prune(row.id, [1, 2]) == [2]


def test_threads_that_publish_at_once_get_different_numbers(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(2)]
    row = stores[0].flows.create(Flow("A"))
    numbers: list[int] = []

    def publish(number: int) -> None:
        numbers.append(stores[number % 2].versions.add(row.id, 1, Flow("A"), "{}", note=str(number)))

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 9))
    for store in stores:
        store.close()
