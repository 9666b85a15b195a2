"""Expressions, {{ ... }}: which names they use, and what they give (contract section 4).

Jinja2 in its immutable sandbox, narrowed further: expressions only (no statements), no globals, few filters, and no
operation that could make a value huge. A missing value is empty text, and false; nothing raises at run time.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes

from flowbuilder.flow.expression_budget import begin
from flowbuilder.flow.expression_sandbox import MAX_VALUE, make_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_EXPRESSION = 4_000
MAX_INTEGER_BITS = 4_096  # Python writes no number of thousands of digits


class ExpressionError(ValueError):
    """An expression that cannot be read. Its text says why, in a sentence."""


ENVIRONMENT = make_environment()
_ALLOWED_NODES = (
    nodes.Output, nodes.TemplateData, nodes.Name, nodes.NSRef, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict,
    nodes.Pair, nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr,
    nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr,
)  # fmt: skip


def has_expression(value: object) -> bool:
    """Whether a text holds something to fill."""
    return isinstance(value, str) and "{{" in value


def check_text(text: str) -> None:
    """Raises ExpressionError where the `{{ }}` in a text cannot be read."""
    if "{{" in text or "}}" in text:
        _text(text)


def check_expression(source: str) -> None:
    """Raises ExpressionError where a bare expression cannot be read."""
    _bare(source)


def tree_of_expression(source: str) -> nodes.Node:
    """A bare expression as Jinja2's tree of it. Raises ExpressionError where it cannot be read."""
    _bare(source)
    (output,) = ENVIRONMENT.parse("{{ (" + source.strip() + "\n) }}").body
    assert isinstance(output, nodes.Output)
    (tree,) = output.nodes
    return tree


def names_in_text(text: str) -> frozenset[tuple[str, ...]]:
    """The names a text uses, each as its path: `{{ vars.owner }}` gives ("vars", "owner"). Bad text uses none."""
    if "{{" not in text:
        return frozenset()
    try:
        return _text(text)[1]
    except ExpressionError:
        return frozenset()


def names_in_expression(source: str) -> frozenset[tuple[str, ...]]:
    """The names a bare expression uses, as `names_in_text` gives them."""
    try:
        return _bare(source)[1]
    except ExpressionError:
        return frozenset()


def rename_in_text(text: str, old: str, new: str) -> str:
    """The text with the name `old` replaced by `new` inside its `{{ }}`; text that cannot be read stays as it is."""
    if "{{" not in text or old not in text:
        return text
    try:
        tokens = [(kind, value) for _, kind, value in ENVIRONMENT.lex(text)]
    except TemplateSyntaxError:
        return text
    if "".join(value for _, value in tokens) != text:
        return text
    pieces, before, inside = [], "", False
    for place, (kind, value) in enumerate(tokens):
        if kind in ("variable_begin", "variable_end"):
            inside = kind == "variable_begin"
        is_name = inside and kind == "name" and value == old and before not in (".", "|", "is")
        is_argument = is_name and next((text for kind, text in tokens[place + 1 :] if kind != "whitespace"), "") == "="
        pieces.append(new if is_name and not is_argument else value)
        before = before if kind == "whitespace" or (before, value) == ("is", "not") else value
    return "".join(pieces)


def rename_in_expression(source: str, old: str, new: str) -> str:
    """The same for a bare expression."""
    return rename_in_text("{{" + source + "}}", old, new)[2:-2]


def fill(text: str, values: Mapping[str, Any], each: Callable[[str], str] | None = None) -> str:
    """The text with every `{{ }}` replaced by its value, put through `each`. It never raises: what fails is empty."""
    if "{{" not in text:
        return text
    try:
        pieces = _text(text)[0]
    except ExpressionError:
        return ""
    made = each or str
    begin()
    return "".join(piece if isinstance(piece, str) else made(_as_text(_worked_out(piece, values))) for piece in pieces)


def evaluate(source: str, values: Mapping[str, Any]) -> Any:
    """What a bare expression gives, as plain data; None where it cannot be worked out. It never raises."""
    try:
        expression = _bare(source)[0]
    except ExpressionError:
        return None
    begin()
    return _worked_out(expression, values)


