"""What is compiled of texts and of snippets gives what Python gives."""

import string
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indexer import vietnamese
from indexer.columnar import kernels
from indexer.models import And, Article, Or, Phrase, Prefix, Term
from indexer.snippets.best_passage import passage
from indexer.snippets.highlighter import Highlighter
from indexer.snippets.query_words import QueryWords
from indexer.snippets.word_places import WordPlaces
from tests.columnar import corpus
from tests.columnar.test_segment import built

native = kernels.native_texts
pytestmark = pytest.mark.skipif(native is None, reason="installed without a C compiler")


@contextmanager
def in_python():
    """Inside, everything is done by Python."""
    kernels.native_texts = None
    try:
        yield
    finally:
        kernels.native_texts = native


def both(act):
    with in_python():
        plain = act()
    return act(), plain


# ---------------------------------------------------------------------------------------- texts


@settings(max_examples=60, deadline=None)
@given(st.lists(corpus.articles, min_size=1, max_size=8))
def test_texts_are_put_together_alike(tmp_path_factory, articles):
    segment = built(tmp_path_factory.mktemp("texts") / "a.seg", articles)
    for number, article in enumerate(articles):
        compiled, plain = both(lambda n=number: list(segment.texts(n)))
        assert compiled == plain
        assert plain == [article.title, article.lead, article.body, "\n".join(article.captions)]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        "\n\n",
        "a",
        " a ",
        "a\n",
        "a  b",
        "a\tb",
        "😀 cười 😀",
        "\ud800",
        "a\u0301 b_c",
        "…",
    ],
)
def test_any_body_comes_back(tmp_path, body):
    segment = built(tmp_path / "a.seg", [Article(id="1", title="Tin", body=body)])
    compiled, plain = both(lambda: list(segment.texts(0)))
    assert compiled == plain == ["Tin", "", body, ""]


STRINGS = ["\n", "\n\n", *(f"từ{i}" for i in range(70_000))]
SEPARATORS = ["", *(f"<{i}>" for i in range(1, 300))]


def table(strings):
    parts = [text.encode() for text in strings]
    at = np.cumsum([0, *map(len, parts)]).astype(np.uint32)
    return np.frombuffer(b"".join(parts), np.uint8), at


def put_together(tokens, *, rare=((), ()), jumps=(), large=((), ()), base=0, separator_base=0):
    return native.texts(
        np.array(tokens, np.uint16), base,
        (np.array(rare[0], np.uint64), np.array(rare[1], np.uint32)), table(STRINGS),
        np.array(jumps, np.uint8), separator_base,
        (np.array(large[0], np.uint16), np.array(large[1], np.uint32)), table(SEPARATORS),
    )  # fmt: skip


def test_rare_tokens_and_rare_separators_are_looked_up_by_their_place():
    assert put_together(
        [2, 0xFFFF, 1, 3, 0, 0xFFFF, 1, 1, 1], base=100, rare=((50, 101, 105), (9, 69_000, 65_537)),
        jumps=[1, 255, 2, 7, 1, 4], separator_base=30, large=((2, 30), (5, 290)),
    ) == ("từ0<290>từ68998", "<7>từ1<4>\ntừ65535", "", "")  # fmt: skip


@pytest.mark.parametrize(
    "given_arrays",
    [
        {"tokens": [2, 1, 1]},
        {"tokens": []},
        {"tokens": [0xFFFF, 1, 1, 1, 1]},
        {"tokens": [2, 1, 1, 1], "jumps": [0, 255]},
        {"tokens": [0xFFFF, 1, 1, 1, 1], "rare": ((0,), (80_000,))},
        {"tokens": [2, 1, 1, 1, 1], "jumps": [0, 255], "large": ((0,), (400,))},
    ],
)
def test_what_is_no_article_is_an_error(given_arrays):
    with pytest.raises(IndexError):
        put_together(**given_arrays)


def test_a_string_that_is_cut_short_is_an_error():
    tokens, none = np.array([2, 1, 1, 1, 1], np.uint16), np.zeros(0, np.uint32)
    for raw in (b"\xe1\xba", b"\xc4"):
        at = np.array([0, 0, 0, len(raw)], np.uint32)
        with pytest.raises(IndexError):
            native.texts(
                tokens, 0, (none, none), (np.frombuffer(raw, np.uint8), at),
                np.zeros(0, np.uint8), 0, (none, none), table(SEPARATORS),
            )  # fmt: skip


# ---------------------------------------------------------------------------------------- words

LETTERS = "àáãạảăắằđêếèệíìĩỉịôốồộơờớòóõọúùũụủưừứýỳỹỵỷâấậ"
KNOWN = string.ascii_letters + string.digits + LETTERS + LETTERS.upper()
plain_words = st.text(KNOWN, min_size=1, max_size=7)
syllables = st.sampled_from(
    ["ky", "kĩ", "Kỹ", "quí", "quý", "QUY", "đại", "dai", "ĐẠI", "hội", "hoi", "mi", "mỹ", "y"]
)
odd = st.text(
    st.sampled_from("aàđ_ ñß½\u0301\u0323\u200b\u00ad😀ﬁＡж.-\n\u00a0\U000110ba"), max_size=9
)
texts = st.lists(st.one_of(plain_words, syllables, odd, st.text(max_size=8)), max_size=25).map(
    " ".join
)
any_word = st.one_of(plain_words, syllables, odd, st.text(min_size=1, max_size=5))


