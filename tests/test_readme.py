"""The README tells the truth: its commands exist, its library example runs."""

import re
from pathlib import Path

import pytest

from indexer.cli.main import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_stands_in_the_readme_and_has_help_with_an_example(name: str):
    assert f"`timtin {name}" in README
    assert f"timtin {name}" in (cli.commands[name].help or "")


def test_the_library_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "documents").symlink_to(ROOT / "documents")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})
    shown = capsys.readouterr().out
    assert "0 failed" in shown
    assert "ại hội" in shown
