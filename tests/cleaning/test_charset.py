"""Bytes become the text that a Vietnamese reader would see."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning.charset import decode
from indexer.cleaning.legacy import convert_legacy, from_tcvn3, from_vni

TEXT = (
    "Thủ tướng dự lễ khánh thành cầu mới qua sông Hậu, nối hai tỉnh miền Tây. "
    "Người dân đã chờ đợi cây cầu này gần hai mươi năm qua; ngày mai xe sẽ được lưu thông."
)
MARK = "<html><head><meta charset={}></head><body><p>{}</p></body></html>"


def as_windows_1258(text: str) -> bytes:
    """As Windows wrote it: shaped letters whole, tones on their own where there is no whole one."""
    out = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = [p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323"]
            shape = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
            out += (shape + "".join(tones)).encode("cp1258")
    return out


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        as_windows_1258(TEXT),
        TEXT.encode().decode("latin-1").encode(),
        TEXT.encode().replace(b"\xc3", b"\0\xc3"),
    ],
    ids=[
        "utf-8",
        "bom",
        "utf-16-bom",
        "utf-16-le",
        "utf-16-be",
        "utf-32-bom",
        "windows-1258",
        "twice",
        "nuls",
    ],
)
@pytest.mark.parametrize("charset", ["", "utf-8", "iso-8859-1", "windows-1252", "nonsense", "zip"])
def test_the_same_text_comes_out_whatever_the_bytes_and_whatever_http_says(content, charset):
    assert decode(content, charset=charset) == TEXT


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-16", "gb2312", "utf-8"])
def test_a_false_meta_does_not_win_over_valid_utf8(declared):
    page = MARK.format(declared, TEXT)
    assert decode(page.encode(), is_html=True) == page


def test_a_page_cut_in_the_middle_of_a_letter_is_still_utf8():
    assert decode(TEXT.encode()[:-1] + b"\xe1\xbb").startswith(TEXT[:-1])


def test_a_pasted_windows_1252_quotation_mark_in_utf8_is_read_as_one():
    assert decode(TEXT.encode() + b" \x93OK\x94") == TEXT + " “OK”"


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("gb2312", "话剧约定无期限河北各市巡演结束"),
        ("shift_jis", "これは日本語のニュースです"),
        ("windows-1251", "Новости Вьетнама на русском языке"),
        ("iso-8859-1", "L'été dernier, à la plage, où l'on rêvait déjà d'août"),
        ("iso-8859-1", "Die Bürger müssen für größere Züge mehr Gebühren zahlen"),
    ],
)
def test_a_true_meta_is_believed_where_the_bytes_are_not_utf8(declared, text):
    page = MARK.format(declared, text)
    assert decode(page.encode(declared), is_html=True) == page


def test_an_undeclared_charset_is_guessed():
    text = "Премьер-министр посетил новый мост через реку и поговорил с жителями города. " * 5
    assert decode(text.encode("windows-1251")) == text


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Chñ tÞch n­íc tiÕp ®oµn ®¹i biÓu", "Chủ tịch nước tiếp đoàn đại biểu"),
        ("Thµnh phè Hå ChÝ Minh khëi c«ng ®­êng míi", "Thành phố Hồ Chí Minh khởi công đường mới"),
        ("Quü häc bæng trao 20 suÊt quµ", "Quỹ học bổng trao 20 suất quà"),
    ],
)
def test_tcvn3_text_is_recognised_and_converted(typed, wanted):
    assert decode(typed.encode("cp1252")) == wanted
    assert decode(typed.encode()) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Chuû tòch nöôùc tieáp ñoaøn ñaïi bieåu", "Chủ tịch nước tiếp đoàn đại biểu"),
        ("THAØNH PHOÁ HOÀ CHÍ MINH KHÔÛI COÂNG", "THÀNH PHỐ HỒ CHÍ MINH KHỞI CÔNG"),
        ("Quyõ hoïc boång trao 20 suaát quaø", "Quỹ học bổng trao 20 suất quà"),
    ],
)
def test_vni_text_is_recognised_and_converted(typed, wanted):
    assert decode(typed.encode("cp1252")) == wanted
    assert decode(typed.encode()) == wanted


def test_legacy_text_spelled_in_entities_is_converted_in_html():
    page = "<p>Ch&ntilde; t&THORN;ch n&shy;&iacute;c ti&Otilde;p &reg;o&micro;n &#174;&#185;i"
    assert decode(page.encode(), is_html=True) == "<p>Chủ tịch nước tiếp đoàn đại"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        "Bộ phim «Em đã quá» ra rạp",
        "«quá»",
        "THỊ XÃ HƯƠNG TRÀ",
        "XÃ “BÊN BỜ” SÔNG",
        "Dai hoi dang bo, khong dau",
        "São Paulo não é a capital; ações e corações",
        "Le naïf août à Orléans où l'on dîne, hôtel, forêt, théâtre",
        "Göteborg, Malmö och Skåne får snö på måndag",
        "Intel® Core™ và Samsung© 2024 §5",
        "Reykjavík er höfuðborg Íslands og það er stærsta borgin",
    ],
)
def test_good_text_is_left_alone(text):
    assert decode(text.encode()) == text
    assert decode(text.encode(), is_html=True) == text


def test_only_the_passage_that_was_encoded_twice_is_repaired():
    twice = "Trường đại học mở cửa".encode().decode("latin-1")
    page = f"<p>{TEXT}</p><p>{twice}</p>"
    assert decode(page.encode(), is_html=True) == f"<p>{TEXT}</p><p>Trường đại học mở cửa</p>"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        bytes(range(256)) * 100,
        "á»".encode() * 300_000,
        b"&eacute;" * 300_000,
        b"<meta " * 300_000,
        "®a".encode() * 300_000,
        "Ã".encode() * 300_000,
        b"\xe1" * 300_000,
    ],
    ids=[
        "empty",
        "nuls",
        "all-bytes",
        "twice",
        "entities",
        "metas",
        "signs",
        "tildes",
        "lead-bytes",
    ],
)
def test_hostile_bytes_still_give_text(content):
    assert "\0" not in decode(content, is_html=True)


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "idna"]))
def test_decoding_never_fails(content, charset):
    assert isinstance(decode(content, charset=charset, is_html=True), str)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100))
def test_ascii_is_itself(text):
    assert decode(text.encode()) == text
    assert from_tcvn3(text) == from_vni(text) == convert_legacy(text) == text
