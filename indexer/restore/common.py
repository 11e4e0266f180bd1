"""The pairs of syllables that stand side by side in any Vietnamese text: `bao nhiêu`, `vì sao`.

A small index, or one about other things than what is asked, has seen few of them; these counts
stand beside its own, as if it held about a thousand more articles. They are of 11,000 news articles
of 2017, with what people ask and news does not (`tests/benchmarks/common_pairs.py`):

common.txt        a folded form, a form of it, how often anything stands after it, after how many
                  different forms it stands, before how many
common_pairs.txt  two folded forms; then two forms of them and in how many articles of a thousand
                  they stand side by side, for all that do. Its lines are in order
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class CommonForm(NamedTuple):
    """A form: how often, after how many different ones, and before how many."""

    exact: str
    times: int
    contexts: int
    followers: int


def _lines(name: str) -> list[str]:
    return (files("indexer.restore") / name).read_text("utf-8").splitlines()


@cache
def _forms() -> dict[str, list[CommonForm]]:
    forms: dict[str, list[CommonForm]] = {}
    for line in _lines("common.txt"):
        folded, exact, times, contexts, followers = line.split("\t")
        form = CommonForm(exact, int(times), int(contexts), int(followers))
        forms.setdefault(folded, []).append(form)
    return forms


@cache
def _pairs() -> list[str]:
    """The lines in order, read on when they are asked for: few ever are."""
    return _lines("common_pairs.txt")


@cache
def common_totals() -> tuple[int, int]:
    """The sums of `times` and of `contexts` over all forms."""
    forms = [form for alike in _forms().values() for form in alike]
    return sum(form.times for form in forms), sum(form.contexts for form in forms)


def common_forms(folded: str) -> list[CommonForm]:
    """The common forms of a folded word.

    >>> [form.exact for form in common_forms("vi")][:2]
    ['vi', 'vì']
    """
    return _forms().get(folded, [])


def common_pairs(first: str, second: str) -> list[tuple[tuple[str, str], int]]:
    """The forms of two folded words that stand together, and how often.

    >>> common_pairs("bao", "nhieu")
    [(('bao', 'nhiêu'), 32)]
    """
    key, lines = f"{first} {second}\t", _pairs()
    at = bisect_left(lines, key)
    if at == len(lines) or not lines[at].startswith(key):
        return []
    words = lines[at][len(key) :].split()
    return [
        ((one, two), int(count))
        for one, two, count in zip(words[::3], words[1::3], words[2::3], strict=True)
    ]
