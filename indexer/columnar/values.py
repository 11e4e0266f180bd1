"""What Whoosh keeps with a posting (positions and the like) as numbers instead of pickles.

A posting has some items; an item is a row of integers and, in formats with boosts, one float.
Stored values (anything that a user gives a stored field) are JSON with marks for other types.
"""

from __future__ import annotations

import base64
import decimal
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from whoosh import formats

# Format → what its items are called there, integers in an item, whether a boost follows.
_ITEMS = {
    formats.Existence: ("", 0, False),
    formats.Frequency: ("frequency", 1, False),
    formats.Positions: ("positions", 1, False),
    formats.Characters: ("characters", 3, False),
    formats.PositionBoosts: ("position_boosts", 1, True),
    formats.CharacterBoosts: ("character_boosts", 3, True),
}


class ItemFormat:
    """How a format's values are taken apart and put together again."""

    def __init__(self, kept: Any) -> None:
        if type(kept) not in _ITEMS:
            raise TypeError(f"cannot index the format {type(kept).__name__}")
        self._format = kept
        self._name, self.width, self.boosted = _ITEMS[type(kept)]

    def take_apart(self, value: bytes) -> tuple[list[int], list[float]]:
        """The integers and the boosts of a posting's value."""
        if not self.width:
            return [], []
        items = self._format.decode_as(self._name, value)
        if self._name == "frequency":
            return [items], []
        if self.boosted:
            rows = [tuple(item) for item in items]
            return [n for row in rows for n in row[:-1]], [float(row[-1]) for row in rows]
        if self.width == 1:
            return list(items), []
        return [n for item in items for n in item], []

    def items(self, numbers: list[int], boosts: list[float]) -> Any:
        """The items as the format's decoder would give them."""
        if self._name == "frequency":
            return numbers[0]
        width = self.width
        if width == 1 and not self.boosted:
            return numbers
        rows = [tuple(numbers[i : i + width]) for i in range(0, len(numbers), width)]
        if not self.boosted:
            return rows
        return [(*row, boost) for row, boost in zip(rows, boosts, strict=True)]

    def put_together(self, numbers: list[int], boosts: list[float]) -> bytes:
        """The posting's value as the format encodes it, for code of Whoosh that asks for bytes."""
        if not self.width:
            return b""
        items = self.items(numbers, boosts)
        value: bytes
        if self._name == "frequency":
            value = formats.pack_uint(items)
            return value
        encoded = self._format.encode(items)
        value = encoded[0] if isinstance(encoded, tuple) else encoded
        return value

    def decode(self, name: str, numbers: list[int], boosts: list[float]) -> Any:
        """The same as `format.decode_<name>` of the value, without making the value."""
        items = self.items(numbers, boosts) if self.width else None
        if name == self._name:
            return items
        if name == "positions" and self.width:
            return numbers[:: self.width]
        if name == "frequency" and self._name != "frequency":
            return len(numbers) // self.width if self.width else 1
        if name == "characters" and self.width == 3:
            return [tuple(numbers[i : i + 3]) for i in range(0, len(numbers), 3)]
        return self._format.decode_as(name, self.put_together(numbers, boosts))


def dump_stored(values: dict[str, Any]) -> bytes:
    """The stored fields of a document. Raises `TypeError` for values that JSON cannot tell."""
    return json.dumps(_plain(values), ensure_ascii=False).encode("utf-8", "surrogatepass")


def load_stored(data: bytes) -> dict[str, Any]:
    """What `dump_stored` wrote."""
    if not data:
        return {}
    values: dict[str, Any] = _rich(json.loads(data.decode("utf-8", "surrogatepass")))
    return values


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return {"$": "bytes", "v": base64.b64encode(value).decode("ascii")}
        case datetime():
            return {"$": "datetime", "v": value.isoformat()}
        case date():
            return {"$": "date", "v": value.isoformat()}
        case time():
            return {"$": "time", "v": value.isoformat()}
        case timedelta():
            return {"$": "timedelta", "v": [value.days, value.seconds, value.microseconds]}
        case decimal.Decimal():
            return {"$": "decimal", "v": str(value)}
        case list():
            return [_plain(item) for item in value]
        case tuple():
            return {"$": "tuple", "v": [_plain(item) for item in value]}
        case set() | frozenset():
            return {"$": type(value).__name__, "v": [_plain(item) for item in value]}
        case dict():
            if all(isinstance(key, str) and key != "$" for key in value):
                return {key: _plain(item) for key, item in value.items()}
            pairs = [[_plain(key), _plain(item)] for key, item in value.items()]
            return {"$": "dict", "v": pairs}
    raise TypeError(f"a stored field cannot hold {type(value).__name__}")


_RICH = {
    "bytes": base64.b64decode,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda v: timedelta(*v),
    "decimal": decimal.Decimal,
    "tuple": lambda v: tuple(_rich(item) for item in v),
    "set": lambda v: {_rich(item) for item in v},
    "frozenset": lambda v: frozenset(_rich(item) for item in v),
    "dict": lambda v: {_rich(key): _rich(item) for key, item in v},
}


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return [_rich(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        return _RICH[value["$"]](value["v"])  # type: ignore[operator]
    return {key: _rich(item) for key, item in value.items()}


def naive_utc(microseconds: int) -> datetime:
    """A time without zone, in UTC, as Whoosh's date fields want it."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).replace(
        tzinfo=None
    )
