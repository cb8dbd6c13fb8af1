"""Commands of their own that a test stops as a person does."""

import signal
import subprocess
import sys
from typing import Any


def interruptible(*words: object, **how: Any) -> subprocess.Popen[str]:
    """`registry …`, which Ctrl-C (SIGINT) stops even if the tests run in the background of a shell,
    whose children ignore it."""
    return subprocess.Popen(
        [sys.executable, "-m", "registry.cli", *map(str, words)],
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **how,
    )
