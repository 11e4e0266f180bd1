"""What people type becomes the tree they mean; no text is an error."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.errors import QueryError
from indexer.models import And, Node, Not, Or, Phrase, Prefix, QuotedTerm, Range, Term
from indexer.query import (
    MAX_CHARS,
    MAX_DEPTH,
    MAX_WORDS,
    parse_period,
    parse_query,
    without_quotes,
)
from indexer.vietnamese import normalize

DAI, HOI = Term("đại"), Term("hội")
MUA, NANG, LU = Term("mưa"), Term("nắng"), Term("lũ")


def at(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=timezone(timedelta(hours=7)))


TREES: list[tuple[str, Node | None]] = [
    # words
    ("", None),
    ("  \u00a0\n", None),
    ("mưa", MUA),
    ("Đại hội", And((DAI, HOI))),
    ("ĐẠI   HỘI!", And((DAI, HOI))),
    ("đại,hội", And((DAI, HOI))),
    ("hoà", Term("hòa")),
    ("kỹ", Term("kĩ")),
    ("đa\u0323i", Term("đại")),
    ("\ufeffmưa", MUA),
    # words of several parts are the tokens that indexing gives, side by side
    ("2020-2025", Phrase(("2020", "2025"))),
    ("COVID-19", Phrase(("covid", "19"))),
    ("27/9", Phrase(("27", "9"))),
    ("TP.HCM", Phrase(("tp", "hcm"))),
    ("1,5", Phrase(("1", "5"))),
    ("U23", Term("u23")),
    ("12:30", Phrase(("12", "30"))),
    ("http://bao.vn/a-b", Phrase(("http", "bao", "vn", "a", "b"))),
    # phrases
    ('"đại hội"', Phrase(("đại", "hội"))),
    ("“đại hội”", Phrase(("đại", "hội"))),
    ('"mưa"', QuotedTerm("mưa")),
    ('""', None),
    ('"đại hội', And((DAI, HOI))),
    ('đại "hội', And((DAI, HOI))),
    ('"đại hội" "mưa', And((Phrase(("đại", "hội")), MUA))),
    # not
    ("mưa -nắng", And((MUA, Not(NANG)))),
    ("-mưa", Not(MUA)),
    ("-mưa -nắng", And((Not(MUA), Not(NANG)))),
    ('-"đại hội"', Not(Phrase(("đại", "hội")))),
    ("-(mưa nắng)", Not(And((MUA, NANG)))),
    ("-(-mưa)", MUA),
    ("-()", None),
    ("mưa - nắng", And((MUA, NANG))),
    ("mưa -- nắng", And((MUA, NANG))),
    ("mưa-", MUA),
    ("-", None),
    # or, and
    ("mưa OR nắng", Or((MUA, NANG))),
    ("đại hội OR mưa lũ", Or((And((DAI, HOI)), And((MUA, LU))))),
    ("(mưa OR nắng) lũ", And((Or((MUA, NANG)), LU))),
    ("mưa OR (nắng OR lũ)", Or((MUA, NANG, LU))),
    ("mưa OR mưa", MUA),
    ("mưa AND nắng", And((MUA, NANG))),
    ("mưa (nắng lũ)", And((MUA, NANG, LU))),
    ("mưa or nắng", And((MUA, Term("or"), NANG))),
    ("OR mưa", MUA),
    ("mưa OR", MUA),
    ("mưa OR OR nắng", Or((MUA, NANG))),
    ("AND", Term("and")),
    ("OR", Term("or")),
    ("(OR)", Term("or")),
    ("-mưa OR nắng", Or((Not(MUA), NANG))),
    # parentheses that do not match
    ("(mưa nắng", And((MUA, NANG))),
    ("mưa) nắng", And((MUA, NANG))),
    ("(mưa OR nắng lũ", Or((MUA, And((NANG, LU))))),
    (")(", None),
    # fields
    ("title:mưa", Term("mưa", "title")),
    ("Title:mưa", Term("mưa", "title")),
    ("title: mưa", Term("mưa", "title")),
    ('title:"đại hội"', Phrase(("đại", "hội"), "title")),
    ("title:(mưa OR nắng) lũ", And((Or((Term("mưa", "title"), Term("nắng", "title"))), LU))),
    ("title:(mưa body:nắng)", And((Term("mưa", "title"), Term("nắng", "body")))),
    ("-title:mưa", Not(Term("mưa", "title"))),
    ("caption:mưa nắng", And((Term("mưa", "caption"), NANG))),
    ("site:vnexpress.net", Phrase(("vnexpress", "net"), "site")),
    ('section:"Chính trị"', Phrase(("chính", "trị"), "section")),
    ('section:="Chính trị"', Phrase(("chính", "trị"), "section", exact=True)),
    ("agency:TTXVN", Term("ttxvn", "agency")),
    ('author:"Nguyễn Văn A"', Phrase(("nguyễn", "văn", "a"), "author")),
    ("tag:covid-19", Phrase(("covid", "19"), "tag")),
    ("title:", Term("title")),
    ("title: ", Term("title")),
    ("title:)", Term("title")),
    ("title: OR mưa", Or((Term("title"), MUA))),
    ("title: -mưa", And((Term("title"), Not(MUA)))),
    ('title:"mưa', Term("mưa", "title")),
    ("nhiệt:mưa", Phrase(("nhiệt", "mưa"))),
    # prefix
    ("lạng*", Prefix("lạng")),
    ("title:lạng*", Prefix("lạng", "title")),
    ("Hoà*", Prefix("hòa")),
    ("my*", Or((Prefix("my"), Term("mi")))),
    ("covid-1*", And((Term("covid"), Prefix("1")))),
    ("*", None),
    ("* mưa", MUA),
    # exactly as written
    ("=đại", Term("đại", exact=True)),
    ('="đại hội"', Phrase(("đại", "hội"), exact=True)),
    ("-=đại", Not(Term("đại", exact=True))),
    ("title:=đại", Term("đại", "title", exact=True)),
    ("a=b", And((Term("a"), Term("b")))),
    ("= mưa", MUA),
    ("=", None),
    # time
    ("since:2020", Range(start=at(2020))),
    ("until:2020", Range(end=at(2021))),
    ("since:2020-09", Range(start=at(2020, 9))),
    ("until:2020-12", Range(end=at(2021, 1))),
    ("until:12/2020", Range(end=at(2021, 1))),
    ("since:2020-09-27", Range(start=at(2020, 9, 27))),
    ("until:27/9/2020", Range(end=at(2020, 9, 28))),
    ("until: 31-12-2020", Range(end=at(2021))),
    ('since:"27.9.2020"', Range(start=at(2020, 9, 27))),
    ("since:2020 until:2021 mưa", And((MUA, Range(at(2020), at(2022))))),
    ("mưa -since:2020", And((MUA, Not(Range(start=at(2020)))))),
    ("since:2020-13", None),
    ("mưa until:31/2/2020", MUA),
    ("until:9999", None),
    ("since:hôm", Phrase(("since", "hôm"))),
    ("since:", Term("since")),
]


@pytest.mark.parametrize(("typed", "wanted"), TREES, ids=[repr(t) for t, _ in TREES])
def test_typed_text_becomes_this_tree(typed: str, wanted: Node | None) -> None:
    assert parse_query(typed).root == wanted


@pytest.mark.parametrize("bound", ["since:2020-13", "until:31/2/2020", "until:9999"])
def test_a_bound_that_names_no_date_is_set_aside_and_told(bound: str) -> None:
    assert parse_query(f"mưa {bound} lũ").not_dates == (bound,)
    assert parse_query(f"mưa {bound} lũ").root == parse_query("mưa lũ").root


@pytest.mark.parametrize("field", ["title:", "Site:", "since:", "until:"])
def test_a_field_that_nothing_follows_is_told(field: str) -> None:
    for typed in (field, f"mưa {field}", f'mưa {field}"', f'{field}""'):
        assert parse_query(typed).no_values == (field,)
    assert parse_query(f"{field}2020 12:30").no_values == ()


def test_a_period_has_the_bounds_that_are_given() -> None:
    assert parse_period("2020", "2021-09") == Range(at(2020), at(2021, 10))
    assert parse_period(until="27/9/2020") == Range(end=at(2020, 9, 28))
    assert parse_period(" ") is None
    with pytest.raises(QueryError, match="2020-13"):
        parse_period("2020-13")


PLAIN = ["", "mưa", "đại hội", "COVID-19", "(mưa nắng)", "AND", "mưa)", '"mưa', "title:", "12:30"]
NOT_PLAIN = ["-mưa", '"mưa"', '"đại hội"', "a OR b", "lạng*", "=a", "title:a", "since:2020"]


@pytest.mark.parametrize("typed", PLAIN)
def test_bare_words_are_plain(typed: str) -> None:
    assert parse_query(typed).plain


@pytest.mark.parametrize("typed", NOT_PLAIN)
def test_operators_and_fields_are_not_plain(typed: str) -> None:
    assert not parse_query(typed).plain


def test_a_long_text_is_cut_at_a_space_and_says_so() -> None:
    query = parse_query("lũ lụt " * 20_000)
    assert query.truncated
    assert len(query.text) <= MAX_CHARS
    assert query.text.endswith(("lũ", "lụt"))
    assert isinstance(query.root, And)
    assert len(query.root.children) == MAX_WORDS


def test_a_long_text_without_spaces_is_cut_too() -> None:
    query = parse_query("a" * 100_000)
    assert query.truncated
    assert query.root == Term("a" * MAX_CHARS)


def test_many_words_in_a_short_text_are_cut() -> None:
    query = parse_query("a " * (MAX_WORDS + 1))
    assert query.truncated
    assert not parse_query("a " * MAX_WORDS).truncated


@pytest.mark.parametrize(
    "typed", ["(" * 3000 + "mưa", "-(" * 1500 + "mưa", "title:(" * 400 + "mưa"]
)
def test_thousands_of_parentheses_are_answered(typed: str) -> None:
    assert depth(parse_query(typed).root) <= MAX_DEPTH + 2


def test_parentheses_beyond_the_depth_limit_are_ignored_with_their_partners() -> None:
    deep = MAX_DEPTH + 10
    assert parse_query("(" * deep + "mưa" + ")" * deep + " nắng").root == And((MUA, NANG))


def test_bare_quotes_can_be_set_aside() -> None:
    query = parse_query('Vụ “xóa sổ” chợ -"tin đồn" title:"lũ quét" ="dại hội"')
    loose = without_quotes(query)
    assert loose.root == parse_query('Vụ xóa sổ chợ -"tin đồn" title:"lũ quét" ="dại hội"').root
    assert without_quotes(loose) is loose
    assert without_quotes(parse_query("“xóa sổ”")).plain


@pytest.mark.parametrize("typed", ["", "mưa", '"mưa', '-"a b"', "a OR b"])
def test_a_query_without_bare_quotes_stays_as_it_is(typed: str) -> None:
    query = parse_query(typed)
    assert without_quotes(query) is query


def depth(node: Node | None) -> int:
    match node:
        case None:
            return 0
        case And(children) | Or(children):
            return 1 + max(map(depth, children))
        case Not(child):
            return 1 + depth(child)
        case _:
            return 1


def leaves(node: Node | None) -> list[Term | Phrase | Prefix | Range]:
    match node:
        case None:
            return []
        case And(children) | Or(children):
            return [leaf for child in children for leaf in leaves(child)]
        case Not(child):
            return leaves(child)
        case _:
            return [node]


SYNTAX = [
    "OR",
    "AND",
    "-",
    "(",
    ")",
    '"',
    "=",
    "*",
    ":",
    "title:",
    "since:",
    "site:",
    "2020",
    "27/9/2020",
    "“",
    "mưa",
    "Hoà",
    "ﷺ",
    "½",
]
pieces = st.sampled_from([*SYNTAX, " ", "\n", "\u0301", "\u200b", "\ud800", "https://a.vn/?b=c"])


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
@example('-title:="')
@example("since:٢٠٢٠")
def test_no_text_is_an_error_and_the_tree_is_well_formed(text: str) -> None:
    query = parse_query(text)
    assert depth(query.root) <= 2 * MAX_DEPTH + 3
    for leaf in leaves(query.root):
        match leaf:
            case Term(word):
                assert normalize(word) == word
                assert word
            case Phrase(words):
                assert len(words) > 1
            case Prefix(start):
                assert start
            case Range(start, end):
                assert start is not None or end is not None


@given(st.lists(pieces).map("".join))
def test_outer_parentheses_change_nothing(text: str) -> None:
    if not set(text) & set('()"“') and not text.endswith(("-", ":", "=")):
        assert parse_query(f"({text} )").root == parse_query(f"{text} ").root
