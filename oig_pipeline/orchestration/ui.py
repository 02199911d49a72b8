"""`make ui`: the Dagster UI of the project in the current folder, on a free local port.

Belongs here: where Dagster keeps its history, which port is free, and starting it. Does not: any definition.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"
USUAL_PORT = 3000


def free_port(preferred: int = USUAL_PORT) -> int:
    """Return `wanted` if it is free on this machine, else any free port."""
    for port in (preferred, 0):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, port))
            except OSError:
                continue
            return int(listener.getsockname()[1])
    raise OSError(f"no port is free on {HOST}")


def home(folder: Path) -> Path:
    """Return Dagster's home below `folder`, with the instance's settings in it; an existing file is left unchanged."""
    target = folder / ".dagster"
    target.mkdir(exist_ok=True)
    if not (target / "dagster.yaml").exists():
        shutil.copy(Path(__file__).with_name("dagster.yaml"), target)
    return target


def main() -> None:
    """Replace this process by `dg dev`, so that signals reach it directly."""
    port = int(os.environ.get("PORT") or free_port())
    print(f"Dagster UI: http://{HOST}:{port} (Ctrl-C ends it)", flush=True)
    dg = Path(sys.executable).with_name("dg")
    environment = {**os.environ, "DAGSTER_HOME": str(home(Path.cwd()))}
    os.execve(dg, [str(dg), "dev", "-w", "workspace.yaml", "-h", HOST, "-p", str(port)], environment)


if __name__ == "__main__":
    main()
