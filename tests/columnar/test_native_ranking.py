"""The compiled ranking finds the order that its steps find one by one.

That these are right, and the same in numpy, other tests say (`test_native`, `test_scoring`).
"""

import random
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columnar import kernels
from indexer.columnar.by_score import CONSTANTS, RERANKED, ByScore
from indexer.columnar.candidates import WEIGHTS
from indexer.columnar.container import Sections
from indexer.columnar.evaluate import Evaluator, runs_of
from indexer.columnar.postings import DENSE, FAR, NEAR
from indexer.columnar.segment import Segment
from indexer.columnar.wanted import Wanted
from indexer.errors import IndexCorruptError
from indexer.models import Article
from indexer.query import parse_query
from indexer.vietnamese import fold
from tests.columnar.test_evaluate import Part, evaluator_of

native = kernels.native
pytestmark = pytest.mark.skipif(native is None, reason="installed without a C compiler")

INITIALS = ["b", "c", "đ", "l", "m", "n", "ph", "s", "t", "th", "tr", "v", "x", ""]
RHYMES = ["á", "ạ", "ang", "áng", "ên", "iến", "ơ", "ợ", "ong", "ú", "ượng", "a", "o", "âm"]
SYLLABLES = [f"{initial}{rhyme}" for initial in INITIALS for rhyme in RHYMES]
ARTICLES = 900


def some_articles() -> list[Article]:
    """Articles whose words are as frequent as those of a language: few often, most seldom."""
    dice = random.Random(6)
    weights = [1 / (place + 1) for place in range(len(SYLLABLES))]

    def text(size: int) -> str:
        words = dice.choices(SYLLABLES, weights, k=size)
        if dice.random() < 0.05:
            words.append(f"tên{dice.randrange(99)}")
        return " ".join(words)

    articles = []
    for number in range(ARTICLES):
        title, body = text(dice.randrange(3, 12)), "\n".join(text(40) for _ in range(4))
        if number % 30 == 0:  # written without marks
            title, body = fold_all(title), fold_all(body)
        articles.append(Article(id=str(number), title=title, body=body))
    return articles


def fold_all(text: str) -> str:
    return "\n".join(" ".join(map(fold, line.split())) for line in text.split("\n"))


@pytest.fixture(scope="module", params=[1, 3], ids=["one part", "three parts"])
def evaluator(request, tmp_path_factory):
    dead = frozenset(str(number) for number in range(0, ARTICLES, 17))
    return evaluator_of(tmp_path_factory.mktemp("ix"), some_articles(), request.param, dead)


@contextmanager
def in_numpy():
    kernels.native = None
    try:
        yield
    finally:
        kernels.native = native


def alive(evaluator):
    return [np.flatnonzero(part.everything()) for part in evaluator.parts]


some_words = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=14)
queries = st.tuples(some_words, st.booleans()).map(
    lambda made: " ".join(map(fold, made[0])) if made[1] else " ".join(made[0])
)


def test_all_kinds_of_lists_are_among_them(evaluator):
    kinds = {
        part.segment.words.coded(number).kind
        for part in evaluator.parts
        for number in range(len(part.segment.exact))
    }
    assert kinds == {DENSE, NEAR, FAR}
    assert all(part.has_unmarked for part in evaluator.parts)


@settings(max_examples=150, deadline=None)
@given(queries, st.sampled_from([1, RERANKED, 200]), st.booleans(), st.data())
def test_results_come_in_the_same_order(evaluator, text, size, quoted, data):
    query = parse_query(f'"{text}" {text} OR {text[::-1]}' if quoted else text)
    typed, runs = runs_of(query, None)
    if data.draw(st.booleans()):  # some marks are restored, some forms are in no article
        runs = [[data.draw(st.sampled_from([word, "đạ", "zzz"])) for word in run] for run in runs]
    order = ByScore(evaluator.lists, evaluator.weights, typed, runs)
    results = alive(evaluator)
    numbers, values = order.best(results, size)
    other, wanted = order.in_steps(results, size)
    assert values == pytest.approx(wanted, rel=1e-4, abs=1e-4)
    # In another order only where scores are equal, up to rounding; the last may be others.
    scores = dict(zip(other.tolist(), wanted.tolist(), strict=True))
    for number, value in zip(numbers.tolist(), values.tolist(), strict=True):
        assert scores.get(number, wanted[-1]) == pytest.approx(value, rel=1e-3, abs=1e-3)


