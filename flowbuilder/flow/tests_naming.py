"""The tests in a flow file (contract section 6): which of them name a node, and how they follow its new name.

Whatever the file has in that place that is no test is passed over, and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.expressions import names_in_expression, rename_in_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TESTS = "tests"
NODE_STEPS = ("at_node", "ends")


def renamed_in_tests(extras: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The extras of a flow once a node has another id."""
    listed = extras.get(TESTS)
    if not isinstance(listed, list):
        return extras
    return {**extras, TESTS: [_renamed(test, old, new) if isinstance(test, dict) else test for test in listed]}


def naming_tests(extras: Mapping[str, Any], node_id: str) -> Iterator[str]:
    """The names of the tests that name a node; one without a name by its place: `test 2`."""
    listed = extras.get(TESTS)
    for place, test in enumerate(listed if isinstance(listed, list) else [], 1):
        if isinstance(test, dict) and _names(test, node_id):
            yield str(test.get("name") or f"test {place}")


def _renamed(test: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    mocks, steps = test.get("mocks"), test.get("steps")
    changed = dict(test)
    if isinstance(mocks, dict) and old in mocks:
        changed["mocks"] = {new if name == old else name: answer for name, answer in mocks.items()}
    if isinstance(steps, list):
        changed["steps"] = [_renamed_step(step, old, new) if isinstance(step, dict) else step for step in steps]
    return changed


def _renamed_step(step: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    def followed(key: str, value: Any) -> Any:
        if key in NODE_STEPS and value == old:
            return new
        return rename_in_expression(value, old, new) if key == "variable" and _is_path(value) else value

    return {key: followed(key, value) for key, value in step.items()}


def _is_path(value: Any) -> bool:
    """Whether a `variable` may be a node's output: a name as in an expression. One without a dot is a variable's."""
    return isinstance(value, str) and "." in value


def _names(test: dict[str, Any], node_id: str) -> bool:
    mocks, steps = test.get("mocks"), test.get("steps")
    if isinstance(mocks, dict) and node_id in mocks:
        return True
    listed = steps if isinstance(steps, list) else []
    return any(_step_names(step, node_id) for step in listed if isinstance(step, dict))


def _step_names(step: dict[str, Any], node_id: str) -> bool:
    if any(step.get(key) == node_id for key in NODE_STEPS):
        return True
    path = step.get("variable")
    return _is_path(path) and any(name[0] == node_id for name in names_in_expression(str(path)))
