"""Memory of idle connections."""
import os
import re
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
    has already. Of a JVM's heap it counts what is in use: in the room that was touched while it started, thousands of
    connections would look as if they cost nothing.
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


def settled(server):
    """Memory without garbage, and without what the compilers of a JVM take for a while: the least of some seconds."""
    if os.path.basename(os.readlink(f"/proc/{server.process.pid}/exe")) != "java":
        time.sleep(1)
        return server.private_dirty()
    least = float("inf")
    for _ in range(8):
        time.sleep(1)
        least = min(least, in_use(server))
    return least


def in_use(server):
    """What private dirty memory a JVM would have were its heap no larger than what is in it."""
    jcmd = [machine.jdk() / "bin/jcmd", str(server.process.pid)]
    for command in ("GC.run", "System.trim_native_heap"):
        subprocess.run([*jcmd, command], check=True, capture_output=True)
    info = subprocess.run([*jcmd, "GC.heap_info"], check=True, capture_output=True, text=True).stdout
    generations = re.findall(r"(?:DefNew|Tenured) +total \d+K, used (\d+)K \[0x(\w+), 0x\w+, 0x(\w+)\)", info)
    if len(generations) != 2:
        raise RuntimeError(f"W8 knows the serial collector's heap only, not this one:\n{info}")
    objects = sum(int(kilobytes) for kilobytes, _, _ in generations) * 1024
    room = sum(server.private_dirty_within(int(low, 16), int(high, 16)) for _, low, high in generations)
    return server.private_dirty() - room + objects
