"""Memory of idle connections."""
import os
import socket
import subprocess
import time
from dataclasses import dataclass

from lib import machine
from lib.addresses import PORTS

CONNECTIONS = 3_500
REQUEST = b"GET /12b HTTP/1.1\r\nHost: bench\r\n\r\n"


@dataclass(frozen=True)
class Idle:
    """Bytes per connection."""

    memory: float


def measure(proxy):
    """
    Private dirty memory that a proxy takes for connections that were used once and now wait, beyond as many that it
    has already. Those first ones fill what was touched while it started: a JVM's heap has such room, in which thousands
    of connections would look as if they cost nothing. It also collects its garbage before each look: else the figure
    would tell when it last did so by itself.
    """
    first = [used_once(proxy) for _ in range(CONNECTIONS)]
    before = settled(proxy.server)
    more = [used_once(proxy) for _ in range(CONNECTIONS)]
    after = settled(proxy.server)
    for client in first + more:
        client.close()
    return Idle((after - before) / CONNECTIONS)


def used_once(proxy):
    client = socket.create_connection((proxy.address, PORTS["http"]), timeout=10)
    client.sendall(REQUEST)
    if not client.recv(4096).startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{proxy.name} did not relay")
    return client


def settled(server, longest=10):
    """Private dirty memory, without garbage, once it stays within 1 % for a second."""
    if os.path.basename(os.readlink(f"/proc/{server.process.pid}/exe")) == "java":
        subprocess.run([machine.jdk() / "bin/jcmd", str(server.process.pid), "GC.run"], check=True, capture_output=True)
    end = time.monotonic() + longest
    now = server.private_dirty()
    while True:
        time.sleep(1)
        before, now = now, server.private_dirty()
        if abs(now - before) < before / 100 or time.monotonic() > end:
            return now
