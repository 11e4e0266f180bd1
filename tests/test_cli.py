"""The commands, run as a user runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import cli
from indexer.cli.terminal import safe

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


def test_nothing_found_is_exit_code_1(run):
    run("index", "docs")
    assert run("search", "zzzz").exit_code == 1


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


def test_a_broken_settings_file_is_named(run, tmp_path: Path):
    (tmp_path / "timtin.toml").write_text("index = [")
    result = run("stats")
    assert result.exit_code == 2
    assert "timtin.toml" in result.output


def test_clean_shows_kept_and_removed(run):
    shown = run("clean", "docs/che.txt").output
    assert "KEPT" in shown
    assert "title: Đại hội hợp tác xã" in shown


def test_csv_cannot_carry_formulas(run, tmp_path: Path):
    (tmp_path / "docs" / "evil.jsonl").write_text(
        json.dumps({"title": "=HYPERLINK(1)", "text": TEXT, "author": "+1"}) + "\n", "utf-8"
    )
    run("index", "docs")
    table = run("export", "--csv").stdout
    assert "'=HYPERLINK(1)" in table
    assert "\n=" not in table
    assert ",=" not in table


def test_text_cannot_steer_the_terminal():
    assert safe("a\x1b]0;x\x07\u202eb") == "a]0;xb"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(run, shell: str):
    assert "timtin" in run("completion", shell).output
