"""Equal spellings have one exact form; what is typed must match, what is left out is free."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.syllables import all_syllables
from indexer.vietnamese import (
    TONES,
    exact_forms,
    fold,
    has_marks,
    matches,
    matches_prefix,
    normalize,
    normalize_prefix,
    split_marks,
    tokens,
)

SYLLABLES = sorted(all_syllables())
syllables = st.sampled_from(SYLLABLES)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def strip_marks(text: str) -> str:
    """Another way to fold Vietnamese: take the marks off the decomposed text."""
    plain = "".join(c for c in nfd(text) if not unicodedata.combining(c))
    return plain.replace("đ", "d").replace("Đ", "D")


EQUAL = [
    # tone place: old and new, and not where qu- and gi- are consonants
    ("hoà", "hòa"),
    ("Hoà", "HÒA"),
    ("thuỷ", "thủy"),
    ("khoẻ", "khỏe"),
    ("hoạ", "họa"),
    ("xoè", "xòe"),
    ("uỷ", "ủy"),
    ("hoàn", "hòan"),
    ("toán", "tóan"),
    ("quà", "qùa"),
    ("già", "gìa"),
    ("giả", "gỉa"),
    ("người", "ngừơi"),
    ("trường", "trừơng"),
    ("khuỷu", "khủyu"),
    # i and y at the end of a syllable after a lone consonant
    ("kỹ", "kĩ"),
    ("Mỹ", "Mĩ"),
    ("lý", "lí"),
    ("sỹ", "sĩ"),
    ("tỷ", "tỉ"),
    ("hy", "hi"),
    ("quý", "quí"),
    ("quy", "qui"),
    ("vy", "vi"),
    ("thy", "thi"),
    # stray, doubled and misplaced marks
    ("đại", "đai\u0323"),
    ("đại", "d\u0335a\u0323i"),
    ("hội", "ho\u0323\u0302i"),
    ("hội", "ho\u0302\u0323i"),
    ("hội", "hô\u0323\u0323i"),
    ("hội", "hô\u0302ịi".replace("ịi", "i\u0323")),
    ("hội", "hôị"),
    ("nguyên", "ng\u031buyên"),
    ("ắ", "a\u0301\u0306"),
    ("ắ", "ă\u0341"),
    # look-alikes and what is not seen
    ("đại", "ðại"),
    ("Đại", "Ðại"),
    ("Đại", "ɖại"),
    ("năm", "nǎm"),
    ("covid19", "ＣＯＶＩＤ１９"),
    ("hội", "hộ\u200bi"),
    ("hội", "h\u00adội"),
    ("hội", "\ufeffhội".removeprefix("\ufeff")),
    ("hội", "hộ\ufe0fi"),
    ("file", "ﬁle"),
    ("m2", "m²"),
]

DIFFERENT = [
    ("đại", "dại"),
    ("đại", "đài"),
    ("sữa", "sửa"),
    ("mai", "may"),
    ("tai", "tay"),
    ("thuy", "thui"),
    ("y", "i"),
    ("ý", "í"),
    ("my", "mỳ"),
    ("mưa", "mứa"),
    ("½", "12"),
    ("résumé", "resume"),
    ("España", "Espana"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_spellings_of_one_word_have_one_exact_form(one: str, other: str) -> None:
    assert normalize(one) == normalize(other)
    assert normalize(nfd(one)) == normalize(nfd(other).upper())


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_keep_different_exact_forms(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


@pytest.mark.parametrize(
    "word", ["résumé", "beyoncé", "españa", "köln", "erdoğan", "andré", "café"]
)
def test_foreign_words_keep_their_marks_where_they_are(word: str) -> None:
    assert normalize(word) == normalize(nfd(word)) == word


def test_words_of_other_scripts_keep_their_letters() -> None:
    for word in ("москва", "αθήνα", "北京", "東京タワー", "서울"):
        assert normalize(word) == word
        assert fold(word)


# ---------------------------------------------------------------------- over all syllables


def test_every_syllable_is_its_own_exact_form_in_any_normal_form_and_case() -> None:
    for syllable in SYLLABLES:
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert normalize(unicodedata.normalize(form, syllable)) == syllable
        assert normalize(syllable.upper()) == normalize(nfd(syllable.upper())) == syllable


def test_every_syllable_is_found_wherever_its_tone_is_put() -> None:
    for syllable in SYLLABLES:
        letters, tone = split_marks(syllable)
        if tone:
            for at in range(1, len(letters) + 1):
                assert normalize(letters[:at] + tone + letters[at:]) == syllable


def new_tone_place(syllable: str) -> str:
    """The spelling with the tone on the second of oa, oe, uy."""
    letters, tone = split_marks(syllable)
    if not tone or letters.startswith("qu") or not letters.endswith(("oa", "oe", "uy")):
        return syllable
    return unicodedata.normalize("NFC", letters + tone)


def test_every_syllable_is_equal_in_old_and_new_tone_place() -> None:
    moved = [(s, new_tone_place(s)) for s in SYLLABLES if new_tone_place(s) != s]
    assert len(moved) > 150
    for old, new in moved:
        assert normalize(new) == old


def test_every_syllable_is_equal_with_i_and_with_y_after_a_lone_consonant() -> None:
    initial = re.compile("[bcdđghklmnpqrstvx]+")
    for syllable in SYLLABLES:
        letters, tone = split_marks(syllable)
        if letters[-1:] == "i" and initial.fullmatch(letters[:-1]) and letters != "gi":
            assert normalize(letters[:-1] + "y" + tone) == syllable


def test_folding_every_syllable_takes_its_marks_off() -> None:
    for syllable in SYLLABLES:
        assert fold(syllable) == strip_marks(syllable)
        assert fold(fold(syllable)) == fold(syllable)
        assert has_marks(syllable) == (strip_marks(syllable) != syllable)


def test_every_syllable_is_found_without_marks_and_with_any_of_them() -> None:
    for syllable in SYLLABLES:
        letters, tone = split_marks(syllable)
        assert matches(syllable, syllable)
        assert matches(fold(syllable), syllable)
        assert matches(letters, syllable)
        assert matches(normalize(fold(syllable) + tone), syllable)


def test_every_syllable_typed_in_full_finds_no_other() -> None:
    by_folded: dict[str, list[str]] = {}
    for syllable in SYLLABLES:
        by_folded.setdefault(fold(syllable), []).append(syllable)
    for group in by_folded.values():
        for typed in group:
            letters, tone = split_marks(typed)
            for written in group:
                other, other_tone = split_marks(written)
                allowed = (tone in ("", other_tone)) and all(
                    a == b or a in "abcdefghijklmnopqrstuvwxyz"
                    for a, b in zip(letters, other, strict=True)
                )
                assert matches(typed, written) == allowed, (typed, written)


# ------------------------------------------------------------------------------- matching

MATCHES = [
    # (typed, written, whether)
    ("dai", "đại", True),
    ("dai", "đài", True),
    ("dai", "dai", True),
    ("đai", "đại", True),
    ("dại", "đại", True),
    ("đai", "dại", False),
    ("đại", "dai", False),
    ("đại", "đai", False),
    ("nguoi", "người", True),
    ("ngươi", "người", True),
    ("ngưoi", "người", True),
    ("nguòi", "người", True),
    ("nguôi", "người", False),
    ("strasse", "straße", True),
    ("12", "½", False),
]


@pytest.mark.parametrize(("typed", "written", "whether"), MATCHES)
def test_what_is_typed_must_match_and_what_is_left_out_is_free(
    typed: str, written: str, whether: bool
) -> None:
    assert matches(normalize(typed), normalize(written)) is whether


PREFIXES = [
    ("lạng", "lạng", True),
    ("lang", "lạng", True),
    ("lạn", "lạng", True),
    ("la", "lãng", True),
    ("lạng", "lang", False),
    ("lạng", "làng", False),
    ("hòa", "hoàn", True),
    ("hoà", "hoan", False),
    ("đ", "đại", True),
    ("đ", "dại", False),
    ("my", "myanmar", True),
    ("langs", "lạng", False),
]


@pytest.mark.parametrize(("start", "written", "whether"), PREFIXES)
def test_a_prefix_follows_the_same_rule(start: str, written: str, whether: bool) -> None:
    assert matches_prefix(normalize_prefix(start), normalize(written)) is whether


@given(syllables, st.integers(1, 7))
def test_every_beginning_of_a_word_finds_it(syllable: str, length: int) -> None:
    letters, tone = split_marks(syllable)
    start = letters[:length]
    assert matches_prefix(normalize_prefix(fold(start)), syllable)
    assert matches_prefix(normalize_prefix(start), syllable)
    if re.search("[aeiouyăâêôơư]", start) and not start.startswith(("qu", "gi")):
        assert matches_prefix(normalize_prefix(start + tone), syllable)


@given(st.text(), st.text())
def test_matching_needs_equal_folded_forms(typed: str, written: str) -> None:
    one, other = normalize(typed), normalize(written)
    assert matches(one, one)
    if matches(one, other):
        assert fold(one) == fold(other)


# --------------------------------------------------------------------------------- tokens

TOKENS = [
    ("Đại hội COVID-19, 27/9", ["đại", "hội", "covid", "19", "27", "9"]),
    ("2020-2025", ["2020", "2025"]),
    ("U23", ["u23"]),
    ("snake_case", ["snake", "case"]),
    ("TP.HCM 1.000đ", ["tp", "hcm", "1", "000đ"]),
    ("\u0301lạc\u0301", ["lạc"]),
    ("mưa\u00a0lũ\u2003bão", ["mưa", "lũ", "bão"]),
    ("h\u00adội\u200b nghị", ["hội", "nghị"]),
    ("30°C, 5m²", ["30", "c", "5m2"]),
    ("", []),
    ("…—!", []),
]


@pytest.mark.parametrize(("text", "wanted"), TOKENS)
def test_a_token_is_a_run_of_letters_and_digits(text: str, wanted: list[str]) -> None:
    assert exact_forms(text) == wanted
    assert exact_forms(nfd(text)) == wanted


MARKS = st.sampled_from([*TONES, "\u0302", "\u0306", "\u031b", "\u200b", "\u00ad", "_", " ", "-"])
anything = st.one_of(st.text(), st.lists(st.one_of(syllables, MARKS, st.characters())).map("".join))


@given(anything)
def test_tokens_are_where_they_say_and_in_order(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert not any(c.isalnum() for c in text[end : token.start])
        assert normalize(text[token.start : token.end]) == token.exact
        end = token.end
    assert not any(c.isalnum() for c in text[end:])
    assert exact_forms(text) == [token.exact for token in tokens(text)]


@given(anything)
def test_forms_are_stable(text: str) -> None:
    for exact in exact_forms(text):
        assert exact
        assert normalize(exact) == exact
        assert exact_forms(exact) == [exact]
        assert normalize(nfd(exact)) == exact
        assert fold(fold(exact)) == fold(exact)
        assert normalize(fold(exact)) == fold(exact)
        assert matches(fold(exact), exact)
        assert unicodedata.is_normalized("NFC", exact)


# Not with the marks of one script on the letters of another: they come between letter and tone.
letters_only = st.characters(exclude_categories=["Cs", "Mn", "Mc", "Me"])


@given(st.lists(st.one_of(syllables, MARKS, letters_only)).map("".join))
def test_decomposing_a_text_changes_no_token(text: str) -> None:
    assert exact_forms(nfd(text)) == exact_forms(unicodedata.normalize("NFC", text))
