"""The first phase of ranking beside its formula, worked out word by word in plain Python."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columnar import kernels
from indexer.columnar.evaluate import runs_of
from indexer.columnar.postings import ROUNDED
from indexer.columnar.scoring import first_phase, plan_for
from indexer.models import Article
from indexer.query import parse_query
from indexer.vietnamese import exact_forms
from tests.columnar.test_evaluate import evaluator_of

# No two of which fold to the same: in place of a form that is nowhere its others would count.
WORDS = ["đại", "hội", "lạng", "sơn", "của", "mới", "nghe", "COVID", "2024"]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
articles = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8)
queries = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)

TITLE, LEAD, BODY = 4.0, 2.0, 2.0  # the body's first sixty places
K1_WORD, K1_PAIR, PAIR, THERE = 1.2, 1.0, 0.6, 0.3


def idf(df: int, n: int) -> float:
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


def weighed(fields: list[list], what) -> float:
    """How much an article says of a word, or of a pair: by field, in the steps that are stored."""
    weights = (TITLE, LEAD, BODY)
    halves = sum(int(2 * w) * line.count(what) for w, line in zip(weights, fields, strict=True))
    return float(ROUNDED[min(halves, 255)]) / 2 if halves else 0.0


def by_formula(all_fields: list[list[list[str]]], query: list[str]) -> list[float]:
    n = len(all_fields)
    norms = []
    for fields in all_fields:
        length = sum(weight * len(line) for weight, line in zip((4, 2, 1), fields, strict=True))
        norms.append(0.15 + 0.85 * (length + 100) / 550)
    all_pairs = [[list(pairwise(line)) for line in fields] for fields in all_fields]
    df = {w: sum(any(w in line for line in fields) for fields in all_fields) for w in query}
    # The rarest word, and those of no more than a tenth of the articles, are scored at once.
    order = sorted(dict.fromkeys(query), key=df.__getitem__)
    at_once = [w for i, w in enumerate(order) if i == 0 or df[w] <= 0.1 * n]
    scores = [0.0] * n
    for word in at_once:
        for i, fields in enumerate(all_fields):
            x = weighed(fields, word) / norms[i]
            scores[i] += query.count(word) * idf(df[word], n) * (K1_WORD + 1) * x / (x + K1_WORD)
    typed_pairs = list(pairwise(query))
    for pair in dict.fromkeys(typed_pairs):
        found = [any(pair in line for line in pairs) for pairs in all_pairs]
        weight = typed_pairs.count(pair) * idf(sum(found), n)
        for i, pairs in enumerate(all_pairs):
            if found[i]:
                x = weighed(pairs, pair) / norms[i]
                scores[i] += PAIR * weight * (K1_PAIR + 1) * x / (x + K1_PAIR) + THERE * weight
    return scores


@settings(max_examples=40, deadline=None)
@given(articles, queries, st.sampled_from([1, 3]), st.booleans())
def test_scores_are_those_of_the_formula(tmp_path_factory, given_texts, words, parts, compiled):
    made = [
        Article(id=str(i), title=title, lead=lead, body=body)
        for i, (title, lead, body) in enumerate(given_texts)
    ]
    evaluator = evaluator_of(tmp_path_factory.mktemp("formula"), made, parts)
    query = parse_query(" ".join(words))
    typed, runs = runs_of(query, None)
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(kernels, "native", None)
        plan = plan_for(evaluator.weights, typed, runs)
        scores = first_phase(evaluator.lists, plan)
    fields = [[exact_forms(text) for text in one] for one in given_texts]
    wanted = by_formula(fields, exact_forms(" ".join(words)))
    assert [float(s) for line in scores for s in line] == pytest.approx(wanted, rel=1e-4, abs=1e-5)
