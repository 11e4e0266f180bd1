"""Small pieces of mark-up in text fields of JSON items (`<p>Sáng nay…</p>`) → text.

This is where BeautifulSoup's tolerance pays. Whole pages are walked on lxml's own tree (see
`tree`): BeautifulSoup takes longer to build its own than all of cleaning takes.
"""

from __future__ import annotations

from bs4 import BeautifulSoup

from indexer.cleaning.jsonld import unescape

# Longer fields are cut before they are parsed: they are no title, lead or caption.
_MAX_CHARS = 100_000


def text_of(fragment: str) -> str:
    """The text of a field, its tags gone and its entities read; block elements end a line.

    >>> text_of("<p>Lũ&nbsp;rút.</p><p>Chợ họp<br>lại.</p>")
    'Lũ\\xa0rút.\\nChợ họp\\nlại.'
    >>> text_of("Tốt &amp; đẹp: 2 < 3")
    'Tốt & đẹp: 2 < 3'
    """
    if "<" not in fragment or ">" not in fragment:
        return unescape(fragment) if "&" in fragment else fragment
    tree = BeautifulSoup(fragment[:_MAX_CHARS], "lxml")
    for hidden in tree.find_all(["script", "style"]):
        hidden.decompose()
    for mark in tree.find_all(["br", "p", "div", "li", "h1", "h2", "h3", "h4", "tr", "blockquote"]):
        mark.append("\n")
    lines = (line.strip() for line in tree.get_text().split("\n"))
    return "\n".join(line for line in lines if line)