@settings(max_examples=80, deadline=None)
@given(some_words, st.floats(0.2, 1), st.integers(1, 30), st.booleans())
def test_the_same_articles_hold_most_of_a_query(evaluator, words, share, enough, filtered):
    kept = [np.arange(part.n) % 3 > 0 if filtered else None for part in evaluator.parts]
    also = [np.arange(0, part.n, 40) for part in evaluator.parts]

    def found():
        wanted = Wanted(words, evaluator.lists, evaluator.weights, typed=False)
        results = wanted.mostly_in(kept, share, also, enough=enough)
        return results and [rows.tolist() for rows in results]

    compiled = found()
    with in_numpy():
        assert compiled == found()


def test_what_stands_beside_a_word_is_counted_alike(evaluator):
    for part in evaluator.parts:
        folded = range(len(part.segment.folded))
        pairs = [(one, two) for one in folded[::7] for two in folded[::5]]
        compiled = [part.followers(one) for one in folded], [part.beside(*pair) for pair in pairs]
        with in_numpy():
            plain = [part.followers(one) for one in folded], [part.beside(*pair) for pair in pairs]
        assert compiled == plain
        assert any(compiled[1])


@pytest.mark.parametrize("section", ["word_data", "pair_long_data", "token_low"])
def test_a_damaged_block_is_found_when_it_is_touched(tmp_path, section):
    evaluator_of(tmp_path, some_articles()[:200])
    (path,) = tmp_path.glob("*")
    start, size = Sections(path).place_of(section)
    data = bytearray(path.read_bytes())
    data[start + size // 2] ^= 1
    path.write_bytes(data)
    evaluator = Evaluator([Part(Segment(path), 0, None)])
    typed, runs = runs_of(parse_query(" ".join(SYLLABLES[:12])), None)
    order = ByScore(evaluator.lists, evaluator.weights, typed, runs)
    with pytest.raises(IndexCorruptError, match=section):
        order.best(alive(evaluator), 10)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"rows": [np.array([ARTICLES])]}, IndexError),
        ({"numbers": [[(10**9, 0)]]}, IndexError),
        ({"numbers": [[(0, 10**9)]]}, IndexError),
        ({"numbers": [[]]}, TypeError),
        ({"lines": [b"\x05"]}, IndexError),
        ({"sure": [b""]}, ValueError),
        ({"words": []}, ValueError),
        ({"parts": ["no part"]}, ValueError),
        ({"bases": []}, ValueError),
        ({"values": np.zeros(2, np.float32)}, ValueError),
    ],
)
def test_a_number_that_nothing_has_is_an_error(tmp_path, change, error):
    evaluator = evaluator_of(tmp_path, some_articles()[:200])
    (part,) = evaluator.parts
    word = evaluator.weights[SYLLABLES[0]]
    given = {
        "parts": [part.opened],
        "bases": [0],
        "rows": [np.arange(part.n)],
        "words": [word],
        "numbers": [[part.numbers(word.form)]],
        "lines": [b"\x00"],
        "sure": [b"\x01"],
        "marked": [[]],
        "articles": evaluator.articles,
    }
    numbers, values = np.zeros(4, np.int64), change.pop("values", np.zeros(4, np.float32))
    with pytest.raises(error):
        native.rank(*(given | change).values(), CONSTANTS, WEIGHTS, numbers, values)


def test_a_part_has_all_its_arrays(tmp_path):
    with pytest.raises(TypeError):
        native.open_part(3, (), ())
    with pytest.raises(TypeError):
        native.open_part(3, [], [])
