"""Reads the comparisons in an expression: its tree, part by part, as far as each has the shape of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jinja2 import nodes

from flowbuilder.flow.expressions import ExpressionError, tree_of_expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    # subject, test, values, time zone
    Part = tuple[str, str, tuple[str, ...], str]

EQUALITY = {"eq": "is", "ne": "is_not"}
ORDER = {"eq": "equals", "gt": "over", "gteq": "at_least", "lt": "under", "lteq": "at_most"}
MEMBERSHIP = {"in": ("one_of", "number_in"), "notin": ("none_of", "number_not_in")}
CLOCK = "call.time"


def read_parts(source: str) -> tuple[Literal["and", "or"], list[nodes.Node]]:
    """What a bare expression joins, and by which word; nothing where it cannot be read or mixes both words."""
    try:
        tree = tree_of_expression(source)
    except ExpressionError:
        return "and", []
    if isinstance(tree, nodes.Or):
        return "or", _flat(tree, nodes.Or)
    return "and", _flat(tree, nodes.And)


def read_part(node: nodes.Node) -> Part | None:
    """One comparison: (subject, test, values, time zone); None where it is something else."""
    if isinstance(node, nodes.Not):
        return _negated(node.node)
    if isinstance(node, nodes.Compare):
        return _compared(node)
    if isinstance(node, nodes.Call):
        return _starting(node)
    subject = _name(node)
    return (subject, "true", (), "") if subject else None


def _flat(node: nodes.Node, kind: type[nodes.BinExpr]) -> list[nodes.Node]:
    """a and b and c, from the left. What stands in brackets at the right is another shape, and stays one node."""
    parts: list[nodes.Node] = []
    while isinstance(node, kind):
        parts.insert(0, node.right)
        node = node.left
    return [node, *parts]


def _negated(node: nodes.Node) -> Part | None:
    if isinstance(node, nodes.Compare):
        part = _between(node)
        if part is None:
            return None
        name, test, (start, end), zone = part
        return (name, test, (end, start), zone) if start < end else None
    subject = _name(node)
    return (subject, "not_true", (), "") if subject else None


def _compared(node: nodes.Compare) -> Part | None:
    if len(node.ops) == 2:
        part = _between(node)
        return part if part is not None and part[2][0] <= part[2][1] else None
    if len(node.ops) != 1:
        return None
    (operand,) = node.ops
    left, op, right = node.expr, operand.op, operand.expr
    if op in MEMBERSHIP:
        return _member(left, op, right)
    if isinstance(left, nodes.Filter):
        return _filtered(left, op, right)
    subject, value = _name(left), _text(right)
    if subject and value is not None and op in EQUALITY:
        return subject, EQUALITY[op], (value,), ""
    return None


def _filtered(left: nodes.Filter, op: str, right: nodes.Node) -> Part | None:
    """name|number > 5, name|string == ''."""
    subject = _name(left.node)
    if not subject or _arguments(left):
        return None
    if left.name == "number" and op in ORDER:
        written = _text(right)
        number = _number(right) if written is None else written
        return None if number is None else (subject, ORDER[op], (number,), "")
    if left.name == "string" and op in EQUALITY and _text(right) == "":
        return subject, "set" if op == "ne" else "not_set", (), ""
    return None


def _member(left: nodes.Node, op: str, right: nodes.Node) -> Part | None:
    """name in ['a'], name.lstrip('+') in ['1'], 'a' in name|lower, call.time|day_in('UTC') in ['mon']."""
    value = _text(left)
    if value is not None:
        lowered = isinstance(right, nodes.Filter) and right.name == "lower" and not _arguments(right)
        subject = _name(right.node) if isinstance(right, nodes.Filter) and lowered else None
        return (subject, "contains", (value,), "") if subject and op == "in" and value == value.lower() else None
    values = _texts(right) if isinstance(right, nodes.List) else None
    if values is None:
        return None
    zone = _zone_of(left, "day_in")
    if zone is not None:
        return (CLOCK, "day_in", values, zone) if op == "in" else None
    plain, of_number = MEMBERSHIP[op]
    subject = _name(left)
    number = None if subject else _without_plus(left)
    if subject:
        return subject, plain, values, ""
    return (number, of_number, values, "") if number else None


def _starting(node: nodes.Call) -> Part | None:
    """name.startswith('a'), name.lstrip('+').startswith(('1415',))."""
    if not isinstance(node.node, nodes.Getattr) or node.node.attr != "startswith" or not _one_argument(node):
        return None
    owner, argument = node.node.node, node.args[0]
    value = _text(argument)
    if value is not None and (subject := _name(owner)):
        return subject, "starts", (value,), ""
    subject = _without_plus(owner)
    values = _texts(argument) if isinstance(argument, nodes.Tuple) else (value,) if value else None
    return (subject, "number_starts", values, "") if subject and values is not None else None


def _between(node: nodes.Compare) -> Part | None:
    """'09:00' <= call.time|time_in('UTC') < '17:00'."""
    if [operand.op for operand in node.ops] != ["lteq", "lt"]:
        return None
    start, zone, end = _text(node.expr), _zone_of(node.ops[0].expr, "time_in"), _text(node.ops[1].expr)
    if start is None or zone is None or end is None:
        return None
    return CLOCK, "time_between", (start, end), zone


def _zone_of(node: nodes.Node, filter_name: str) -> str | None:
    if not isinstance(node, nodes.Filter) or node.name != filter_name or _name(node.node) != CLOCK:
        return None
    return _text(node.args[0]) if _one_argument(node) else None


def _without_plus(node: nodes.Node) -> str | None:
    """The name in name.lstrip('+')."""
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Getattr) or not _one_argument(node):
        return None
    return _name(node.node.node) if node.node.attr == "lstrip" and _text(node.args[0]) == "+" else None


def _one_argument(node: nodes.Call | nodes.Filter) -> bool:
    return len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)


def _arguments(node: nodes.Filter) -> bool:
    return bool(node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)


def _name(node: nodes.Node | None) -> str | None:
    """A name with its path, as it is written: `call.headers['X-Desk']`."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _name(node.node)
        return f"{before}.{node.attr}" if before else None
    if isinstance(node, nodes.Getitem):
        before, key = _name(node.node), _text(node.arg)
        plain = key is not None and key.isprintable() and not set(key) & set("'\\{}")
        return f"{before}['{key}']" if before and plain else None
    return None


def _text(node: nodes.Node) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None


def _texts(node: nodes.List | nodes.Tuple) -> tuple[str, ...] | None:
    values: Sequence[str | None] = [_text(item) for item in node.items]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(values) else None


def _number(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Neg):
        written = _number(node.node)
        return f"-{written}" if written and not written.startswith("-") else None
    value = node.value if isinstance(node, nodes.Const) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)
