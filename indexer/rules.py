"""Rule files: TOML that says what noise looks like, so that a new site or phrase needs no code.

`load_toml` reads one; `SiteProfile` is one site's own selectors, a last resort for pages that the
general rules get wrong.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexer.errors import RuleError

# tag, then any number of .class, #id, [name], [name=value]
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+|\[[\w:-]+(?:=[^\]\[]*)?\])*")
_SELECTOR_PART = re.compile(r"^[a-z][a-z0-9]*|[.#][\w-]+|\[[\w:-]+(?:=[^\]\[]*)?\]")


@dataclass(frozen=True, slots=True)
class Selector:
    """One simple selector: `tag`, `.class`, `#id`, `[name]`, `[name=value]` and their joins."""

    tag: str = ""
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str | None], ...] = ()

    @classmethod
    def parse(cls, text: str, *, file: str = "") -> Selector:
        """The selector written as `text`.

        >>> Selector.parse("div.box.tin#x").classes
        ('box', 'tin')

        Raises: RuleError where `text` is more than one simple selector.
        """
        text = text.strip()
        if not text or not _SELECTOR.fullmatch(text):
            raise RuleError(file or "selector", f"not a simple selector: {text!r}")
        tag, classes, attributes = "", [], []
        for part in _SELECTOR_PART.findall(text):
            if part[0] == ".":
                classes.append(part[1:])
            elif part[0] == "#":
                attributes.append(("id", part[1:]))
            elif part[0] == "[":
                name, _, value = part[1:-1].partition("=")
                attributes.append((name, value.strip("\"'") if "=" in part else None))
            else:
                tag = part
        return cls(tag, tuple(classes), tuple(attributes))


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """Where one site keeps the parts of an article, as selectors; empty means: find out.

    host    without `www.`; the profile holds for its subdomains too
    remove  elements that are never part of an article
    """

    host: str
    body: tuple[Selector, ...] = ()
    lead: tuple[Selector, ...] = ()
    title: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = ()
    captions: tuple[Selector, ...] = ()
    remove: tuple[Selector, ...] = ()

    def covers(self, host: str) -> bool:
        """Whether pages of `host` belong to this site."""
        return host == self.host or host.endswith("." + self.host)


def load_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises: RuleError where it is missing, unreadable or not TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise RuleError(str(path), error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(str(path), str(error)) from error


def strings(table: dict[str, Any], key: str, *, file: str) -> tuple[str, ...]:
    """The list of strings under `key`, () where it is not there.

    Raises: RuleError where it is something else.
    """
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
        raise RuleError(file, f"{key} must be a list of strings")
    return tuple(value)


def load_site_profiles(path: Path) -> tuple[SiteProfile, ...]:
    """The profiles of a TOML file that has one `["host"]` table of selector lists a site.

    Raises: RuleError where a table has an unknown key or a bad selector.
    """
    names = {f.name for f in fields(SiteProfile)} - {"host"}
    profiles = []
    for host, table in load_toml(path).items():
        if not isinstance(table, dict):
            raise RuleError(str(path), f"{host}: not a table")
        unknown = set(table) - names
        if unknown:
            raise RuleError(str(path), f"{host}: unknown key {sorted(unknown)[0]!r}")
        parts = {
            name: tuple(
                Selector.parse(s, file=str(path)) for s in strings(table, name, file=str(path))
            )
            for name in table
        }
        profiles.append(SiteProfile(host.removeprefix("www."), **parts))
    return tuple(profiles)


@lru_cache(maxsize=64)
def compile_pattern(pattern: str, file: str) -> re.Pattern[str]:
    """The compiled pattern, case-insensitive.

    Raises: RuleError where it is not a regular expression.
    """
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise RuleError(file, f"bad pattern {pattern!r}: {error}") from error
