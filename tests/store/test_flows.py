from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from flowbuilder.errors import EditRefused, NotFound, StaleEdit
from flowbuilder.flow.model import Flow, Node
from flowbuilder.store import DeploymentRow, Store, open_store
from tests.store.conftest import BEGINNING, Clock, Suffixes


def flow_named(name: str, **settings: object) -> Flow:
    return Flow(name=name, entry="a", nodes={"a": Node("speak", dict(settings), {}, (1, 2.5))}, extras={"x": 1})


def test_a_new_flow_has_an_id_made_of_its_name(store: Store) -> None:
    row = store.flows.create(flow_named("Clinic main line"))
    assert (row.id, row.revision) == ("clinic-main-line-aaaa01", 1)
    assert row.created_at == row.updated_at == BEGINNING + timedelta(seconds=1)
    assert (row.undo_label, row.redo_label) == (None, None)
    assert store.flows.load(row.id) == flow_named("Clinic main line")
    assert store.flows.get(row.id) == row


def test_an_id_that_is_taken_is_not_used_again(store: Store, suffixes: Suffixes) -> None:
    suffixes.next = ["k3x9qa", "k3x9qa", "k3x9qb"]
    assert store.flows.create(flow_named("A")).id == "a-k3x9qa"
    assert store.flows.create(flow_named("A")).id == "a-k3x9qb"


