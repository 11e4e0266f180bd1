"""The characters of a page beyond ASCII: a small part of it that says much about the whole."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

_ASCII = bytes(range(128))
# All but characters that no composing changes, whatever stands beside them: Latin, Cyrillic and
# Vietnamese letters, punctuation, signs and ideographs, without any combining mark.
_COMPOSING = re.compile(
    "[^\\0-\u02ff\u0388-\u0482\u048a-\u052f\u1e00-\u1eff\u2002-\u20cf\u2100-\u2125\u212c-\u2328"
    "\u232b-\u2adb\u3001-\u3029\u3040-\u3098\u3400-\u9fff\ue000-\uf8ff\ufe30-\uffff"
    "\U0001f000-\U0001faff]"
)
_MOST_PIECES, _MOST_KINDS = 2000, 40  # composed one by one


def beyond_ascii(text: str) -> str:
    """The characters of `text` beyond ASCII, in order: to delete all others takes a tenth of the
    time of a search among them.

    >>> beyond_ascii("Chợ quê")
    'ợê'
    """
    if text.isascii():
        return ""
    content = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return content.decode("utf-8", "surrogatepass")


def composed(text: str) -> str:
    """`text` in NFC, so that the rules see equal texts as equal.

    >>> composed("Cho\u031b\u0323 que\u0302") == "Chợ quê"
    True
    """
    found = Counter(_COMPOSING.findall(beyond_ascii(text)))
    if not found:
        return text
    if found.total() > _MOST_PIECES or len(found) > _MOST_KINDS:
        return unicodedata.normalize("NFC", text)
    # Of a page that is composed but for some letters, only these: with one mark anywhere, composing
    # takes as long as building a tree.
    parts: list[str] = []
    done = 0
    for at in sorted(at for char in found for at in _places(char, text)):
        if at < done:
            continue
        start, end = at, at + 1
        while start > done and not text[start - 1].isascii():
            start -= 1
        while end < len(text) and not text[end].isascii():
            end += 1
        start = max(done, start - 1)  # what a mark stands on; no letter composes with the next
        parts += (text[done:start], unicodedata.normalize("NFC", text[start:end]))
        done = end
    return "".join((*parts, text[done:]))


def _places(char: str, text: str) -> Iterator[int]:
    at = text.find(char)
    while at >= 0:
        yield at
        at = text.find(char, at + 1)
