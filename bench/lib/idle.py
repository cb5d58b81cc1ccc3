"""Memory of idle connections."""
import socket
import time
from dataclasses import dataclass

from lib.addresses import PORTS

CONNECTIONS = 3_500
FIRST = 100
REQUEST = b"GET /12b HTTP/1.1\r\nHost: bench\r\n\r\n"


@dataclass(frozen=True)
class Idle:
    """Bytes per connection, and those of the process before there were any."""

    memory: float
    before: float


def measure(proxy):
    """
    Private dirty memory that a fresh proxy takes for connections that were used once and now wait. A few connections
    come before, so that what is loaded with the first is not counted.
    """
    for client in [used_once(proxy) for _ in range(FIRST)]:
        client.close()
    before = settled(proxy.server)
    clients = [used_once(proxy) for _ in range(CONNECTIONS)]
    after = settled(proxy.server)
    for client in clients:
        client.close()
    return Idle((after - before) / CONNECTIONS, before)


def used_once(proxy):
    client = socket.create_connection((proxy.address, PORTS["http"]), timeout=10)
    client.sendall(REQUEST)
    if not client.recv(4096).startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{proxy.name} did not relay")
    return client


def settled(server, longest=10):
    """Private dirty memory once it stays within 1 % for a second."""
    end = time.monotonic() + longest
    now = server.private_dirty()
    while True:
        time.sleep(1)
        before, now = now, server.private_dirty()
        if abs(now - before) < before / 100 or time.monotonic() > end:
            return now
