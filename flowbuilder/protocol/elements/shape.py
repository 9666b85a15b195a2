"""What the element table is made of: an attribute's rule, an element's rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

TypeName = Literal[
    "string", "integer", "boolean", "enum", "enum_list", "url", "url_or_enum", "integer_or_enum", "wsurl"
]
TextRule = Literal["none", "optional", "required"]
Default = str | int | bool | None


@dataclass(frozen=True)
class Attribute:
    """The rule for one attribute.

    `default` is what Plivo assumes when it is absent. `also` is a pattern that is taken beside the type.
    `sdk` says whether the official Python SDK can write it, `documented` whether Plivo's pages name it.
    """

    name: str
    type: TypeName
    values: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    default: Default = None
    pattern: str | None = None
    also: str | None = None
    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    sdk: bool = True
    documented: bool = True

    @cached_property
    def default_text(self) -> str | None:
        """The default as XML spells it, or None where there is none."""
        return None if self.default is None else spell(self.default)


@dataclass(frozen=True)
class Element:
    """The rule for one element: its attributes, what it may hold and what may hold it."""

    name: str
    attributes: Mapping[str, Attribute]
    children: tuple[str, ...] = ()
    parents: tuple[str, ...] = ("Response",)
    text: TextRule = "none"
    text_type: Literal["plain", "url", "wsurl", "phone number", "sip uri", "room name"] = "plain"
    text_pattern: str | None = None
    max_text: int | None = None
    mixed: bool = False
    min_children: int = 0
    min_attributes: int = 0
    children_documented: tuple[str, ...] | None = None
    parents_documented: tuple[str, ...] | None = None
    ssml: bool = False


def spell(value: str | int | bool) -> str:
    """A value as Plivo's XML spells it: `true` and `false` for booleans, digits for numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def rules(*attributes: Attribute) -> Mapping[str, Attribute]:
    """The attributes by name, read-only."""
    return MappingProxyType({attribute.name: attribute for attribute in attributes})


def flag(name: str, default: bool | None = False, sdk: bool = True, documented: bool = True) -> Attribute:
    """A `true` or `false`."""
    return Attribute(name, "boolean", default=default, sdk=sdk, documented=documented)


def http_method(name: str = "method", default: str = "POST", sdk: bool = True, documented: bool = True) -> Attribute:
    """How a URL is requested: Plivo knows GET and POST only."""
    return Attribute(name, "enum", values=("GET", "POST"), default=default, sdk=sdk, documented=documented)


def address(name: str, required: bool = False, sdk: bool = True, documented: bool = True) -> Attribute:
    """An absolute http or https URL."""
    return Attribute(name, "url", required=required, sdk=sdk, documented=documented)


def whole(
    name: str,
    least: int | None = None,
    most: int | None = None,
    default: int | None = None,
    sdk: bool = True,
    documented: bool = True,
) -> Attribute:
    """A whole number from `least` to `most`."""
    return Attribute(name, "integer", min=least, max=most, default=default, sdk=sdk, documented=documented)


def choice(name: str, *values: str, default: str | None = None, sdk: bool = True, documented: bool = True) -> Attribute:
    """One of a few words."""
    return Attribute(name, "enum", values=values, default=default, sdk=sdk, documented=documented)


def words(
    name: str,
    pattern: str | None = None,
    default: str | None = None,
    sdk: bool = True,
    documented: bool = True,
) -> Attribute:
    """Free text, or text of a given pattern."""
    return Attribute(name, "string", pattern=pattern, default=default, sdk=sdk, documented=documented)
