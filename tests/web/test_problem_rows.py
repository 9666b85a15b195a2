"""The list of problems: headings, what puts each right, and an edit's answer that sends only the rows that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.checks import find_problems
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.problem_rows import MOST_CHANGED, MOST_LISTED, Row, RowChanges, problem_rows, row_changes
from tests.strategies import broken_flows
from tests.web.pages import read_page

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder


def rows_of(flow: Flow) -> list[Row]:
    return problem_rows(flow, find_problems(flow))


def carried_out(before: list[Row], changes: RowChanges) -> list[str]:
    """The keys of a list after the changes, made as the browser makes them."""
    keys = [row.key for row in before]
    for key in changes.gone:
        keys.remove(key)
    for each in changes.added:
        at = keys.index(each.after) + 1 if each.after else 0
        keys[at:at] = [row.key for row in each.rows]
    return keys


def speaks(count: int, **settings: Any) -> Flow:
    """Prompts in a row, each of which is wrong if `text` is empty."""
    nodes = {f"say_{at}": Node("speak", settings, {"next": f"say_{at + 1}"}, (0, 0)) for at in range(count)}
    return Flow("Row", "say_0", {**nodes, f"say_{count}": Node("hangup", {}, {}, (0, 0))})


@given(flow=broken_flows(), data=st.data())
def test_the_changes_turn_one_list_into_the_other(flow: Flow, data: st.DataObject) -> None:
    edits: list[dict[str, Any]] = [{"op": "add_node", "type": "speak", "position": [0, 0]}]
    edits += [{"op": "delete_nodes", "nodes": [name]} for name in flow.nodes]
    edits += [{"op": "set_settings", "node": name, "settings": {"text": "{{ vars.nobody }}"}} for name in flow.nodes]
    after, _ = apply_edit(flow, data.draw(st.sampled_from(edits)))
    before, now = rows_of(flow), rows_of(after)
    assert len({row.key for row in now}) == len(now)
    changes = row_changes(before, now)
    if changes is not None:
        assert carried_out(before, changes) == [row.key for row in now]


def test_nothing_is_sent_where_the_list_says_the_same() -> None:
    rows = rows_of(speaks(3, text=""))
    assert row_changes(rows, list(rows)) == RowChanges([], [])


def test_a_list_that_is_all_new_is_sent_whole() -> None:
    assert row_changes(rows_of(speaks(2, text="Hello.")), rows_of(speaks(MOST_CHANGED + 1, text=""))) is None


def test_each_severity_has_a_heading() -> None:
    flow = speaks(2, text="")
    lost = Flow(flow.name, flow.entry, {**flow.nodes, "lost": Node("hangup", {}, {}, (0, 0))})
    assert [row.heading for row in rows_of(lost) if row.heading] == ["Errors", "Warnings"]


def test_a_long_list_is_cut_and_says_so() -> None:
    rows = rows_of(speaks(MOST_LISTED + 7, text=""))
    assert sum(row.problem is not None for row in rows) == MOST_LISTED
    assert rows[-1] == Row("more")


def test_the_counts_are_sent_where_only_problems_that_are_not_listed_differ(browser: Any, parts: Flowbuilder) -> None:
    browser.log_in()
    count = MOST_LISTED + 9
    flow_id = parts.store.flows.create(speaks(count, text="")).id
    edit = f'{{"op": "set_settings", "node": "say_{count - 1}", "settings": {{"text": "Hello."}}}}'
    answer = browser.post(f"/flows/{flow_id}/edits", data={"edit": edit, "revision": 1, "inspecting": ""})
    parts_sent = {part.get("hx-target"): part.text_content() for part in read_page(answer).iter("hx-partial")}
    assert f"{count - 1} errors" in parts_sent["#problem-counts"]
    assert [target for target in parts_sent if target.startswith("#problem")] == ["#problem-counts"]


def test_an_edit_that_puts_one_problem_right_sends_that_row_and_the_counts_alone(
    browser: Any, parts: Flowbuilder
) -> None:
    browser.log_in()
    flow_id = parts.store.flows.create(speaks(5, text="")).id
    shown = read_page(browser.get(f"/flows/{flow_id}/edit")).xpath("//*[@id='problem-rows']/li")
    edit = '{"op": "set_settings", "node": "say_2", "settings": {"text": "Hello."}}'
    answer = browser.post(f"/flows/{flow_id}/edits", data={"edit": edit, "revision": 1, "inspecting": ""})
    targets = [part.get("hx-target") for part in read_page(answer).iter("hx-partial")]
    row = next(row.get("id") for row in shown if "say_2" in row.text_content())
    assert f"#{row}" in targets
    assert "#problem-counts" in targets
    assert "#problems" not in targets
    assert sum(target.startswith("#problem-") for target in targets) == 2  # the row and the counts


def sentences(flow: Flow) -> list[str]:
    return [row.problem.message for row in rows_of(flow) if row.problem is not None]


def test_the_open_exits_of_a_step_share_a_row() -> None:
    desk = Node("dial", {"to": [{"number": "+14155550142"}]}, {}, (0, 0))
    flow = Flow("Shop", "desk", {"desk": desk})
    assert len(find_problems(flow)) == 7
    assert sentences(flow) == [
        "“completed”, “busy”, “failed”, “timeout”, “no_answer”, “cancel” and “otherwise” are not connected: "
        "Plivo hangs up there. Connect those after which the call should go on."
    ]
    (row,) = (row for row in rows_of(flow) if row.problem is not None)
    assert row.problem is not None
    assert (row.problem.node, row.problem.exit) == ("desk", "completed")


def test_an_open_exit_alone_keeps_its_row_and_its_fix() -> None:
    nodes = {
        "hi": Node("speak", {"text": "Hello."}, {}, (0, 0)),
        "apart": Node("speak", {"text": "Bye."}, {"next": "end"}, (0, 0)),
        "end": Node("hangup", {}, {}, (0, 0)),
    }
    rows = {row.problem.code: row for row in rows_of(Flow("Shop", "hi", nodes)) if row.problem is not None}
    assert rows["ends-here"].fix is not None
    assert rows["ends-here"].problem is not None
    assert rows["ends-here"].problem.message.startswith("“next” is not connected")
