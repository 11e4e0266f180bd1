"""Articles for the tests of the columnar index: small, made up, and awkward."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from indexer.models import Article, Removal

_SOME = """đại hội Đại Hội dai hoi đài dài thủ tướng của và là Hà Nội hà nội HOÀ hòa thuỷ thủy Mỹ kỹ
COVID-19 27/9 2.500 (ảnh) “hội”, nghị. – & hội, đại… km2 a=b x"""
WORDS = _SOME.split()

ARTICLES = (
    Article(
        id="https://vidu.vn/1",
        url="https://vidu.vn/1",
        title="Đại hội lần thứ nhất khai mạc",
        lead="Sáng 27/9, đại hội đã khai mạc tại Hà Nội.",
        body="Đại hội có 2.500 đại biểu.\n\nThủ tướng phát biểu – “đại hội thành công”.",
        captions=("Quang cảnh đại hội. Ảnh: TTX",),
        author=("Lê Thị Hoa", "Trần Văn Bình"),
        agency="TTX",
        section="Thời sự",
        tags=("đại hội", "Hà Nội"),
        site="vidu.vn",
        published=datetime(2020, 9, 27, 8, 30, tzinfo=UTC),
        removed=(Removal("share-bar", "Chia sẻ"),),
    ),
    Article(
        id="b",
        title="dai hoi khong dau",
        body="ban tin khong dau ve dai hoi\nDÒNG HAI  có hai dấu cách ",
        site="khac.vn",
        published=datetime(2021, 1, 2, tzinfo=UTC),
    ),
    Article(id="c", title="", body="", captions=("", "một\nhai", "ba")),
    Article(id="d", title="- - -", lead="…", body="\n\n đài\u00a0hội \t a=b\n", source="x.txt"),
    Article(
        id="e",
        title="Thuỷ và hoà",
        body="hoà bình hòa bình thuỷ thủy Mỹ Mĩ kỹ thuật kĩ thuật",
        body_kinds=("paragraph",),
        url="https://vidu.vn/e",
        tags=("Mỹ",),
    ),
)


def many(count: int, *, start: int = 0) -> list[Article]:
    """Articles with words of very different frequency."""
    found = []
    for i in range(start, start + count):
        words = [WORDS[(i * 7 + j * j) % len(WORDS)] for j in range(5 + i % 60)]
        words += ["của"] * (i % 3) + [f"hiếm{i % 97}"]
        found.append(
            Article(
                id=f"bài-{i}",
                title=" ".join(words[:6]),
                lead=" ".join(words[3:9]) if i % 2 else "",
                body="\n".join(" ".join(words[k : k + 20]) for k in range(0, len(words), 20)),
                captions=(words[0],) if i % 5 == 0 else (),
                site=f"bao{i % 3}.vn",
                tags=tuple({words[0], words[1]}),
                published=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=i),
            )
        )
    return found


texts = st.lists(
    st.sampled_from([*WORDS, "", "\n", "\n\n", " ", "\u00a0", "\u200b", "e\u0323", "0" * 300])
    | st.text(max_size=6),
    max_size=40,
).map(" ".join)
articles = st.builds(
    Article,
    id=st.text(min_size=1, max_size=5),
    title=texts,
    lead=texts,
    body=texts,
    captions=st.lists(texts, max_size=2).map(tuple),
    author=st.lists(st.sampled_from(["Lê Hoa", "Bình"]), max_size=2).map(tuple),
    site=st.sampled_from(["", "a.vn", "b.vn"]),
    section=st.sampled_from(["", "Thể thao"]),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)
