"""Whoosh schemas as JSON.

A schema is made of objects of Whoosh's own classes: fields, formats, analysers, columns. Each is
written as the name of its class and its attributes. Reading makes objects of classes that stand in
`_MODULES` and nothing else: no name in an index makes us import a module or call a function.
"""

from __future__ import annotations

import base64
import decimal
import re
from collections.abc import Callable
from datetime import datetime
from types import FunctionType
from typing import Any

from whoosh import columns, fields, formats
from whoosh.analysis import (
    acore,
    analyzers,
    filters,
    intraword,
    morph,
    ngrams,
    tokenizers,
)
from whoosh.fields import Schema
from whoosh.lang import paicehusk, porter, porter2

from indexer.columnar import whoosh_text
from indexer.errors import EngineError

_CLASS_MODULES = (
    acore,
    analyzers,
    columns,
    fields,
    filters,
    formats,
    intraword,
    morph,
    ngrams,
    tokenizers,
    whoosh_text,
)
_CLASSES = {
    f"{module.__name__}.{name}": value
    for module in _CLASS_MODULES
    for name, value in vars(module).items()
    if isinstance(value, type) and value.__module__ == module.__name__
}
_NAMES = {value: name for name, value in _CLASSES.items()}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    f"{module.__name__}.{name}": value
    for module in (porter, porter2, paicehusk, filters)
    for name, value in vars(module).items()
    if isinstance(value, FunctionType) and value.__module__ == module.__name__
}
_FUNCTION_NAMES = {value: name for name, value in _FUNCTIONS.items()}
_TYPES = {kind.__name__: kind for kind in (int, float, str, bytes, bool, datetime, decimal.Decimal)}


def dump_schema(schema: Schema) -> dict[str, Any]:
    """The schema as JSON-ready values. Raises `EngineError` for objects that are not Whoosh's."""
    return {
        "fields": {name: dump(value) for name, value in schema._fields.items()},
        "dynamic": {name: dump(value[1]) for name, value in schema._dyn_fields.items()},
    }


def load_schema(values: dict[str, Any]) -> Schema:
    """The schema that `dump_schema` described."""
    schema = Schema()
    for name, value in values.get("fields", {}).items():
        schema.add(name, load(value))
    for name, value in values.get("dynamic", {}).items():
        schema.add(name, load(value), glob=True)
    return schema


def dump(value: Any) -> Any:
    """Any value of a schema as JSON-ready values."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    kind = type(value)
    if kind in _NAMES:
        custom = getattr(kind, "__getstate__", None) is not getattr(object, "__getstate__", None)
        state = value.__getstate__() if custom else vars(value)
        return {"class": _NAMES[kind], "state": {name: dump(v) for name, v in state.items()}}
    if isinstance(value, re.Pattern):
        return {"pattern": value.pattern, "flags": value.flags}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if kind in (list, tuple, set, frozenset):
        items = sorted(value) if kind in (set, frozenset) else value
        return {kind.__name__: [dump(item) for item in items]}
    if kind is dict:
        return {"dict": [[dump(key), dump(item)] for key, item in value.items()]}
    if isinstance(value, type) and value.__name__ in _TYPES:
        return {"type": value.__name__}
    if isinstance(value, FunctionType) and value in _FUNCTION_NAMES:
        return {"function": _FUNCTION_NAMES[value]}
    raise EngineError("schema", f"cannot keep {value!r}: it is not one of Whoosh's own")


def load(value: Any) -> Any:
    """The value that `dump` described. Raises `EngineError` for anything unknown."""
    if not isinstance(value, dict):
        return value
    match value:
        case {"class": name, "state": state} if name in _CLASSES:
            kind = _CLASSES[name]
            made: Any = object.__new__(kind)
            loaded = {key: load(item) for key, item in state.items()}
            if hasattr(kind, "__setstate__"):
                made.__setstate__(loaded)
            else:
                vars(made).update(loaded)
            return made
        case {"pattern": pattern, "flags": flags}:
            return re.compile(pattern, flags)
        case {"bytes": text}:
            return base64.b64decode(text)
        case {"list": items}:
            return [load(item) for item in items]
        case {"tuple": items}:
            return tuple(load(item) for item in items)
        case {"set": items}:
            return {load(item) for item in items}
        case {"frozenset": items}:
            return frozenset(load(item) for item in items)
        case {"dict": pairs}:
            return {load(key): load(item) for key, item in pairs}
        case {"type": name} if name in _TYPES:
            return _TYPES[name]
        case {"function": name} if name in _FUNCTIONS:
            return _FUNCTIONS[name]
    raise EngineError("schema", f"unknown: {str(value)[:200]}")
