"""What is quickly seen from a page's characters is what a look at all of them says."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning.characters import beyond_ascii, composed
from indexer.cleaning.legacy import _MARKED_WORD, _marked_words

# Letters with and without marks, marks in and out of order, other scripts that compose, signs.
LETTERS = (
    "aeoud Ơệđ\u0301\u0323\u031b\u0302\u0335\u0306ﬁ\u212b\u2126\uac00\u1100\u1161\u11a8か\u3099"
    "क\u093cйи…€漢\ufa0e\U0001f600\U000110ba\U00011099\n<"
)
TEXTS = st.text(st.sampled_from(LETTERS), max_size=40) | st.text(max_size=60)


@given(TEXTS)
def test_a_text_is_composed_as_unicode_composes_it(text):
    assert composed(text) == unicodedata.normalize("NFC", text)


def test_many_marks_are_composed_at_once():
    text = "Cho\u031b\u0323 que\u0302 " * 3000
    assert composed(text) == "Chợ quê " * 3000


def test_every_pair_that_unicode_composes_is_composed():
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000)):
        char = chr(code)
        apart = unicodedata.decomposition(char)
        if apart and not apart.startswith("<"):
            text = "".join(chr(int(part, 16)) for part in apart.split())
            assert composed(f"x{text}") == unicodedata.normalize("NFC", f"x{text}")
            assert composed(f"x{char}") == unicodedata.normalize("NFC", f"x{char}")


@given(TEXTS)
def test_characters_beyond_ascii_keep_their_order(text):
    assert beyond_ascii(text) == "".join(char for char in text if not char.isascii())


@given(st.text(st.sampled_from("ab²١ùø_-1 \n\xa0<“ªⅣ"), max_size=40))
def test_words_with_signs_are_found_as_their_expression_finds_them(text):
    assert list(_marked_words(text)) == [match[0] for match in _MARKED_WORD.finditer(text)]