def normal(words, form):
    """As a query has them: words of letters and digits."""
    forms = [known for word in words if (known := form(word)).isalnum()]
    return [(number, known, number % 3 == 2) for number, known in enumerate(forms)]


@given(texts, st.lists(any_word, max_size=4), st.lists(any_word, max_size=2))
def test_words_are_found_where_each_token_says(text, words, starts):
    prefixes = [(n + 9, p) for n, p, _ in normal(starts, vietnamese.normalize_prefix)]
    assume(all(vietnamese.fold(start) for _, start in prefixes))
    wanted = normal(words, vietnamese.normalize)
    compiled, plain = both(lambda: WordPlaces(wanted, prefixes).hits(text))
    assert compiled == plain
    asked = WordPlaces(wanted, prefixes)
    for unmarked in (False, True):
        by_hand = [
            (token.start, token.end, what)
            for token in vietnamese.tokens(text)
            if (what := asked.matching(text[token.start : token.end], unmarked=unmarked))
        ]
        if compiled == by_hand:
            break
    else:
        raise AssertionError(by_hand)


@given(plain_words)
def test_a_word_is_found_by_each_of_its_forms(word):
    exact = vietnamese.normalize(word)
    for typed in (exact, vietnamese.fold(exact)):
        assert [hit[:2] for hit in WordPlaces([(0, typed, False)], []).hits(word)] == [
            (0, len(word))
        ]


def test_long_runs_of_odd_characters_take_linear_time():
    text = "a_" * 50_000 + " đại " + "a\u0301" * 50_000 + "😀" * 50_000
    found = WordPlaces([(0, "đại", False)], []).hits(text)
    assert [hit[:2] for hit in found] == [(100_001, 100_004)]


# ------------------------------------------------------------------------------------- snippets

FEW = "đại Đại dai hội hoi Hội bộ bo gia giá vàng vang lũ ky kỹ của 2020"
few = st.sampled_from(FEW.split())
gaps = st.sampled_from([" ", " ", " ", ". ", ", ", "\n", " - ", " một câu dài hơn ở giữa. ", "_"])
bodies = st.lists(st.tuples(few, gaps), max_size=150).map(lambda p: "".join(a + b for a, b in p))
leaves = st.one_of(
    st.builds(Term, few.map(vietnamese.normalize), st.sampled_from([None, None, "title", "body"])),
    st.builds(Term, few.map(vietnamese.normalize), st.none(), st.booleans()),
    st.builds(Prefix, few.map(lambda word: word[:2].lower())),
    st.builds(Phrase, st.lists(few.map(vietnamese.normalize), min_size=2, max_size=3).map(tuple)),
)
nodes = st.lists(leaves, min_size=1, max_size=6).map(tuple)
queries = st.one_of(nodes.map(And), nodes.map(Or))


@settings(max_examples=200, deadline=None)
@given(bodies, bodies, queries, st.lists(few.map(vietnamese.normalize), max_size=6))
def test_the_same_is_lit_and_shown(title, body, query, reading):
    article = Article(id="1", title=title[:80], body=body)
    compiled, plain = both(lambda: Highlighter(query, reading=reading).title_and_snippet(article))
    assert compiled == plain


@given(bodies, queries, st.integers(2, 400))
def test_the_same_passage_is_best(body, query, size):
    words = QueryWords(query)
    hits = words.hits(body, (None, "body"))
    compiled, plain = both(lambda: passage(body, hits, words, size))
    assert compiled == plain


HIT = (0, 3, ((0,), (0,), "đại"))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: native.find("a"), TypeError),
        (lambda: native.find(b"a", bytes(65536), native.wanted([], []), {}), TypeError),
        (lambda: native.find("a", bytes(7), native.wanted([], []), {}), ValueError),
        (lambda: native.find("a", bytes(65536), b"", {}), ValueError),
        (lambda: native.wanted("a", []), TypeError),
        (lambda: native.wanted(["a"], []), TypeError),
        (lambda: native.beside([HIT], b"\0", 2, 2), ValueError),
        (lambda: native.beside([HIT, HIT], b"", 0, 2), IndexError),
        (lambda: native.beside([(0, 3)], b"\0", 1, 2), TypeError),
        (lambda: native.beside([(0, 3, 4)], b"\0", 1, 2), TypeError),
        (lambda: native.tally([HIT], b""), TypeError),
        (lambda: native.tally([HIT[:2]], b"\0"), TypeError),
        (lambda: native.window([], b"\0", 1, 2, 99, 0.3, 0.8), ValueError),
        (lambda: native.window([HIT], b"", 0, 2, 99, 0.3, 0.8), IndexError),
        (lambda: native.window([("a", 3, HIT[2])], b"\0", 1, 2, 99, 0.3, 0.8), TypeError),
        (lambda: native.window([HIT], b"\0", 1, 2, 99, "a", 0.8), TypeError),
        (lambda: native.texts(), TypeError),
    ],
)
def test_wrong_arguments_are_an_error(call, error):
    with pytest.raises(error):
        call()
