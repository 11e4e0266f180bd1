"""Pages that are not articles: home pages, section fronts, players, error pages, cookie walls."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.hints import RULES
from indexer.cleaning.metadata import Metadata
from indexer.cleaning.tree import Page
from indexer.rules import load_toml, strings

_FEW_WORDS = 20
_FEW_SENTENCES = 3  # that under a title may make an article of fewer words
_MANY_HEADLINES = 20
_LITTLE_CHARS = 600
_DIGITS = re.compile(r"\d")
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)


@cache
def _error_titles() -> tuple[str, ...]:
    file = RULES / "reject.toml"
    return tuple(key(t) for t in strings(load_toml(file)["error_page"], "titles", file=str(file)))


def _is_error(title: str) -> bool:
    words = f" {key(title)} "
    return any(f" {t} " in words for t in _error_titles())


def why_not_article(page: Page, metadata: Metadata, blocks: list[Block], url: str) -> str:
    """Why a page is no article, "" where it is one. `blocks` are those chosen as its text."""
    words = sum(word_count(b.text) for b in blocks)
    if words < 60 and _is_error(metadata.title):
        return "an error page"
    sentences = [b for b in blocks if ends_sentence(b.text) and word_count(b.text) >= 3]
    if words < _FEW_WORDS and (metadata.h1 < 0 or len(sentences) < _FEW_SENTENCES):
        if _COOKIES.search(" ".join(b.text for b in page.blocks[:30])) and len(page.blocks) < 40:
            return "a cookie wall"
        return f"no running text ({words} words)"
    cards = sum(1 for b in blocks if b.linked and word_count(b.text) >= 4)
    prose = [b for b in blocks if not b.linked and word_count(b.text) >= 12]
    if cards >= 6 and cards >= 0.6 * len(prose):
        return f"a front page ({cards} headlines that are links)"
    headlines = sum(1 for b in page.blocks if len(b.text) > 24 and b.linked)
    address = urlsplit(url or metadata.url)
    front = not address.path.strip("/") and not address.query and bool(address.netloc)
    if front and headlines >= 12 and not metadata.is_article:
        return "a home page (its address has no path)"
    running = sum(len(b.text) for b in prose)
    if _is_marked(metadata, address.path):
        return ""
    if headlines >= _MANY_HEADLINES and running < max(_LITTLE_CHARS, 25 * headlines):
        return f"a front page ({headlines} headlines that are links)"
    return ""


def _is_marked(metadata: Metadata, path: str) -> bool:
    """Whether a page says of itself, or its address or title show, that it is an article."""
    name = path.rstrip("/").rpartition("/")[2]
    slug = name.count("-") >= 3 or len(_DIGITS.findall(name)) >= 5
    titled = metadata.h1 >= 0 and word_count(metadata.title) >= 5
    dated = metadata.kind == "article" or metadata.published is not None
    return metadata.is_article or slug or (titled and dated)
