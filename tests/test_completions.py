"""Typing completes to what stands in articles, marks or no marks; counts say in how many."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Article, open_index
from indexer.query import parse_query

TEXTS = [
    ("Đại hội đảng bộ tỉnh khai mạc", "Chủ tịch Hồ Chí Minh là chủ đề của một buổi nói chuyện."),
    ("Khai mạc đại hội đảng bộ huyện", "Thành phố Hồ Chí Minh cử đoàn đến dự đại hội."),
    ("Thêm hai đại học tuyển sinh", "Trường đại học ở Lạng Sơn mở ngành mới, thêm đại học nữa."),
    ("Lạng Sơn đón mùa hồi", "Hôm qua mùa hồi bắt đầu ở Lạng Sơn và Cao Bằng."),
    ("Mùa hồi ở Lạng Sơn", "Giá hồi ở Lạng Sơn tăng, và người trồng mừng."),
    ("Chuyện ở làng", "Trâu của làng sẽ được tiêm. Làng sẽ họp."),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    made = open_index(tmp_path_factory.mktemp("index"), create=True)
    made.add(
        Article(id=str(number), title=title, body=body)
        for number, (title, body) in enumerate(TEXTS)
    )
    return made


def texts(index, typed):
    return [found.text for found in index.suggest(typed)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("dai ho", "đại hội đảng bộ"),
        ("dai ho", "đại học tuyển sinh"),
        ("đại hội đ", "đại hội đảng bộ"),
        ("DAI HOI DANG", "đại hội đảng bộ"),
        ("ddaij hooji d", "đại hội đảng bộ"),
        ("lang s", "Lạng Sơn"),
        ("ho chi m", "Hồ Chí Minh"),
        ("hồ c", "Hồ Chí Minh"),
        ("thanh pho ho ch", "Thành phố Hồ Chí"),
        ('"lạng s', '"Lạng Sơn'),
        ("(mua h", "(mùa hồi"),
        ("title:lạng s", 'title:"Lạng Sơn"'),
        ("site:bao.example lang s", "site:bao.example Lạng Sơn"),
        ("trâ", "Trâu"),
    ],
)
def test_typing_completes_to_what_stands_in_articles(index, typed, wanted):
    assert wanted in texts(index, typed)


@pytest.mark.parametrize("typed", ["dai ho", "lang s", "ho c", "mua ", "hồi ở l", "đại học t"])
def test_every_completion_stands_in_as_many_articles_as_it_says(index, typed):
    found = index.suggest(typed)
    assert found
    for completion in found:
        phrase = index.search(f'"{completion.text}"')
        assert phrase.total == completion.count > 0


def test_after_other_words_the_count_is_of_articles_with_all_of_them(index):
    [found] = [each for each in index.suggest("hôm qua lang s") if each.text.endswith("Sơn")]
    assert found.text == "hôm qua Lạng Sơn"
    assert found.count == index.search(found.text).total == 1


def test_words_that_no_article_has_together_are_not_offered(index):
    assert texts(index, "trâu lạng s") == []
    assert texts(index, "xyz l") == []


def test_marks_that_were_typed_must_be_there(index):
    assert all("làng" in text.lower() for text in texts(index, "làng "))
    assert "Lạng Sơn" not in texts(index, "làng s")


def test_words_that_end_no_phrase_come_last(index):
    found = texts(index, "lang s")
    assert found.index("Lạng Sơn") < found.index("làng sẽ")


def test_a_space_says_that_the_word_is_finished(index):
    assert "Lạng Sơn" not in texts(index, "la ")


@pytest.mark.parametrize("typed", ["", " ", "?", "…", "-", '"', "title:"])
def test_nothing_typed_completes_to_nothing(index, typed):
    assert texts(index, typed) == []


def test_an_empty_index_completes_nothing(tmp_path):
    assert open_index(tmp_path, create=True).suggest("lang s") == []


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30) | st.text('aăâđlạngsơnhồi ":(=-', max_size=14))
def test_any_text_can_be_typed_and_every_completion_finds_something(index, typed):
    found = index.suggest(typed, limit=3)
    assert len(found) <= 3
    for completion in found:
        assert completion.count > 0
        assert parse_query(completion.text).root is not None


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    made = open_index(tmp_path_factory.mktemp("names"), create=True)
    titles = [
        *["Phạm Sỹ và Công Lý diễn kịch ở nhà hát", "Công Lý nói về vai mới", "Phạm Sỹ trở lại"]
        * 2,
        *[
            f"Barca {rest}"
            for rest in ("mua tiền vệ", "mua hậu vệ", "thua đau", "vô địch", "bán vé")
        ],
        *["Mỹ nhân Việt", "Miền Trung mưa lớn", "Myanmar bầu cử", "dai dẳng cơn đau", "Đại học"]
        * 2,
    ]
    made.add(Article(id=str(n), title=title, body=f"{title}.") for n, title in enumerate(titles))
    return made


def lowered(index, typed):
    return [text.lower() for text in texts(index, typed)]


@pytest.mark.parametrize("typed", ["phạm sỹ", "phạm sĩ", "pham sy", "pham si", "nha hat pham sy"])
def test_y_completes_to_i_as_it_is_searched_for(names, typed):
    assert any("phạm sỹ" in text for text in lowered(names, typed))


@pytest.mark.parametrize("typed", ["my", "mỹ"])
def test_a_whole_word_with_y_is_not_the_beginning_of_one_with_i(names, typed):
    found = lowered(names, typed)
    assert "mỹ nhân việt" in found
    assert not any(text.startswith("mi") for text in found)


def test_a_name_that_is_being_typed_is_offered_by_itself(names):
    assert lowered(names, "bar")[:2] in (["barca", "barca mua"], ["barca mua", "barca"])
    assert lowered(names, "barca")[:1] != []


def test_nothing_is_made_up_after_a_phrase_that_never_goes_on(names):
    assert texts(names, "nhà hát ") == []


def test_an_exact_word_completes_to_what_has_its_letters_and_marks(names):
    assert lowered(names, "=dai") == ['="dai dẳng cơn đau"']
    assert "=đại học" in [text.replace('"', "") for text in lowered(names, "=đại h")]
