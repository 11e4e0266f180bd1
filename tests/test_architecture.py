"""Imports run down the floors only, and each outside package has few homes."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent

# module (or package) → floor; a module may import only from floors below, or its own package.
FLOORS = {
    "errors": 1,
    "vietnamese": 1,
    "exports": 2,
    "query": 2,
    "syllables": 2,
    "sentences": 1,
    "telex": 3,
    "rules": 2,
    "models": 1,
    "sources": 4,
    "cleaning": 4,
    "duplicates": 4,
    "snippets": 4,
    "columnar": 3,
    "restore": 3,
    "writings": 3,
    "understand": 4,
    "offers": 4,
    "engines": 4,
    "token_places": 2,
    "phrases": 4,
    "suggest": 5,
    "search": 5,
    "manifest": 4,
    "completions": 6,
    "index": 7,
    "workers": 6,
    "build": 8,
    "cli": 9,
    "__main__": 10,
}


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def home(module: str) -> str:
    return module.split(".")[1] if module.startswith("indexer.") else ""


def test_imports_run_down_only():
    wrong = []
    for path in sorted((ROOT / "indexer").rglob("*.py")):
        own = path.relative_to(ROOT / "indexer").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for module in imported_modules(path):
            other = home(module)
            if other in FLOORS and other != own and FLOORS[other] >= FLOORS[own]:
                wrong.append(f"{path.name} ({own}) imports {other}")
    assert not wrong


def test_every_module_stands_on_a_floor():
    for path in (ROOT / "indexer").iterdir():
        if path.suffix == ".py" or (path / "__init__.py").exists():
            assert path.stem == "__init__" or path.stem in FLOORS, f"{path.stem} has no floor"


def test_webui_imports_only_the_public_library():
    for path in (ROOT / "webui").rglob("*.py"):
        deep = {m for m in imported_modules(path) if m.startswith("indexer.")}
        names = {m.removeprefix("indexer.") for m in deep}
        import indexer

        assert names <= set(indexer.__all__), f"{path.name} reaches into the library: {names}"


def test_the_slow_html_parser_is_never_used():
    for path in [*(ROOT / "indexer").rglob("*.py"), *(ROOT / "webui").rglob("*.py")]:
        assert "html." + "parser" not in path.read_text("utf-8"), path
