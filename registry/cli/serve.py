"""`registry serve`: the web server and the worker together, until one signal stops both."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from types import FrameType

import click

from registry.config import Settings, UnsafeSettings

_GRACE_SECONDS = 20  # more than gunicorn's own, so that requests under way may end
_RESTART_SECONDS = 2.0  # a worker that dies at once must not spin
_PR_SET_PDEATHSIG = 1


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now; a socket that only waits to close does not count."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((there, port), timeout=0.2):
            return True
    except OSError:
        return False


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux a child must not outlive a supervisor that was killed outright."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return ask_kernel


def web_command(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    """gunicorn with threads: one process serves many slow readers, more processes use more cores."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [sys.executable, "-m", "gunicorn", "--bind", bind, "--worker-class", "gthread"]
    command += ["--workers", str(workers), "--threads", str(threads)]
    command += ["--graceful-timeout", "10", "--timeout", "60", "--keep-alive", "5"]
    command += ["--log-level", "warning", "--no-control-socket"]
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - heartbeats in memory, not on a slow disk
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return [*command, "registry.wsgi:app"]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "registry.cli", "worker"]


@dataclass
class Supervisor:
    """Starts the two children, starts a fallen worker again, and stops both on one signal."""

    web: list[str]
    worker: list[str]
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopping: bool = False

    def run(self, when_ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Serve until told to stop; gives the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self._start("web", self.web)
        self._start("worker", self.worker)
        worker_started = time.monotonic()
        announced = False
        while not self._stopping:
            time.sleep(0.1)
            if not announced and when_ready():
                announce()
                announced = True
            if self._children["web"].poll() is not None:
                click.echo("The web server has ended; stopping.", err=True)
                self._end_all()
                return self._children["web"].returncode or 1
            fallen = self._children["worker"].poll() is not None
            if fallen and time.monotonic() - worker_started > _RESTART_SECONDS:
                click.echo("The worker has ended; starting it again.", err=True)
                self._start("worker", self.worker)
                worker_started = time.monotonic()
        self._end_all()
        return 0

    def _start(self, name: str, command: list[str]) -> None:
        # Sessions of their own: Ctrl-C reaches the supervisor alone, which then ends them in order.
        self._children[name] = subprocess.Popen(
            command, start_new_session=True, preexec_fn=_die_with_parent()
        )

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end_all(self) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in self._children.values():
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Web processes. With more than one, set REGISTRY_RATE_LIMIT_STORAGE to a Redis address.",
)
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
@click.option("--web-only", is_flag=True, help="No worker: it runs elsewhere as `registry worker`.")
def serve(host: str, port: int, workers: int, threads: int, web_only: bool) -> None:
    """Serve the registry: the web server and its worker. Ctrl-C stops both."""
    try:
        Settings().refuse_unsafe()
    except UnsafeSettings as fault:
        raise click.ClickException(f"not started: {fault}") from fault
    if not port_is_free(host, port):
        raise click.ClickException(
            f"port {port} on {host} is in use: stop what uses it, or choose another with --port"
        )
    web = web_command(host=host, port=port, workers=workers, threads=threads)
    sys.stdout.flush()
    if web_only:
        os.execv(web[0], web)  # noqa: S606 - a supervisor such as systemd then sees gunicorn itself
    status = Supervisor(web, worker_command()).run(
        when_ready=lambda: answers(host, port),
        announce=lambda: click.echo(f"Serving at http://{host}:{port}/ (Ctrl-C stops it)"),
    )
    raise SystemExit(status)
