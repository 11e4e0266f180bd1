"""The pairs of syllables that stand side by side in any Vietnamese text: `bao nhiêu`, `vì sao`.

A small index, or one about other things than what is asked, has seen few of them; these counts
stand beside its own, as if it held about a thousand more articles. They are of 11,000 news articles
of 2017, with what people ask and news does not (`tests/benchmarks/common_pairs.py`): per line a
folded form, a form, how often anything stands after it, after how many different ones it stands,
and what comes after it: numbers of articles in a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class CommonForm:
    """A form: how often, after how many different ones, and how often before which."""

    exact: str
    times: int
    contexts: int
    followers: dict[str, int]


@cache
def _lines() -> dict[str, list[str]]:
    """By folded form its lines, read on when they are asked for: few ever are."""
    lines: dict[str, list[str]] = {}
    text = (files("indexer.restore") / "common.txt").read_text("utf-8")
    for line in text.splitlines():
        folded, _, rest = line.partition("\t")
        lines.setdefault(folded, []).append(rest)
    return lines


@cache
def common_totals() -> tuple[int, int]:
    """The sums of `times` and of `contexts` over all forms."""
    rows = [line.split("\t") for lines in _lines().values() for line in lines]
    return sum(int(row[1]) for row in rows), sum(int(row[2]) for row in rows)


@cache
def common_forms(folded: str) -> tuple[CommonForm, ...]:
    """The common forms of a folded word.

    >>> [form.exact for form in common_forms("vi")][:2], common_forms("bao")[0].followers["nhiêu"]
    (['vi', 'vì'], 32)
    """
    found = []
    for line in _lines().get(folded, ()):
        exact, times, contexts, after = line.split("\t")
        words = after.split()
        followers = dict(zip(words[::2], map(int, words[1::2]), strict=True))
        found.append(CommonForm(exact, int(times), int(contexts), followers))
    return tuple(found)


@cache
def common_pairs(folded: str) -> dict[tuple[str, str], int]:
    """By pair of forms, the first of which folds to `folded`, how often they stand together."""
    return {
        (form.exact, second): count
        for form in common_forms(folded)
        for second, count in form.followers.items()
    }
