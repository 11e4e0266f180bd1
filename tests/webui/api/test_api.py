"""The API, feeds and exports, as a program sees them."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from indexer import Article, Index, open_index
from webui import create_app
from webui.ratelimit import RateLimiter

STRANGE_ID = "https://tinvung.example/a//b?x=1&y=%20 2#phần-3"
START = datetime(2024, 1, 1, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
FAR_AWAY = {"REMOTE_ADDR": "203.0.113.7"}


def test_search_answers_with_the_shape_of_the_library(client: FlaskClient, index: Index):
    answer = client.get("/api/search?q=dai+hoi&per_page=3&page=2").json
    expected = index.search("dai hoi", per_page=3, page=2).as_dict()
    assert answer | {"took_ms": 0} == expected | {"took_ms": 0}


def test_paging_ends_at_a_depth_that_is_said(client: FlaskClient):
    answer = client.get("/api/search?page=101&per_page=100")
    assert answer.status_code == 404
    assert answer.json["detail"] == "page is too deep: paging reaches 10000 results"


def test_filters_may_be_repeated_and_combined(client: FlaskClient):
    both = client.get("/api/search?site=baolang.example&site=thoisu.example&year=2020").json
    one = client.get("/api/search?site=baolang.example&year=2020").json
    assert both["total"] > one["total"] > 0
    assert {hit["site"] for hit in both["hits"]} == {"baolang.example", "thoisu.example"}


@pytest.mark.parametrize("query", ["page=0", "page=1001", "page=1&page=2", "page=１",
                                   "per_page=101", "sort=best", "since=soon", "literal=y",
                                   "recency=0"])  # fmt: skip
def test_wrong_parameters_are_problems_that_name_them(client: FlaskClient, query: str):
    answer = client.get("/api/search?" + query)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"].startswith(query.split("=")[0])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api/search?q=na&stie=a.example", "stie is not a parameter of this address; site is"),
        ("/api/suggest?q=na&page=2", "page is not a parameter of this address"),
        ("/api/articles?id=a&q=na", "q is not a parameter of this address"),
        ("/api/articles/a?x=1", "x is not a parameter of this address"),
        ("/api/similar?id=a&n=3", "n is not a parameter of this address"),
        ("/api/stats?year=2020", "year is not a parameter of this address"),
        ("/feed.rss?querry=na", "querry is not a parameter of this address"),
        ("/export.csv?untill=2020", "untill is not a parameter of this address; until is"),
    ],
)
def test_a_parameter_that_is_not_there_is_a_problem(client: FlaskClient, path: str, told: str):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["detail"] == told


def test_newer_articles_gain_where_that_is_asked_for(client: FlaskClient, index: Index):
    plain, recent = client.get("/api/search?q=na").json, client.get("/api/search?q=na&recency=30")
    wanted = index.search("na", recency_days=30).as_dict()
    assert recent.json | {"took_ms": 0} == wanted | {"took_ms": 0}
    assert [hit["score"] for hit in plain["hits"]] != [hit["score"] for hit in wanted["hits"]]


def test_what_a_request_cannot_hold_is_not_echoed(client: FlaskClient):
    assert client.get("/api/search?q=na%00x").json["query"] == "na x"


@pytest.mark.parametrize("form", ["/api/articles/{}", "/api/articles?id={}"])
def test_articles_are_found_by_ids_that_are_addresses(client: FlaskClient, form: str):
    answer = client.get(form.format(quote(STRANGE_ID, safe="")))
    assert Article.from_dict(answer.json).title == "Mùa na Hữu Lũng, kỳ 1"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/articles?id=nowhere", 404),
        ("/api/articles/nowhere", 404),
        ("/api/articles", 400),
        ("/api/similar?id=nowhere", 404),
        ("/api/suggest?limit=99", 400),
        ("/api/nothing", 404),
        ("/feed.atom?page=x", 400),
        ("/feed.atom?page=2", 400),
        ("/feed.rss?per_page=5", 400),
        ("/export.csv?page=2", 400),
        ("/export.csv?sort=x", 400),
    ],
)
def test_errors_are_problem_json(client: FlaskClient, path: str, status: int):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status


def test_similar_and_suggest_and_stats_answer(client: FlaskClient):
    id = quote("https://baolang.example/tin-0.html", safe="")
    assert len(client.get(f"/api/similar?id={id}&limit=2").json["hits"]) == 2
    assert client.get("/api/suggest?q=dai+h").json["suggestions"][0]["text"].startswith("đại h")
    assert client.get("/api/stats").json["articles"] == 45
    assert client.get("/opensearch/suggest?q=dai+h").json[0] == "dai h"


def test_an_answer_stays_good_until_the_next_commit(tmp_path: Path):
    index = open_index(tmp_path / "index", create=True)
    client = create_app(index, refresh_interval_s=0).test_client()
    index.add([Article(id="a", title="Tin đầu")])
    first = client.get("/api/search?q=tin")
    assert first.headers["Last-Modified"]
    condition = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/search?q=tin", headers=condition).status_code == 304
    assert client.get("/api/search?q=khac", headers=condition).status_code == 200
    index.add([Article(id="b", title="Tin sau")])
    assert client.get("/api/search?q=tin", headers=condition).json["total"] == 2


def test_a_commit_during_an_answer_never_gives_old_content_a_new_tag(tmp_path: Path):
    index = open_index(tmp_path / "index", create=True)
    app = create_app(index, refresh_interval_s=0)
    index.add([Article(id="a", title="Tin đầu")])
    late = [Article(id="b", title="Tin sau")]
    app.after_request_funcs.setdefault("api", []).append(
        lambda answer: (index.add([late.pop()]) if late else 0, answer)[1]
    )
    client = app.test_client()
    old = client.get("/api/search?q=tin")
    assert old.json["total"] == 1
    again = client.get("/api/search?q=tin", headers={"If-None-Match": old.headers["ETag"]})
    assert (again.status_code, again.json["total"]) == (200, 2)


def test_any_search_is_an_atom_feed(client: FlaskClient):
    answer = client.get("/feed.atom?q=dai+hoi")
    feed = ElementTree.fromstring(answer.data)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 15
    assert entries[0].findtext(f"{ATOM}title") == "Đại hội Đảng bộ Lạng Sơn, kỳ 42"
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}published")
    assert all(
        e.findtext(f"{ATOM}{n}")
        for e in entries
        for n in ("id", "updated", "author/" + f"{ATOM}name")
    )


def test_a_feed_holds_the_newest_of_what_the_words_are_about(tmp_path: Path):
    index = open_index(tmp_path / "index", create=True)
    own = [" ".join(f"chữ{n}x{k}" for k in range(80)) for n in range(60)]
    about = [Article(id=f"gold{n}", title="Giá vàng hôm nay", published=START + timedelta(days=n),
                     body=f"Giá vàng phiên này tăng nhẹ. {own[n]}")
             for n in range(4)]  # fmt: skip
    scattered = Article(id="other", title="Chợ phiên", published=START + timedelta(days=9),
                        body=f"Áo vàng rực. {own[4]} Không ai hỏi giá.")  # fmt: skip
    others = [Article(id=f"tin{n}", title="Bản tin", body=own[n]) for n in range(5, 60)]
    index.add([*about, scattered, *others])
    client = create_app(index).test_client()

    def ids(path: str) -> list[str]:
        feed = ElementTree.fromstring(client.get(path).data)
        return [e.findtext(f"{ATOM}id", "")[-5:] for e in feed.findall(f"{ATOM}entry")]

    assert client.get("/api/search?q=gia+vang").json["total"] == 5
    assert ids("/feed.atom?q=gia+vang") == ["gold3", "gold2", "gold1", "gold0"]
    assert ids("/feed.atom?q=gia+vang&sort=newest")[0] == "other"
    assert ids("/feed.atom?q=site:x+OR+-zzz")[0] == "other"  # nothing has a score


def test_any_search_is_an_rss_feed(client: FlaskClient):
    channel = ElementTree.fromstring(client.get("/feed.rss?q=huu+lung").data).find("channel")
    assert channel is not None
    assert len(channel.findall("item")) == 15
    assert channel.findtext("item/pubDate", "").endswith("+0700")


def test_exports_hold_every_article_found(client: FlaskClient, index: Index):
    lines = client.get("/export.jsonl?q=dai+hoi").text.splitlines()
    assert [Article.from_dict(json.loads(x)).id for x in lines] == [
        a.id for a in index.export("dai hoi")
    ]
    wrong = client.get("/export.jsonl?q=ddaij+hooji").text.splitlines()  # Telex, unconverted
    assert len(wrong) == client.get("/api/search?q=ddaij+hooji").json["total"] == len(lines)
    assert client.get("/export.jsonl?q=ddaij+hooji&literal=1").text == ""
    table = client.get("/export.csv?q=dai+hoi")
    assert table.text.startswith("\ufeffid,url,title")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert len(rows) == 15
    assert rows[0]["tags"] == "Lạng Sơn; đại hội"


def test_exports_are_bounded(index: Index):
    answer = create_app(index, max_export=7).test_client().get("/export.jsonl")
    assert len(answer.text.splitlines()) == 7


def test_an_export_that_takes_too_long_is_a_problem(index: Index):
    answer = create_app(index, time_limit_s=0).test_client().get("/export.csv?q=d*+OR+h*")
    assert (answer.status_code, answer.json["type"]) == (400, "urn:timtin:problem:bad-query")


def test_browsers_and_crawlers_find_what_they_ask_every_site_for(client: FlaskClient):
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /\n" in robots.text
    with client.get("/favicon.ico") as icon:
        assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")


def test_browsers_can_add_the_page_as_a_search_engine(client: FlaskClient):
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(client.get("/opensearch.xml").data)
    templates = [url.get("template") for url in root.findall(f"{space}Url")]
    assert "http://localhost/search?q={searchTerms}" in templates


def test_health_and_metrics_for_those_who_run_it(index: Index, empty_folder: Path):
    ready, waiting = create_app(index).test_client(), create_app(empty_folder).test_client()
    assert ready.get("/readyz").json["articles"] == 45
    assert waiting.get("/healthz").status_code == 200
    answer = waiting.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    pytest.importorskip("prometheus_client", reason="needs the extra `metrics`")
    assert "timtin_articles 45.0" in ready.get("/metrics").text


def test_only_clients_elsewhere_are_limited(index: Index):
    client = create_app(index, api_per_minute=3).test_client()
    answers = [client.get("/api/stats", environ_base=FAR_AWAY) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get("/api/stats").status_code == 200
    assert client.get("/search?q=na", environ_base=FAR_AWAY).status_code == 200


def test_who_follows_a_link_of_the_page_is_told_of_the_limit_on_a_page(index: Index):
    client = create_app(index, api_per_minute=1).test_client()
    assert client.get("/feed.atom", environ_base=FAR_AWAY).status_code == 200
    by_hand = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "vi"}
    page = client.get("/feed.atom", environ_base=FAR_AWAY, headers=by_hand)
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "Quá nhiều lượt" in page.text
    assert int(page.headers["Retry-After"]) > 0
    answer = client.get("/feed.atom", environ_base=FAR_AWAY, headers={"Accept": "*/*"})
    assert answer.mimetype == "application/problem+json"


def test_a_bucket_refills_steadily():
    now = 0.0
    limiter = RateLimiter(60, lambda: now)
    assert [limiter.take("a") for _ in range(60)] == [0.0] * 60
    assert limiter.take("a") == 1.0
    assert limiter.take("b") == 0.0
    now = 1.0
    assert limiter.take("a") == 0.0


def test_the_description_names_every_address_of_the_api(client: FlaskClient):
    described = set(client.get("/api/openapi.json").json["paths"])
    rules = {rule.rule for rule in client.application.url_map.iter_rules()}
    ours = {r for r in rules if r.startswith(("/api/", "/feed.", "/export."))}
    assert described == ours - {"/api/openapi.json", "/api/articles/<id:id>"}


@pytest.mark.parametrize("path", ["/api/search?q=dai", "/feed.atom", "/export.csv", "/"])
def test_options_say_which_methods_there_are_and_nothing_else(client: FlaskClient, path: str):
    answer = client.options(path)
    assert answer.status_code == 204
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "ETag" not in answer.headers
    assert "Content-Type" not in answer.headers
    assert answer.data == b""
