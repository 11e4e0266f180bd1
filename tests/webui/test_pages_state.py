"""Every state of the search page is its address; charts say what they count."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer import FacetValue, Sort
from webui.charts import MOST_ROWS, draw_ranking, draw_timeline
from webui.request import FACETS, FORMS, SCALARS, SearchRequest, read_request
from webui.settings import Settings

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
values = st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=3, unique=True).map(tuple)
days = st.sampled_from(["", "2020", "2020-09", "2020-09-27", "27/9/2020"])
requests = st.builds(
    SearchRequest,
    text=words,
    filters=st.one_of(
        st.dictionaries(st.sampled_from([f for f in FACETS if f not in FORMS]), values, max_size=3),
        st.just({"year": ("2019", "2020"), "month": ("2020-09",)}),
    ),
    since=days,
    until=days,
    sort=st.sampled_from([None, *Sort]),
    page=st.integers(1, 50),
    per_page=st.sampled_from([None, 5, 100]),
    literal=st.booleans(),
    recency=st.sampled_from([None, 1, 30]),
)


def read(wanted: SearchRequest) -> SearchRequest:
    address = urlencode(wanted.args(), doseq=True)
    return read_request(MultiDict(parse_qsl(address, keep_blank_values=True)), Settings())


@given(requests)
def test_a_state_is_read_back_from_its_address(wanted: SearchRequest) -> None:
    assert read(wanted) == wanted


@given(requests)
def test_each_chip_takes_one_narrowing_away(wanted: SearchRequest) -> None:
    chips = list(wanted.chips())
    assert bool(chips) == wanted.narrowed
    for _, _, without in chips:
        assert len(list(without.chips())) == len(chips) - 1
        assert without.page == 1


@given(
    st.lists(
        st.tuples(st.sampled_from([*FACETS, *SCALARS]), words),
        max_size=6,
    )
)
def test_no_address_is_an_error(pairs: list[tuple[str, str]]) -> None:
    wanted = read_request(MultiDict(pairs), Settings())
    assert wanted.page >= 1


def facet(**counts: int) -> list[FacetValue]:
    return [FacetValue(name.lstrip("_").replace("_", "-"), n) for name, n in counts.items()]


def address(name: str, value: str) -> str:
    return f"{name}={value}"


def test_months_without_articles_have_a_place_but_no_bar() -> None:
    chart = draw_timeline(
        facet(_2019_11=4, _2020_02=1), facet(_2019=4, _2020=1), address=address, format_month=str
    )
    assert chart is not None and chart.unit == "month"
    assert [(bar.value, bar.count, bool(bar.url)) for bar in chart.bars] == [
        ("2019-11", 4, True),
        ("2019-12", 0, False),
        ("2020-01", 0, False),
        ("2020-02", 1, True),
    ]
    assert chart.bars[0].length == chart.height


def test_a_long_time_is_drawn_by_years() -> None:
    chart = draw_timeline(
        facet(_2010_01=1, _2020_01=3), facet(_2010=1, _2020=3), address=address, format_month=str
    )
    assert chart is not None and chart.unit == "year"
    assert len(chart.bars) == 11
    assert chart.bars[-1].url == "year=2020"


def test_a_chosen_year_is_drawn_whole_by_months() -> None:
    months, years = facet(_2020_03=1, _2020_05=3), facet(_2010=1, _2020=4)
    chart = draw_timeline(months, years, address=address, format_month=str, within=("2020",))
    assert chart is not None and chart.unit == "month"
    assert [bar.value for bar in chart.bars] == [f"2020-{month:02}" for month in range(1, 13)]


def test_articles_without_a_date_are_counted_as_left_out() -> None:
    months = facet(_2020_01=3, _2020_02=1)
    chart = draw_timeline(months, [], address=address, format_month=str, total=6)
    assert chart is not None and chart.left_out == 2


def test_one_month_alone_is_no_chart() -> None:
    assert draw_timeline(facet(_2020_01=3), [], address=address, format_month=str) is None
    assert draw_timeline([], [], address=address, format_month=str) is None


@given(
    st.lists(
        st.tuples(st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 999)),
        min_size=2,
        max_size=20,
    )
)
def test_bars_stay_inside_the_drawing(counted: list[tuple[int, int, int]]) -> None:
    months = {f"{year}-{month:02}": n for year, month, n in counted}
    years = {f"{year}": n for year, _, n in counted}
    chart = draw_timeline(
        [FacetValue(*item) for item in months.items()],
        [FacetValue(*item) for item in years.items()],
        address=address,
        format_month=str,
    )
    for bar in chart.bars if chart else ():
        assert bar.x >= 0 and bar.x + bar.slot <= 100.1
        assert 0 <= bar.length <= chart.height
        assert bar.breadth <= bar.slot


def test_a_ranking_is_measured_by_its_first() -> None:
    chart = draw_ranking(facet(vov=8, vtv=2), name="site", address=address)
    assert chart is not None
    assert [bar.length for bar in chart.bars] == [100, 25]
    long = draw_ranking(
        [FacetValue(str(n), 1) for n in range(MOST_ROWS + 7)], name="site", address=address
    )
    assert long is not None and long.left_out == 7
    assert draw_ranking([], name="site", address=address) is None
