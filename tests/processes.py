"""What runs behind a server: a process with its children, and the ports they hold open."""

from contextlib import suppress
from typing import NamedTuple

import psutil

OPEN = (psutil.CONN_LISTEN, psutil.CONN_NONE)  # TCP, UDP


class OpenPort(NamedTuple):
    """Where a process can be reached."""

    pid: int
    host: str
    port: int


def family(pid: int) -> list[psutil.Process]:
    """List a process and all its children."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def open_ports(pid: int) -> list[OpenPort]:
    """List the ports of a process and its children; a child that ends while it is looked at holds none."""
    found = []
    for process in family(pid):
        with suppress(psutil.NoSuchProcess):
            found += [
                OpenPort(process.pid, *connection.laddr)
                for connection in process.net_connections("inet")
                if connection.status in OPEN and connection.laddr
            ]
    return found
