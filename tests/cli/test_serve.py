"""`registry serve`: two processes under one roof, told apart, told to stop, never left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.cli.serve import port_is_free, web_command

PATIENCE_SECONDS = 30


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Running, and not merely waiting for its parent to take note of its end."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# A child that writes down its process id and the end it came to.
CHILD = """
import os, pathlib, signal, sys, time
notes = pathlib.Path(sys.argv[1])
def end(*_):
    notes.with_suffix(".ended").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
notes.write_text(str(os.getpid()))
time.sleep(60)
"""

SUPERVISE = """
import sys
from registry.cli.serve import Supervisor
child = [sys.executable, "-c", sys.argv[1]]
ready = lambda: True
say = lambda: print("ready", flush=True)
raise SystemExit(Supervisor([*child, sys.argv[2]], [*child, sys.argv[3]]).run(ready, say))
"""


class House:
    """A supervisor with its two children's notes."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.web, self.worker = folder / "web", folder / "worker"
        self.process = process

    def pids(self) -> tuple[int, int]:
        wait_for(lambda: bool(self.read(self.web)) and bool(self.read(self.worker)))
        return int(self.read(self.web)), int(self.read(self.worker))

    @staticmethod
    def read(note: Path) -> str:
        return note.read_text() if note.exists() else ""


@contextmanager
def supervised(folder: Path) -> Iterator[House]:
    command = [sys.executable, "-c", SUPERVISE, CHILD, str(folder / "web"), str(folder / "worker")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield House(folder, process)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_both_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with supervised(tmp_path) as house:
        pids = house.pids()
        house.process.send_signal(number)
        assert house.process.wait(PATIENCE_SECONDS) == 0
        assert not any(is_alive(pid) for pid in pids)
        assert house.web.with_suffix(".ended").exists()
        assert house.worker.with_suffix(".ended").exists()


def test_a_fallen_worker_is_started_again(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        web, worker = house.pids()
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: house.pids()[1] != worker)
        assert is_alive(house.pids()[1])
        assert house.pids()[0] == web


def test_without_its_web_server_it_stops_and_says_so(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        web, worker = house.pids()
        os.kill(web, signal.SIGKILL)
        assert house.process.wait(PATIENCE_SECONDS) != 0
        assert not is_alive(worker)
        assert house.process.stderr is not None
        assert "web server has ended" in house.process.stderr.read()


def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    with supervised(tmp_path) as house:
        pids = house.pids()
        house.process.kill()
        house.process.wait()
        wait_for(lambda: not any(is_alive(pid) for pid in pids))


def test_a_taken_port_is_seen_and_a_free_one_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port_is_free("127.0.0.1", taken.getsockname()[1])
    assert port_is_free("127.0.0.1", free_port())


def test_an_ipv6_address_is_bracketed() -> None:
    command = web_command(host="::1", port=8000, workers=2, threads=3)
    assert command[command.index("--bind") + 1] == "[::1]:8000"


def registry(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
    environment["REGISTRY_INSTANCE"] = str(folder / "instance")
    return subprocess.Popen(
        [sys.executable, "-m", "registry.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> str:
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return output


@pytest.mark.slow
def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    for step in ("init", "migrate"):
        prepared = registry(tmp_path, step)
        said_by_step = said(prepared)
        assert prepared.returncode == 0, said_by_step
    port = free_port()
    serving = registry(tmp_path, "serve", "--port", str(port))
    try:
        assert serving.stdout is not None
        assert f"http://127.0.0.1:{port}/" in serving.stdout.readline()
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_SECONDS
        ) as answer:
            assert answer.status == 200
        second = registry(tmp_path, "serve", "--port", str(port))
        assert f"port {port} on 127.0.0.1 is in use" in said(second)
        assert second.returncode == 1
        serving.send_signal(signal.SIGINT)
        assert said(serving) == ""
        assert serving.returncode == 0
        assert port_is_free("127.0.0.1", port)
    finally:
        serving.kill()
        serving.wait()


def test_it_does_not_serve_without_a_secret_key(tmp_path: Path) -> None:
    refused = registry(tmp_path, "serve", "--port", str(free_port()))
    assert "no secret key" in said(refused)
    assert refused.returncode == 1