def test_a_save_is_the_next_revision_and_every_revision_stays(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    assert store.flows.save(row.id, 1, flow_named("Two"), "Renamed the flow") == 2
    assert store.flows.save(row.id, 2, flow_named("Three"), "Renamed the flow again") == 3
    assert [store.flows.load(row.id, number).name for number in (1, 2, 3)] == ["One", "Two", "Three"]
    now = store.flows.get(row.id)
    assert (now.id, now.name, now.revision, now.undo_label) == (row.id, "Three", 3, "Renamed the flow again")
    assert now.updated_at > now.created_at


def test_an_edit_of_a_revision_that_has_passed_is_refused(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    store.flows.save(row.id, 1, flow_named("Two"), "First tab")
    with pytest.raises(StaleEdit, match="revision 2"):
        store.flows.save(row.id, 1, flow_named("Other"), "Second tab")
    assert store.flows.load(row.id).name == "Two"
    assert [entry.label for entry in store.flows.history(row.id)] == ["First tab", "Created"]


def test_undo_and_redo_are_new_revisions_of_old_content(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    store.flows.save(row.id, 1, flow_named("Two"), "Second")
    store.flows.save(row.id, 2, flow_named("Three"), "Third")
    undone = store.flows.undo(row.id)
    assert (undone.revision, undone.name) == (4, "Two")
    assert (undone.undo_label, undone.redo_label) == ("Second", "Third")
    undone = store.flows.undo(row.id)
    assert (undone.revision, undone.name, undone.undo_label, undone.redo_label) == (5, "One", None, "Second")
    redone = store.flows.redo(row.id)
    assert (redone.revision, redone.name, redone.undo_label, redone.redo_label) == (6, "Two", "Second", "Third")
    names = [store.flows.load(row.id, number).name for number in range(1, 7)]
    assert names == ["One", "Two", "Three", "Two", "One", "Two"]


def test_history_tells_newest_first_what_is_done_and_undone(store: Store) -> None:
    row = store.flows.create(flow_named("One"), label="Made from a template")
    store.flows.save(row.id, 1, flow_named("Two"), "Second")
    store.flows.save(row.id, 2, flow_named("Three"), "Third")
    store.flows.undo(row.id)
    history = store.flows.history(row.id)
    assert [(entry.label, entry.revision, entry.undone, entry.current) for entry in history] == [
        ("Third", 3, True, False),
        ("Second", 2, False, True),
        ("Made from a template", 1, False, False),
    ]
    assert [entry.at for entry in history] == [BEGINNING + timedelta(seconds=n) for n in (3, 2, 1)]
    assert [entry.revision for entry in store.flows.history(row.id, limit=1)] == [3]


def test_an_edit_after_undo_clears_redo_and_loses_no_revision(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    store.flows.save(row.id, 1, flow_named("Two"), "Second")
    store.flows.undo(row.id)
    assert store.flows.save(row.id, 3, flow_named("Four"), "Fourth") == 4
    assert store.flows.get(row.id).redo_label is None
    with pytest.raises(EditRefused, match="nothing to redo"):
        store.flows.redo(row.id)
    assert [entry.label for entry in store.flows.history(row.id)] == ["Fourth", "Created"]
    assert store.flows.load(row.id, 2).name == "Two"
    assert store.flows.undo(row.id).name == "One"
    assert store.flows.redo(row.id).name == "Four"


def test_an_undo_makes_an_edit_of_the_revision_before_it_stale(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    store.flows.save(row.id, 1, flow_named("Two"), "Second")
    store.flows.undo(row.id)
    with pytest.raises(StaleEdit):
        store.flows.save(row.id, 2, flow_named("Late"), "Late")


def test_nothing_to_undo_is_a_refusal(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    with pytest.raises(EditRefused, match="nothing to undo"):
        store.flows.undo(row.id)
    assert store.flows.get(row.id).revision == 1


def test_undo_survives_a_restart(store_url: str, clock: Clock, suffixes: Suffixes) -> None:
    first = open_store(store_url, clock=clock, make_suffix=suffixes)
    row = first.flows.create(flow_named("One"))
    first.flows.save(row.id, 1, flow_named("Two"), "Second")
    first.flows.undo(row.id)
    first.close()
    second = open_store(store_url, clock=clock, make_suffix=suffixes)
    assert second.flows.get(row.id).redo_label == "Second"
    assert second.flows.redo(row.id).name == "Two"
    second.close()


def test_flows_are_listed_the_one_edited_last_first(store: Store) -> None:
    a = store.flows.create(flow_named("A"))
    b = store.flows.create(flow_named("B"))
    assert [row.id for row in store.flows.list()] == [b.id, a.id]
    store.flows.save(a.id, 1, flow_named("A"), "Edit")
    assert [(row.id, row.undo_label) for row in store.flows.list()] == [(a.id, "Edit"), (b.id, None)]


def test_a_flow_is_found_by_the_name_it_has_now(store: Store) -> None:
    row = store.flows.create(flow_named("Old"))
    store.flows.save(row.id, 1, flow_named("New"), "Renamed")
    assert store.flows.find_by_name("Old") is None
    found = store.flows.find_by_name("New")
    assert found is not None
    assert found.id == row.id


def test_what_is_not_there_is_not_found(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    for ask in (
        lambda: store.flows.get("nothing"),
        lambda: store.flows.load("nothing"),
        lambda: store.flows.load(row.id, 2),
        lambda: store.flows.save("nothing", 1, flow_named("x"), "x"),
        lambda: store.flows.undo("nothing"),
        lambda: store.flows.redo("nothing"),
        lambda: store.flows.history("nothing"),
        lambda: store.flows.delete("nothing"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_deleted_flow_is_gone_but_its_versions_answer_on(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    store.versions.add(row.id, 1, flow_named("One"), "{}")
    store.flows.delete(row.id)
    assert store.flows.list() == []
    assert store.flows.find_by_name("One") is None
    with pytest.raises(NotFound):
        store.flows.load(row.id)
    with pytest.raises(NotFound):
        store.flows.save(row.id, 1, flow_named("Two"), "Edit")
    with pytest.raises(NotFound):
        store.flows.undo(row.id)
    assert store.versions.get(row.id, 1).flow == flow_named("One")


def test_a_deployed_flow_is_not_deleted(store: Store) -> None:
    row = store.flows.create(flow_named("One"))
    store.deployments.put(DeploymentRow(row.id, "MA1", "app", "name", 1))
    with pytest.raises(EditRefused, match="Unpublish"):
        store.flows.delete(row.id)
    assert store.flows.get(row.id) == row


@pytest.mark.parametrize("text", ["\0", "a\ud800b", "\u202egnirts", "]]>", "😀" * 100, "\x01\x1f"])
def test_odd_characters_are_kept_in_the_flow(store: Store, text: str) -> None:
    flow = flow_named(f"Name {text}", text=text)
    row = store.flows.create(flow, label=f"Label {text}")
    store.flows.save(row.id, 1, flow, f"Edit {text}")
    assert store.flows.load(row.id) == flow
    found = store.flows.find_by_name(f"Name {text}")
    assert found is not None
    assert found.id == row.id


def test_a_flow_larger_than_a_flow_file_may_be_still_opens(store: Store) -> None:
    flow = flow_named("Large", text="x" * 5_000_000)
    row = store.flows.create(flow)
    assert store.flows.load(row.id) == flow


def test_of_many_threads_saving_one_revision_one_wins(store_url: str, suffixes: Suffixes) -> None:
    stores = [open_store(store_url, make_suffix=suffixes) for _ in range(2)]
    row = stores[0].flows.create(flow_named("One"))
    won: list[str] = []
    lost: list[str] = []
    together = threading.Barrier(8)

    def save(number: int) -> None:
        together.wait()
        try:
            stores[number % 2].flows.save(row.id, 1, flow_named(f"by {number}"), f"by {number}")
            won.append(f"by {number}")
        except StaleEdit:
            lost.append(f"by {number}")

    run_all([threading.Thread(target=save, args=(number,)) for number in range(8)])
    assert len(won) == 1
    assert len(lost) == 7
    assert stores[0].flows.load(row.id).name == won[0]
    assert [entry.label for entry in stores[1].flows.history(row.id)] == [won[0], "Created"]
    for store in stores:
        store.close()


def test_threads_that_undo_at_once_each_take_back_one_edit(store: Store) -> None:
    row = store.flows.create(flow_named("0"))
    for number in range(1, 6):
        store.flows.save(row.id, number, flow_named(str(number)), f"Edit {number}")
    run_all([threading.Thread(target=store.flows.undo, args=(row.id,)) for _ in range(4)])
    now = store.flows.get(row.id)
    assert (now.name, now.revision, now.redo_label) == ("1", 10, "Edit 2")


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_history_says_who_made_an_edit(store: Store) -> None:
    row = store.flows.create(Flow("A"), author="Ada")
    store.flows.save(row.id, 1, Flow("B"), "Renamed", "Bob")
    store.flows.save(row.id, 2, Flow("C"), "Renamed")
    assert [entry.author for entry in store.flows.history(row.id)] == ["", "Bob", "Ada"]
