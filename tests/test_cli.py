"""The commands, run as a user runs them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import cli
from indexer.cli.terminal import safe
from indexer.index import open_index

ROOT = Path(__file__).parent.parent
TEXT = (
    "Đại hội hợp tác xã trồng chè\n\nSáng 3/5, hợp tác xã trồng chè mở đại hội tại nhà văn hóa với "
    "hơn một trăm xã viên tham dự và nhiều khách mời từ các xã bên.\n\nĐại hội bàn cách đưa chè ra "
    "chợ lớn, mua thêm máy sao chè và giữ giá thu mua ổn định cho các hộ trồng chè trong vùng.\n"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "che.txt").write_text(TEXT, "utf-8")

    def invoke(*words: str, **how: object) -> Result:
        return CliRunner().invoke(cli, list(words), auto_envvar_prefix="TIMTIN", **how)  # type: ignore[arg-type]

    return invoke


def test_index_then_search(run):
    indexed = run("index", "docs", "--workers", "1", "--memory-mb", "64")
    assert indexed.exit_code == 0, indexed.output
    assert "1 added" in indexed.output
    found = run("search", "dai", "hoi")
    assert found.exit_code == 0
    assert "Đại hội hợp tác xã trồng chè" in found.output


def test_json_is_what_programs_get(run):
    report = json.loads(run("index", "docs", "--json").stdout)
    assert report[0]["added"] == 1
    results = json.loads(run("search", "đại hội", "--json").stdout)
    assert results["total"] == 1
    assert json.loads(run("search", "đại hội", "--jsonl").stdout)["id"] == "che.txt"
    assert json.loads(run("stats", "--json").stdout)["articles"] == 1
    assert json.loads(run("verify", "--json").stdout)["problems"] == []
    assert json.loads(run("export").stdout)["title"] == "Đại hội hợp tác xã trồng chè"
    assert json.loads(run("clean", "docs/che.txt", "--json").stdout)[0]["title"]


def test_a_search_explains_itself(run):
    run("index", "docs")
    shown = run("search", "dai hoi -bão", "--explain").output
    assert "Parsed: dai AND hoi AND NOT bão" in shown
    assert "Understood: đại hội" in shown
    assert "side by side" in shown
    values = json.loads(run("search", "dai hoi", "--explain", "--json").stdout)
    [explained] = values["explained"]
    assert explained["typed"] == ["dai", "hoi"]
    assert explained["reading"] == ["đại", "hội"]
    assert explained["id"] == values["hits"][0]["id"]
    assert explained["total"] == pytest.approx(values["hits"][0]["score"], abs=1e-3)
    assert sum(r["score"] for r in explained["reasons"]) == pytest.approx(
        explained["total"], abs=0.1
    )


def test_recency_is_a_number_of_days(run):
    run("index", "docs")
    assert run("search", "dai hoi", "--recency", "30").exit_code == 0
    assert run("search", "dai hoi", "--recency", "0").exit_code == 2


def test_nothing_found_is_exit_code_1(run):
    run("index", "docs")
    nothing = run("search", "zzzz")
    assert nothing.exit_code == 1
    assert "Nothing found, " in nothing.output
    assert "Use fewer words, or leave the marks out" in nothing.output
    assert run("export", "zzzz").exit_code == 1
    too_far = run("search", "chè", "--page", "9")
    assert too_far.exit_code == 1
    assert "There is no page 9: the last is --page 1." in too_far.output


def test_a_missing_path_fails_and_the_others_are_indexed(run, tmp_path: Path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.txt").write_text(TEXT.replace("chè", "cà phê"), "utf-8")
    some = run("index", "docs", "missing", "more", "--workers", "1")
    assert some.exit_code == 1
    assert "missing: failed (no such file or folder)" in some.output
    assert "2 articles in index" in some.output
    reports = json.loads(run("index", "missing", "docs", "--json").stdout)
    assert [r["failed"] != [] for r in reports] == [True, False]


def test_only_missing_paths_are_wrong_usage(run, tmp_path: Path):
    none = run("index", "missing", "gone")
    assert none.exit_code == 2
    assert "There is no missing and no gone." in none.output
    assert not (tmp_path / "index").exists()


def test_the_summaries_of_the_commands_are_whole_in_80_columns(run):
    shown = run("--help", terminal_width=80).output.partition("Commands:")[2]
    assert "clean" in shown
    assert "..." not in shown


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("index", "--index", "x", "docs"), "timtin --index … index"),
        (("search", "lũ", "-bão"), "timtin search -- lũ -bão"),
        (("export", "-bão"), "timtin export -- lũ -bão"),
        (("search", "lũ", "--json", "--jsonl"), "one of them"),
        (("search", "lũ", "--since", "2021", "--until", "2020"), "2021 is after --until 2020"),
        (("export", "--since", "2021", "--until", "2020"), "2021 is after --until 2020"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_meant(run, words, advice: str):
    wrong = run(*words)
    assert wrong.exit_code == 2
    assert advice in wrong.output


def test_an_export_is_in_the_order_of_the_search(run, tmp_path: Path):
    bodies = ("Tin ở xã: đại biểu dự hội nghị.", "Sáng nay khai mạc đại hội.", "Đại hội đại hội.")
    lines = (json.dumps({"url": f"https://a.vn/{n}", "title": f"Bản tin {n}", "text": text * 5})
             for n, text in enumerate(bodies))  # fmt: skip
    (tmp_path / "docs" / "a.jsonl").write_text("\n".join(lines), "utf-8")
    run("index", "docs", "--keep-all")
    found = [
        json.loads(line)["id"] for line in run("search", "dai hoi", "--jsonl").stdout.splitlines()
    ]
    assert len(found) == 4
    exported = run("export", "dai hoi").stdout.splitlines()
    assert [json.loads(line)["id"] for line in exported] == found


def test_no_index_is_exit_code_3_and_one_line(run):
    result = run("search", "x")
    assert result.exit_code == 3
    assert result.output == "timtin: index: there is no index here\n"


def test_the_index_can_be_named_by_option_variable_and_file(run, tmp_path: Path):
    assert run("--index", "elsewhere", "index", "docs").exit_code == 0
    assert run("search", "chè", env={"TIMTIN_INDEX": "elsewhere"}).exit_code == 0
    (tmp_path / "timtin.toml").write_text('location = "elsewhere"\n[search]\nper_page = 1\n')
    found = run("search", "chè", "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["per_page"] == 1


def test_a_wrong_value_is_told_with_where_it_comes_from(run, tmp_path):
    result = run("serve", env={"TIMTIN_SERVE_PORT": "abc"})
    assert result.exit_code == 2
    assert "(from the environment: TIMTIN_SERVE_PORT)" in result.output
    (tmp_path / "timtin.toml").write_text('[serve]\nport = "abc"\n')
    assert "(from timtin.toml)" in run("serve").output


def test_a_wrong_value_of_the_whole_command_is_told_with_where_it_comes_from(run, tmp_path):
    result = run("stats", env={"TIMTIN_QUIET": "maybe"})
    assert result.exit_code == 2
    assert "(from the environment: TIMTIN_QUIET)" in result.output
    nowhere = run("stats", env={"TIMTIN_INDEX": "nowhere"})
    assert nowhere.output.endswith("no index here (from the environment: TIMTIN_INDEX)\n")
    (tmp_path / "timtin.toml").write_text('location = "nowhere"\n')
    assert run("stats").output.endswith("no index here (from timtin.toml)\n")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('index = "crawl"', 'location = "'),
        ("serve = 3", "serve is a table"),
        ("watch = []", "[watch]"),
        ("location = 3", "location is a text"),
        ("[search]\nper-page = 5", "per_page"),
        ("[search", "timtin.toml: "),
    ],
)
def test_settings_of_a_wrong_kind_are_told_in_one_sentence(run, tmp_path, settings, said):
    (tmp_path / "timtin.toml").write_text(settings)
    result = run("stats")
    assert result.exit_code == 2
    assert said in result.output
    assert "--config" not in result.output


def test_variables_and_settings_are_called_as_the_options(run, tmp_path):
    run("index", "docs")
    assert json.loads(run("search", "chè", env={"TIMTIN_SEARCH_JSON": "1"}).stdout)["hits"]
    (tmp_path / "timtin.toml").write_text("[search]\njson = true\n")
    assert json.loads(run("search", "chè").stdout)["hits"]


def test_an_unknown_option_in_the_settings_is_told(run, tmp_path):
    (tmp_path / "timtin.toml").write_text("[serve]\nprot = 1\n")
    result = run("serve")
    assert result.exit_code == 2
    assert "timtin.toml: [serve]: unknown: prot" in result.output


def test_a_broken_settings_file_is_named(run, tmp_path: Path):
    (tmp_path / "timtin.toml").write_text("index = [")
    result = run("stats")
    assert result.exit_code == 2
    assert "timtin.toml" in result.output


def test_an_emptied_file_is_reported_and_its_article_stays_until_it_is_gone(run, tmp_path: Path):
    run("index", "docs")
    (tmp_path / "docs" / "che.txt").write_text("")
    emptied = run("index", "docs")
    assert emptied.exit_code == 1
    assert "che.txt: failed" in emptied.output
    assert run("search", "chè").exit_code == 0
    (tmp_path / "docs" / "che.txt").unlink()
    assert "1 removed" in run("index", "docs").output
    assert run("search", "chè").exit_code == 1


def test_a_locked_index_is_exit_code_3_and_says_by_whom(run, tmp_path: Path):
    with open_index(tmp_path / "index", create=True).engine.writer():
        result = run("index", "docs")
    assert result.exit_code == 3
    assert f"locked by process {os.getpid()}" in result.output


def test_a_damaged_index_is_exit_code_3(run, tmp_path: Path):
    run("index", "docs")
    (file,) = (tmp_path / "index").glob("MAIN_*.tin")
    data = bytearray(file.read_bytes())
    middle = slice(len(data) // 2, len(data) // 2 + 16)  # longer than the gap between two arrays
    data[middle] = bytes(byte ^ 255 for byte in data[middle])
    file.write_bytes(data)
    result = run("verify")
    assert result.exit_code == 3
    assert file.name in result.output
    assert "delete its folder" in result.output


def test_clean_shows_kept_and_removed(run):
    shown = run("clean", "docs/che.txt").output
    assert "KEPT" in shown
    assert "title: Đại hội hợp tác xã" in shown


def test_clean_uses_what_the_index_has_learned_of_the_site(run, tmp_path: Path):
    slogan = "Chè xanh quê nhà, đậm tình làng xóm muôn phương"
    head = '<meta charset=utf-8><link rel=canonical href="https://che.vn/bai-{0}.html"><title>'
    for number in range(30):
        text = f"Vườn chè số {number} năm nay được mùa, ngày hái hơn {number + 2} tạ búp tươi."
        rest = f"Chủ vườn thứ {number} nói sẽ giữ giống cũ và trồng thêm {number + 5} sào nữa."
        title = f"Vườn chè số {number} được mùa búp tươi"
        (tmp_path / "docs" / f"{number}.html").write_text(
            f"<html><head>{head.format(number)}{title}</title></head><body><h1>{title}</h1>"
            f"<p>{text}</p><p>{rest}</p><p>{slogan}.</p></body></html>",
            "utf-8",
        )
    assert slogan in json.loads(run("clean", "docs/7.html", "--json").stdout)[0]["body"]
    run("--index", "learned", "index", "docs")
    files = {file: file.read_bytes() for file in (tmp_path / "learned").rglob("*.*")}
    cleaned = json.loads(run("--index", "learned", "clean", "docs/7.html", "--json").stdout)[0]
    assert slogan not in cleaned["body"]
    assert "site-furniture" in {removal["rule"] for removal in cleaned["removed"]}
    assert {file: file.read_bytes() for file in files} == files


def test_csv_cannot_carry_formulas(run, tmp_path: Path):
    (tmp_path / "docs" / "evil.jsonl").write_text(
        json.dumps({"title": "=HYPERLINK(1)", "text": TEXT, "author": "+1"}) + "\n", "utf-8"
    )
    run("index", "docs")
    table = run("export", "--csv").stdout
    assert "'=HYPERLINK(1)" in table
    assert "\n=" not in table
    assert ",=" not in table


def test_dates_narrow_a_search_and_an_export(run, tmp_path: Path):
    items = (
        {"title": f"Chè {year}", "text": TEXT, "date": f"{year}-05-03"} for year in (2020, 2021)
    )
    (tmp_path / "docs" / "che.jsonl").write_text("\n".join(map(json.dumps, items)), "utf-8")
    run("index", "docs")
    found = json.loads(run("search", "chè", "--since", "2021", "--json").stdout)
    assert [hit["title"]["text"] for hit in found["hits"]] == ["Chè 2021"]
    assert json.loads(run("export", "--until", "3/5/2020").stdout)["title"] == "Chè 2020"
    wrong = run("search", "chè", "--since", "2020-13")
    assert wrong.exit_code == 2
    assert "27/9/2020" in wrong.output


def test_text_cannot_steer_the_terminal():
    assert safe("a\x1b]0;x\x07\u202eb") == "a]0;xb"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(run, shell: str):
    assert "timtin" in run("completion", shell).output


def test_selectors_for_a_site_are_named_by_option_variable_and_file(run, tmp_path: Path):
    promo = (
        "Bạn đọc xa gần muốn ủng hộ quỹ khuyến học của xã xin gửi thư về ban liên lạc đồng hương."
    )
    text = "".join(f"<p>{line}</p>" for line in TEXT.splitlines()[1:] if line)
    (tmp_path / "docs" / "che.txt").unlink()
    (tmp_path / "docs" / "a.html").write_text(
        "<title>Chè xuân</title><link rel=canonical href='https://www.che.vn/xuan-1.html'>"
        f"<h1>Chè xuân được mùa</h1><div class=t>{text}<div class=x><p>{promo}</p></div></div>",
        "utf-8",
    )
    (tmp_path / "sites.toml").write_text('["che.vn"]\nremove = ["div.x"]\n')
    assert "khuyến học" in run("clean", "docs/a.html", "--json").stdout
    cleaned = json.loads(run("clean", "docs/a.html", "--json", "--sites", "sites.toml").stdout)
    assert "khuyến học" not in cleaned[0]["body"]
    run("index", "docs")
    assert run("search", "khuyến học").exit_code == 0
    again = run("index", "docs", env={"TIMTIN_INDEX_SITES": "sites.toml"})
    assert "1 updated" in again.output  # the same page, cleaned otherwise
    assert run("search", '"khuyến học"').exit_code == 1
    (tmp_path / "timtin.toml").write_text('[index]\nsites = "sites.toml"\n')
    assert "1 unchanged" in run("index", "docs").output


def test_a_wrong_file_of_selectors_is_one_line(run, tmp_path: Path):
    (tmp_path / "sites.toml").write_text("[")
    result = run("index", "docs", "--sites", "sites.toml")
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("timtin: sites.toml")


@pytest.fixture
def command(tmp_path: Path) -> dict[str, str]:
    """An environment in which `timtin` is this one."""
    timtin = tmp_path / "bin" / "timtin"
    timtin.parent.mkdir()
    timtin.write_text(f'#!/bin/sh\nexec {sys.executable} -m indexer "$@"\n')
    timtin.chmod(0o755)
    path = f"{timtin.parent}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options_are_completed(command: dict[str, str], shell: str):
    def complete(*words: str) -> str:
        asked = {
            "_TIMTIN_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
        }
        return subprocess.check_output(["timtin"], env=command | asked, text=True)

    assert "search" in complete("timtin", "se")
    assert "serve" in complete("timtin", "se")
    assert "--since" in complete("timtin", "search", "--s")
    assert "newest" in complete("timtin", "search", "--sort", "n")


def test_bash_completes_with_the_script(command: dict[str, str]):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")
    typed = (
        "source <(timtin completion bash); COMP_WORDS=(timtin sear); COMP_CWORD=1; "
        '_timtin_completion timtin; echo "${COMPREPLY[@]}"'
    )
    assert subprocess.check_output([bash, "-c", typed], env=command, text=True) == "search\n"
