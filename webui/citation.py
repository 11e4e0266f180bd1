"""An article's reference, ready to paste into a text or a bibliography."""

from __future__ import annotations

import hashlib

from indexer import Article
from webui.safety import safe_url

_BIBTEX = str.maketrans(
    {c: f"\\{c}" for c in "{}%&#$_"} | {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"}
)


def cite(article: Article) -> dict[str, str]:
    """The reference by name of its form: `text`, `BibTeX`.

    >>> print(cite(Article(id="a", title="Mưa lớn", site="baochi.vn", author=("Lê Na",)))["text"])
    Lê Na. “Mưa lớn”. baochi.vn.
    """
    return {"text": _text(article), "BibTeX": _bibtex(article)}


def _text(article: Article) -> str:
    day = f"{article.published:%d/%m/%Y}" if article.published else ""
    outlet = ", ".join(part for part in (article.publisher or article.site, day) if part)
    who = ", ".join(article.author) or article.agency
    parts = (who, f"“{article.title}”", outlet, safe_url(article.url))
    return ". ".join(part for part in parts if part) + ("" if safe_url(article.url) else ".")


def _bibtex(article: Article) -> str:
    year = f"{article.published:%Y}" if article.published else ""
    key = "tin" + year + hashlib.sha256(article.id.encode()).hexdigest()[:6]
    fields = {
        "author": " and ".join(article.author) or article.agency,
        "title": "{" + article.title.translate(_BIBTEX) + "}",
        "journal": article.publisher or article.site,
        "year": year,
        "date": f"{article.published:%Y-%m-%d}" if article.published else "",
    }
    lines = [
        f"  {name} = {{{value if name == 'title' else value.translate(_BIBTEX)}}},"
        for name, value in fields.items()
        if value
    ]
    if url := safe_url(article.url):
        lines.append(f"  url = {{{url}}},")
    return "\n".join([f"@article{{{key},", *lines, "}"])
