"""Hostile and broken documents, from file to article: bounded, named, and the run goes on."""

import gzip
import resource

import pytest

from indexer.errors import DocumentError
from indexer.models import Article
from indexer.sources import read_documents
from indexer.workers import clean_all

TITLE = "Khánh thành cầu mới qua sông sau ba năm thi công"
TEXT = "".join(
    f"<p>Cầu nối hai bờ sông {n}, dài gần hai cây số, giúp người dân hai xã đi lại thuận tiện hơn "
    f"trong mùa lũ và rút ngắn đường đến chợ huyện chừng {n + 5} cây số.</p>"
    for n in range(8)
)
GOOD = (
    f"<html><head><meta charset=utf-8><title>{TITLE}</title></head>"
    f"<body><article><h1>{TITLE}</h1>{TEXT}</article></body></html>"
)


def page(before: str = "", after: str = "", attributes: str = "") -> bytes:
    return (
        f"<html><head><title>{TITLE}</title></head><body {attributes}>{before}"
        f"<article><h1>{TITLE}</h1>{TEXT}</article>{after}</body></html>"
    ).encode()


HOSTILE = {
    "deep": lambda: page("<div>" * 100_000),
    "deep-inline": lambda: page("<b><i>" * 50_000),
    "deep-lists": lambda: page("<ul><li>" * 50_000),
    "deep-tables": lambda: page("<table><tr><td>" * 30_000),
    "attributes": lambda: page(attributes=" ".join(f"a{n}=1" for n in range(1_000_000))),
    "one-attribute": lambda: page(attributes="a='" + "x" * 5_000_000),
    "tags": lambda: page("<br>" * 1_000_000),
    "unclosed": lambda: page(after="<p>chữ <b" * 200_000),
    "comments": lambda: page("<!--" * 500_000),
    "quotes": lambda: page(after='<a href="' * 300_000),
    "entities": lambda: page(after="&#x110;" * 500_000 + "&amp" * 500_000),
    "nuls": lambda: b"\0".join(page()[i : i + 50] for i in range(0, len(page()), 50)),
    "scripts": lambda: page("<script>" * 300_000),
    "brackets": lambda: page(after="<p>" + "[" * 1_000_000),
    "spaces": lambda: page(after="<p>" + " " * 3_000_000 + "x"),
    "long-line": lambda: page(after="<p>" + "chữ " * 1_000_000),
    "json-ld": lambda: page("<script type='application/ld+json'>" + "[" * 500_000 + "</script>"),
    "random": lambda: bytes(range(256)) * 20_000,
    "dates": lambda: page(after="<p>" + "12/05/2024, 08:15 " * 100_000),
    "captions": lambda: page(after="<figure><figcaption>Ảnh: X</figcaption></figure>" * 50_000),
}
TEXTS = {
    "lines": lambda: (f"{TITLE}\n" + "a\n" * 100_000).encode(),
    "one-line": lambda: ("chữ " * 2_000_000).encode(),
    "marks": lambda: ("[" * 500_000 + "]" * 500_000).encode(),
}


def run(folder):
    errors: list[DocumentError] = []
    documents = read_documents(folder, on_error=errors.append)
    results = list(clean_all(documents, workers=1, time_limit_s=3))
    return results + errors


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_an_article_or_a_named_error(tmp_path, kind):
    (tmp_path / "a.html").write_bytes(HOSTILE[kind]())
    (tmp_path / "b.html").write_text(GOOD, "utf-8")
    bad, good = sorted(run(tmp_path), key=lambda result: result.source)
    assert bad.source == "a.html"
    assert isinstance(bad, Article | DocumentError)
    assert "ended its worker" not in getattr(bad, "reason", "")
    assert "cleaning failed" not in getattr(bad, "reason", "")
    assert good.title == TITLE
    assert "hai bờ sông 7" in good.body


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_text_is_an_article_or_a_named_error(tmp_path, kind):
    (tmp_path / "a.txt").write_bytes(TEXTS[kind]())
    (result,) = run(tmp_path)
    assert "cleaning failed" not in getattr(result, "reason", "")


def test_fifty_megabytes_and_bombs_are_refused_before_they_are_unpacked(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>" * 17_000_000)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(b"\0" * 50_000_000, 1))
    (tmp_path / "c.html").write_bytes(gzip.compress(b"<p>" * 17_000_000, 1))
    (tmp_path / "d.html").write_text(GOOD, "utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results = {result.source: result for result in run(tmp_path)}
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert [type(results[name]) for name in sorted(results)] == [DocumentError] * 3 + [Article]
    assert grown_kb < 200_000