def is_true(source: str, values: Mapping[str, Any]) -> bool:
    """Whether a bare expression holds; false where it cannot be worked out."""
    try:
        return bool(evaluate(source, values))
    except Exception:  # a value from outside may refuse to be judged; that is not true
        return False


def _worked_out(expression: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    try:
        value = expression(**values)
    except Exception:  # an author's expression meets a caller's data: whatever goes wrong, the call goes on
        return None
    return _plain(value)


def _plain(value: Any, depth: int = 0) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
        return None
    if isinstance(value, float) and value != value:  # not a number: there is no value
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value[:MAX_VALUE] if isinstance(value, str) else value
    if depth < 8 and isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if depth < 8 and isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth + 1) for item in list(value)[:1000]]
    return None


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


@lru_cache(maxsize=8192)
def _bare(source: str) -> tuple[Callable[..., Any], frozenset[tuple[str, ...]]]:
    source = source.strip()
    if not source:
        raise ExpressionError("Write an expression here, such as call.from_number.")
    if len(source) > MAX_EXPRESSION:
        raise ExpressionError(f"This expression is longer than {MAX_EXPRESSION} characters. Shorten it.")
    if "{{" in source or "}}" in source:
        raise ExpressionError("Leave out the {{ and }} here: this setting is an expression already.")
    names = _names(_parse("{{ (" + source + "\n) }}"))
    return _compiled(source), names


@lru_cache(maxsize=8192)
def _text(text: str) -> tuple[tuple[str | Callable[..., Any], ...], frozenset[tuple[str, ...]]]:
    """The text in pieces: plain text, or the source of an expression compiled."""
    names = _names(_parse(text))
    pieces: list[str | Callable[..., Any]] = []
    inside: list[str] | None = None
    for _, kind, value in ENVIRONMENT.lex(text):
        if kind == "variable_begin":
            inside = []
        elif kind == "variable_end" and inside is not None:
            source = "".join(inside).strip()
            if not source:
                raise ExpressionError(
                    "There is nothing between {{ and }}. Write a name there, such as call.from_number."
                )
            pieces.append(_compiled(source))
            inside = None
        elif inside is not None:
            inside.append(value)
        else:
            pieces.append(value)
    return tuple(pieces), names


def _parse(text: str) -> nodes.Template:
    with _sentences():
        tree = ENVIRONMENT.parse(text)
        ENVIRONMENT.compile(text)  # unknown filters and tests are found only here
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED_NODES):
            raise ExpressionError("Only an expression can stand between {{ and }}.")
    return tree


def _compiled(source: str) -> Callable[..., Any]:
    with _sentences():
        return ENVIRONMENT.compile_expression(source, undefined_to_none=True)


@contextmanager
def _sentences() -> Iterator[None]:
    """Says in a sentence what Jinja2 and Python say of an expression that they cannot read."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise ExpressionError(_sentence(error)) from error
    except (RecursionError, SyntaxError) as error:  # SyntaxError: Python's own limit of nested parentheses
        raise ExpressionError("This expression nests too deeply. Make it simpler.") from error
    except ValueError as error:  # Python reads no whole number of thousands of digits
        raise ExpressionError("This expression holds a number that is too large. Make it smaller.") from error


def _sentence(error: TemplateSyntaxError) -> str:
    return f"This expression cannot be read: {(error.message or 'it is not complete').rstrip('.')}."


def _names(tree: nodes.Template) -> frozenset[tuple[str, ...]]:
    return frozenset(_paths(tree))


def _paths(node: nodes.Node) -> Iterator[tuple[str, ...]]:
    path: list[str] = []
    inner = node
    while True:
        if isinstance(inner, nodes.Getattr):
            path.append(inner.attr)
            inner = inner.node
        elif (
            isinstance(inner, nodes.Getitem) and isinstance(inner.arg, nodes.Const) and isinstance(inner.arg.value, str)
        ):
            path.append(inner.arg.value)
            inner = inner.node
        else:
            break
    if isinstance(inner, nodes.Name):
        yield (inner.name, *reversed(path))
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)
