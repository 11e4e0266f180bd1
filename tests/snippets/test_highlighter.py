"""The words of the query are lit in the text, and the snippet is the passage that shows them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import vietnamese
from indexer.models import And, Article, Highlighted, Node, Not, Phrase, Term
from indexer.query import parse_query
from indexer.snippets.highlighter import MAX_CHARS, Highlighter, highlight, snippet


def marked(lit: Highlighted) -> str:
    return "".join(f"[{part}]" if on else part for part, on in lit.parts())


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


LIT = [
    # (query, text with what is lit in brackets)
    ("đại hội", "Khai mạc [Đại hội] Đảng bộ"),
    ("dai hoi", "Khai mạc [ĐẠI HỘI] Đảng bộ"),
    ("hội đại", "[Đại hội]"),
    ("đai hoi", "[đại hội], dại hồi"),
    ("đai hoi", "đại lộ, dại [hồi]".replace("đại lộ", "[đại] lộ")),
    # a syllable that is part of another word, as the text shows
    ("đại hội", "[Đại hội] đại biểu"),
    ("đại hội đảng bộ", "[Đại hội] đại biểu [Đảng bộ], đảng viên"),
    ("gia vang", "Chuyên gia: [giá vàng] tăng, gia đình bán vàng"),
    ("gia vang", "chuyên [gia] nói về [vàng]"),
    ("lũ miền trung", "[Lũ miền Trung]: [lũ] lên, [lũ] xuống, [lũ] dữ, [lũ] rút, miền núi"),
    ("lũ OR bão", "[lũ bão], [lũ]"),
    ("đại hội hội", "[Đại hội], [hội] trường"),
    ("đại hội", "dai hoi, đại dương trong [hội] trường".replace("đại", "[đại]")),
    ("hoà bình", "Vì [hòa bình] và [HOÀ BÌNH]"),
    ("hòa bình", "tỉnh [Hoà Bình]"),
    ("kỹ sư", "[kĩ sư] và [kỹ sư]"),
    ("mỹ", "nước [Mĩ]"),
    ("lang son", "[Lạng Sơn], [làng Sơn]"),
    ("son", "Sonata và San[s]on".replace("[s]", "s")),
    ("covid-19", "dịch [COVID-19], 19 ca COVID"),
    ("2020-2025", "nhiệm kỳ [2020] - [2025], năm 2025"),
    ("u23", "đội [U23] và U 23"),
    # nothing under a negation, nothing of metadata
    ("mưa -nắng", "[mưa] nắng"),
    ("-mưa", "mưa"),
    ("mưa -(nắng OR bão)", "[mưa] nắng bão"),
    ("site:mưa.vn nắng", "mưa vn [nắng]"),
    ("since:2020 mưa", "[mưa] 2020"),
    # phrases only together, unless the words stand alone too
    ('"đại hội"', "đại biểu dự [đại hội], hội trường"),
    ('"đại hội" hội', "đại biểu dự [đại hội], [hội] trường"),
    ('"lạng sơn"', "Sơn ở Lạng, [Lạng, Sơn]".replace("[Lạng, Sơn]", "[Lạng], [Sơn]")),
    ('"ha ha"', "[ha ha] ha, ha".replace("[ha ha] ha, ha", "[ha ha ha], [ha]")),
    # exactly as written
    ("=hoa", "[hoa] và hoà"),
    ("=đại", "[đại] dai"),
    ('="dai hoi"', "đại hội [dai hoi]"),
    # prefixes
    ("lạng*", "[Lạng Sơn]".replace(" Sơn]", "] Sơn")),
    ("ngh*", "[Nghệ] An, Nga"),
    ("my*", "[Myanmar], nước [Mỹ]"),
    ("đa*", "[đại hội đã]".replace("đại hội đã", "đại] hội [đã") + " dài"),
    # look-alikes, invisible characters
    ("đại hội", "[Ðại hội], [đ\u00adại\u00a0hộ\u200bi]"),
    ("đại", "[ＤＡＩ]"),
    ("strasse", "[Straße]"),
    ("", "mưa"),
    ("!!!", "mưa"),
]


@pytest.mark.parametrize(("typed", "wanted"), LIT)
def test_the_query_lights_these_words(typed: str, wanted: str) -> None:
    text = wanted.replace("[", "").replace("]", "")
    assert marked(highlight(text, parse_query(typed))) == wanted


@pytest.mark.parametrize("typed", ["đại hội", "dai hoi", nfd("đại hội"), '"đại hội"', "đạ* hộ*"])
def test_decomposed_text_is_lit_in_whole_words(typed: str) -> None:
    text = nfd("Khai mạc Đại hội Đảng")
    wanted = nfd("Khai mạc [Đại hội] Đảng")
    assert marked(highlight(text, parse_query(typed))) == wanted


def test_unmarked_text_is_lit_for_a_marked_query() -> None:
    query = parse_query("đại hội đảng bộ")
    assert marked(highlight("Khai mac Dai hoi Dang bo", query)) == "Khai mac [Dai hoi Dang bo]"


def test_an_unmarked_word_in_a_marked_text_is_another_word() -> None:
    assert marked(highlight("sợi dây dai và đại hội", parse_query("đại"))) == (
        "sợi dây dai và [đại] hội"
    )


def test_unmarked_text_is_not_lit_for_exact_words() -> None:
    assert highlight("dai hoi", parse_query("=đại")).spans == ()


@pytest.mark.parametrize(
    ("field", "wanted"),
    [("title", "[mưa] to"), ("body", "mưa [to]"), ("caption", "mưa to"), (None, "[mưa to]")],
)
def test_words_of_a_field_are_lit_in_it_only(field: str | None, wanted: str) -> None:
    assert marked(highlight("mưa to", parse_query("title:mưa body:to"), field=field)) == wanted


def test_a_node_or_nothing_may_stand_for_the_query() -> None:
    assert marked(highlight("mưa to", Term("mưa"))) == "[mưa] to"
    assert marked(highlight("mưa to", Not(Not(Term("mưa"))))) == "[mưa] to"
    assert marked(highlight("mưa to", None)) == "mưa to"
    assert marked(highlight("mưa to", parse_query(""))) == "mưa to"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Giá tăng, vàng lên, gia đình mua", "[Giá] tăng, [vàng] lên, gia đình mua"),
        ("Gia đình bán vàng", "[Gia] đình bán [vàng]"),
        ("Gia dinh ban vang", "[Gia] dinh ban [vang]"),
    ],
)
def test_other_forms_than_the_one_that_is_meant_stay_dark_where_the_text_has_it(
    text: str, wanted: str
) -> None:
    lit = Highlighter(parse_query("gia vang"), reading=("giá", "vàng"))
    assert marked(lit.highlight(text)) == wanted


def test_the_title_of_a_result_is_lit_as_the_article_tells() -> None:
    found = Article(id="a", title="Đại biểu dự họp", body="Đại hội khai mạc.")
    title, text = Highlighter(parse_query("đại hội")).title_and_snippet(found)
    assert (marked(title), marked(text)) == ("Đại biểu dự họp", "[Đại hội] khai mạc.")
    title, text = Highlighter(parse_query("title:đại hội")).title_and_snippet(found)
    assert (marked(title), marked(text)) == ("[Đại] biểu dự họp", "Đại [hội] khai mạc.")


def test_in_an_article_the_whole_text_tells_what_a_syllable_is_part_of() -> None:
    lit = Highlighter(parse_query("đại hội")).article(
        Article(id="a", title="Đại biểu dự họp", lead="Đại hội xong, đại hội mới.",
                body="Đại biểu ra về.\n\nSau đại hội", captions=("Một đại biểu", "Hội trường"))
    )  # fmt: skip
    assert lit.is_lit
    assert [marked(part) for part in (lit.title, lit.lead, *lit.lines, *lit.captions)] == [
        "Đại biểu dự họp", "[Đại hội] xong, [đại hội] mới.", "Đại biểu ra về.", "", "Sau [đại hội]",
        "Một đại biểu", "Hội trường",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- snippets

FILLER = "Câu này kể một chuyện khác hẳn, để cho văn bản dài thêm ra một chút. "


def article(body: str, lead: str = "") -> Article:
    return Article(
        id="a", title="Lũ ở thượng nguồn", lead=lead, body=body, captions=("Lũ quét. (Ảnh: A)",)
    )


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    body = "Mưa đến sớm. " + FILLER * 8 + "Mưa lũ gây sạt lở ở Lai Châu. " + FILLER * 8
    lit = snippet(article(body), parse_query("mưa lũ lai châu"))
    assert marked(lit).startswith("[Mưa lũ] gây sạt lở ở [Lai Châu]. Câu này")


def test_words_side_by_side_win_over_words_apart() -> None:
    apart = "Hội nghị bàn việc đại tu. "
    body = apart + FILLER * 8 + "Sáng nay đại hội khai mạc. " + FILLER * 8
    assert "[đại hội]" in marked(snippet(article(body), parse_query("dai hoi")))


def test_words_as_typed_win_over_words_with_other_marks() -> None:
    body = "Làng Sơn rất đẹp. " + FILLER * 8 + "Lang Son trên biển báo. " + FILLER * 8
    assert "[Lang Son]" in marked(snippet(article(body), parse_query("lang son")))


def test_the_lead_is_shown_where_it_has_as_much() -> None:
    lit = snippet(article("Lũ lớn. " + FILLER * 9, lead="Lũ về."), parse_query("lũ"))
    assert lit.text.startswith("Lũ về.")


def test_captions_are_never_shown() -> None:
    lit = snippet(article(FILLER * 9), parse_query("lũ"))
    assert "Ảnh" not in lit.text
    assert lit.text.startswith("Câu này")


def test_without_a_hit_the_beginning_is_shown() -> None:
    lit = snippet(article(FILLER * 9, lead="Đoạn mở đầu."), None)
    assert lit.text.startswith("Đoạn mở đầu. Câu này")
    assert lit.spans == ()


def test_an_article_without_text_has_an_empty_snippet() -> None:
    assert snippet(article(""), parse_query("lũ")) == Highlighted("")


def test_a_short_text_is_shown_whole() -> None:
    assert snippet(article("Lũ về.\nMưa to."), parse_query("mưa")).text == "Lũ về. Mưa to."


def test_a_snippet_begins_and_ends_with_sentences_where_they_fit() -> None:
    body = FILLER * 20 + "TP. Huế có lũ lớn. " + FILLER * 20
    lit = snippet(article(body), parse_query("lũ huế"))
    assert lit.text.startswith("TP. Huế có lũ lớn. Câu này")
    assert lit.text.endswith("một chút.")


def test_a_long_sentence_is_cut_between_words_with_an_ellipsis() -> None:
    body = "chữ " * 200 + "lũ " + "chữ " * 200
    lit = snippet(article(body), parse_query("lũ"))
    assert lit.text.startswith("…chữ")
    assert lit.text.endswith("chữ…")
    assert "[lũ]" in marked(lit)
    assert 200 < len(lit.text) <= MAX_CHARS


def test_title_words_do_not_choose_the_passage() -> None:
    body = "Mưa to. " + FILLER * 9 + "Lũ về. " + FILLER * 9
    assert snippet(article(body), parse_query("title:lũ")).text.startswith("Mưa to.")


def test_one_highlighter_serves_many_texts() -> None:
    lighter = Highlighter(parse_query("mưa lũ"))
    for text in ("Mưa lũ", "mưa LŨ", nfd("mưa lũ"), "mua lu", "MƯA và lũ"):
        assert lighter.highlight(text) == highlight(text, parse_query("mưa lũ"))


# ----------------------------------------------------------------------------------- invariants

WORDS = [
    "đại",
    "Đại",
    "dai",
    "hội",
    "hoi",
    "HỘI",
    "hoà",
    "hòa",
    "hoa",
    "bộ",
    "bo",
    "kỹ",
    "kĩ",
    "ky",
]
WORDS += ["lũ", "2020", "COVID-19", "Straße", "ＤＡＩ", "e\u0301"]
words = st.sampled_from(WORDS)
gaps = st.sampled_from([" ", " ", " ", ", ", ". ", "\n", "-", "\u00a0", "...", " (", "_"])
texts = st.builds(
    lambda pairs, form: unicodedata.normalize(form, "".join(a + b for a, b in pairs)),
    st.lists(st.tuples(words, gaps), max_size=120),
    st.sampled_from(["NFC", "NFD"]),
)
queries = st.lists(words.map(vietnamese.normalize), min_size=1, max_size=5)


def covered(lit: Highlighted) -> set[int]:
    return {at for start, end in lit.spans for at in range(start, end)}


def check(lit: Highlighted) -> None:
    """Spans are sorted, disjoint, on the borders of tokens; the parts rejoin to the text."""
    borders = {0, len(lit.text)}
    for token in vietnamese.tokens(lit.text):
        borders |= {token.start, token.end}
    end = 0
    for start, stop in lit.spans:
        assert end <= start < stop <= len(lit.text)
        assert {start, stop} <= borders
        end = stop
    assert "".join(part for part, _ in lit.parts()) == lit.text


@given(texts, queries)
def test_only_words_that_match_are_lit_and_each_somewhere(text: str, typed: list[str]) -> None:
    lit = highlight(text, And(tuple(Term(word) for word in typed)))
    check(lit)
    unmarked = not set(unicodedata.normalize("NFD", text)) & set(vietnamese.TONES + "\u0302đ")
    shown = covered(lit)
    fitting: set[int] = set()
    for word in typed:
        places = [
            set(range(token.start, token.end))
            for token in vietnamese.tokens(text)
            if vietnamese.matches(word, token.exact)
            or (unmarked and vietnamese.fold(word) == token.exact)
        ]
        fitting.update(*places)
        if len(typed) == 1:
            assert all(place <= shown for place in places)
        assert not places or any(place <= shown for place in places)
    between = {at for at in shown if text[at].isspace() or text[at] == "-"}
    assert shown - between <= fitting


@given(st.one_of(texts, st.text()), queries, st.integers(20, 300))
def test_a_snippet_is_short_and_part_of_the_text(text: str, typed: list[str], limit: int) -> None:
    query: Node = Phrase(tuple(typed)) if len(typed) == 2 else And(tuple(map(Term, typed)))
    lit = snippet(article(text), query, max_chars=limit)
    assert len(lit.text) <= limit
    flat = "".join(" " if c.isspace() else c for c in text)
    assert lit.text in flat or lit.text.strip("…") in flat
    end = 0
    for start, stop in lit.spans:
        assert end <= start < stop <= len(lit.text)
        end = stop


@given(texts, queries)
def test_a_snippet_lights_what_its_text_has(text: str, typed: list[str]) -> None:
    query = And(tuple(map(Term, typed)))
    found = highlight(text, query).spans
    lit = snippet(article(text), query)
    check(lit)
    assert bool(lit.spans) == bool(found)
