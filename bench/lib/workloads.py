"""What is asked of the data plane: one row of the table each."""
from collections.abc import Callable
from dataclasses import dataclass

from lib import idle
from lib.load import Load

BOTH = ("haproxy", "nginx")


@dataclass(frozen=True)
class Workload:
    """
    A row. The figure that counts is that of this proxy divided by the best of the peers, in the same round: CPU time of
    the proxy per unit unless it says latency or memory.
    """

    name: str
    title: str
    goal: float
    unit: str  # of the figure
    scale: float  # seconds per unit of work, times this, are the figure
    rate_unit: str
    load: Callable | None  # (client, proxy, seconds) -> Load
    peers: tuple = BOTH
    threads: int = 1
    figure: str = "cpu"


def requests(name, title, goal, load, unit="µs/request", **more):
    return Workload(name, title, goal, unit, 1e6, "requests/s", load, **more)


def stream(name, title, *direction):
    return Workload(name, title, 0.60, "ms/GB", 1e3, "GB/s",
                    lambda client, proxy, seconds: client.iperf3(proxy.address, seconds, *direction))


def small(client, proxy, seconds):
    return client.wrk(proxy.url("/12b"), seconds)


def ten_kb(client, proxy, seconds):
    return client.wrk(proxy.url("/10k"), seconds)


def one_mb(client, proxy, seconds):
    return client.wrk(proxy.url("/1m"), seconds, connections=8)


def connect(client, proxy, seconds):
    return client.wrk(proxy.url("/12b"), seconds, close=True)


def udp(client, proxy, seconds):
    return client.udp(proxy.address, seconds)


def udp_once(client, proxy, seconds):
    return client.udp_once(proxy.address, seconds)


def half_of(loads):
    """W7's load, at half the rate of the slowest of these W1 loads."""
    rate = int(min(load.units / load.seconds for load in loads) / 2)
    return lambda client, proxy, seconds: client.http_open(proxy.address, "/12b", seconds, rate)


def idle_connections(_client, proxy, _seconds) -> Load:
    return idle.measure(proxy)


WORKLOADS = [
    requests("W1", "12-byte answers, keep-alive, 64 connections", 0.90, small),
    requests("W2", "10 KB answers, 64 connections", 0.90, ten_kb),
    requests("W3", "1 MB answers, 8 connections", 0.60, one_mb),
    stream("W3-down", "one stream to the client", "-R"),
    stream("W3-up", "one stream from the client"),
    stream("W3-both", "one stream each way", "--bidir"),
    requests("W4", "a new connection per request, 64 at a time", 1.00, connect),
    Workload("W5", "UDP echo, 32 client ports, 64 bytes", 0.90, "µs/datagram", 1e6, "datagrams/s", udp, ("nginx",)),
    Workload("W6", "UDP echo, a new client port per datagram", 1.00, "µs/datagram", 1e6, "datagrams/s", udp_once,
             ("nginx",)),
    requests("W7", "p99 at half the slowest peer's W1 rate, open loop", 1.00, None, unit="µs (p99)", figure="p99"),
    Workload("W8", "memory of an idle connection, 3,500 beyond the first 3,500", 0.60, "KB/connection", 0,
             "connections/s", idle_connections, ("nginx", "haproxy"), figure="memory"),
    requests("W9-W1", "W1 with two event loops", 1.00, small, peers=("haproxy",), threads=2),
    requests("W9-W4", "W4 with two event loops", 1.00, connect, peers=("haproxy",), threads=2),
]
