"""A whole registry for browsers: the real web server and worker as `registry serve` starts them,
on a port of its own, with a fresh instance folder and the demonstration loaded."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.config import Environment, Settings, prepare_instance
from registry.db import Database
from registry.jobs.demo.load import load_demo
from registry.jobs.demo.projects import PROJECTS, DemoProject
from registry.migrating import upgrade
from tests.conftest import ON_POSTGRESQL
from tests.postgresql import own_server

START_SECONDS = 180


@dataclass(frozen=True)
class LiveRegistry:
    """Where it answers, and what lies behind it for tests that look."""

    url: str
    settings: Settings
    database: Database


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(settings: Settings) -> dict[str, str]:
    """Our own settings and nothing of the developer's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
    return kept | {
        "REGISTRY_ENVIRONMENT": settings.environment.value,
        "REGISTRY_INSTANCE": str(settings.instance),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_BASE_URL": settings.base_url,
        "REGISTRY_RATE_LIMITS": "0",
        "REGISTRY_ARGON2_TIME_COST": str(settings.argon2_time_cost),
        "REGISTRY_ARGON2_MEMORY_KIB": str(settings.argon2_memory_kib),
    }


def _wait_until_served(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The registry did not start:\n" + log.read_text(errors="replace"))


@contextmanager
def _served(settings: Settings, port: int) -> Iterator[None]:
    log = settings.instance / "serve.log"
    command = [sys.executable, "-m", "registry.cli", "serve", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=_environment(settings), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_served(settings.base_url, server, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def live_registry(
    folder: Path, *, projects: tuple[DemoProject, ...] = PROJECTS
) -> Iterator[LiveRegistry]:
    """On SQLite, or on a PostgreSQL of its own where REGISTRY_TEST_DATABASE asks for it."""
    port = _free_port()
    with ExitStack() as stack:
        url = stack.enter_context(own_server()) if ON_POSTGRESQL else ""
        settings = prepare_instance(
            Settings(
                environment=Environment.DEMO,
                instance=folder / "instance",
                database_url=url,
                base_url=f"http://127.0.0.1:{port}",
                argon2_time_cost=1,
                argon2_memory_kib=8,
                rate_limits=False,
            )
        )
        upgrade(settings.database_url)
        database = Database(settings.database_url)
        stack.callback(database.dispose)
        load_demo(settings, database, projects=projects)
        stack.enter_context(_served(settings, port))
        yield LiveRegistry(settings.base_url, settings, database)
