"""What can be said of the container without an engine to run it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.cli.main import cli
from webui.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "webui" / "deploy"
# One instruction a line, comments gone, continued lines joined.
LINES = re.sub(
    r"\\\n", "", re.sub(r"(?m)^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"))
).splitlines()


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in LINES if line.startswith(f"{name} ")]


def test_images_are_of_a_version_and_of_no_named_registry() -> None:
    for image in (line.split()[0] for line in instructions("FROM")):
        name, _, version = image.partition(":")
        assert "." not in name.split("/")[0]
        assert re.match(r"\d+\.\d+", version)


def test_it_runs_as_somebody_without_rights() -> None:
    (user,) = instructions("USER")
    assert int(user) >= 1000
    last = LINES.index(f"USER {user}")
    assert not [line for line in LINES[last:] if line.startswith(("RUN", "COPY", "ADD"))]
    assert any(f"--uid {user}" in line for line in instructions("RUN"))


def test_what_it_copies_is_there_and_is_sent_to_the_builder() -> None:
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            for source in line.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in sent


def test_its_variables_and_entry_point_exist() -> None:
    named = re.findall(r"TIMTIN_(\w+)=", " ".join(instructions("ENV")))
    assert {name.lower() for name in named} <= {"index", *Settings.__dataclass_fields__}
    command = json.loads(instructions("CMD")[0])
    assert command[0] == "gunicorn"
    module, _, name = command[-1].partition(":")
    answer = subprocess.run(
        [sys.executable, "-c", f"from {module} import {name} as app; "
         "print(app.test_client().get('/healthz').status_code)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout == "200\n"


def test_its_health_check_can_run_and_asks_for_what_is_served() -> None:
    (check,) = instructions("HEALTHCHECK")
    code = json.loads(check[check.index("CMD") + 3 :])[-1]
    compile(code, "HEALTHCHECK", "exec")
    (port,) = instructions("EXPOSE")
    assert f":{port}/healthz" in code
    assert f"--bind=0.0.0.0:{port}" in instructions("CMD")[0]


def test_the_services_are_hardened_and_only_this_machine_reaches_them() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML (it comes with schemathesis) is not there")
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"web", "index"}
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service and "user" not in service
        assert (ROOT / service["build"]["dockerfile"]).exists()
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    assert services["web"]["volumes"] == ["index:/index:ro"]
    assert services["index"]["network_mode"] == "none"
    documents = services["index"]["volumes"][1].split(":")
    assert (DEPLOY / documents[0]).is_dir() and documents[2] == "ro"
    for name in services["web"]["environment"]:
        assert name.removeprefix("TIMTIN_").lower() in Settings.__dataclass_fields__
    program, *words = services["index"]["command"]
    assert program == "timtin"
    assert words[:2] == ["--index", services["index"]["volumes"][0].split(":")[1]]
    assert words[2] in cli.commands
    assert words[3] == documents[1]
