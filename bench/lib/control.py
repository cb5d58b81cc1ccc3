"""What is asked of the control plane, through a directory of manifests and through an API server."""
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from lib import machine, proxies, workloads
from lib.addresses import HAPROXY, KUBE_PROXY
from lib.cluster import ApiServer, Manifests
from lib.processes import Server

SMALL, LARGE = 1_000, 10_000
MIB = 2**20


@dataclass(frozen=True)
class Figure:
    """A row of the table."""

    name: str
    title: str
    unit: str
    goal: float | None


def start_figures(group, title, seconds, mebibytes):
    return [Figure(f"{group}-start", title, "s", seconds),
            Figure(f"{group}-cpu", "CPU of the process until then", "s", None),
            Figure(f"{group}-memory", "resident then", "MiB", mebibytes)]


def change_figures(group, title):
    return [Figure(f"{group}-p50", f"{title}: p50", "ms", 2),
            Figure(f"{group}-p99", "the same: p99", "ms", 10)]


def sustained_figures(group, title, duration):
    return [Figure(f"{group}-w1", title, "", 1.05),
            Figure(f"{group}-peer", "the same of HAProxy, for what is the machine's", "", None),
            Figure(f"{group}-backlog", f"after {duration} of that, a changed endpoint to the first connection on it", "ms",
                   10),
            Figure(f"{group}-rate",
                   f"changes that could be made meanwhile: less than 1,000, and {group} is not what it says", "1/s", None),
            Figure(f"{group}-cost", "CPU of all else per change", "µs", None)]


FIGURES = [
    *start_figures("C1", "cold start to all served, 1,000 Services of 10 endpoints", 1.0, 110),
    *start_figures("C2", "cold start to all served, 10,000 Services of 10 endpoints", 5.0, 300),
    *change_figures("C3", "a changed endpoint to the first connection on it, 10,000 Services"),
    *sustained_figures("C4", "W1's CPU per request while 1,000 endpoints/s change ÷ quiet", "60 s"),
    Figure("C5-1000", "CPU per change, 1,000 Services", "µs", None),
    Figure("C5-10000", "CPU per change, 10,000 Services", "µs", None),
    Figure("C5-ratio", "the latter ÷ the former", "", 1.5),
    *start_figures("C6", "C2 from an API server", 5.0, 300),
    *change_figures("C7", "C3 from an API server"),
    *sustained_figures("C8", "C4 from an API server: W1's CPU per request ÷ quiet", "35 s"),
]


class Control:
    """Measures groups of figures: C1 to C8."""

    def __init__(self, client, work, rounds):
        self.client = client
        self.work = work
        few = min(rounds, 3)
        self.groups = {
            "C1": lambda: self.starts("C1", Manifests, SMALL, rounds),
            "C2": lambda: self.starts("C2", Manifests, LARGE, few),
            "C3": lambda: self.change("C3", Manifests),
            "C4": lambda: self.sustained("C4", Manifests, 27),
            "C5": self.cost,
            "C6": lambda: self.starts("C6", ApiServer, LARGE, few),
            "C7": lambda: self.change("C7", ApiServer),
            "C8": lambda: self.sustained("C8", ApiServer, 15),
        }

    def measure(self, group):
        """Values by figure."""
        values = self.groups[group]()
        for name, of in values.items():
            print(f"{name}: {', '.join(f'{value:.2f}' for value in of)}", file=sys.stderr)
        return values

    def starts(self, group, kind, services, rounds):
        seconds, cpu, memory = [], [], []
        with kind(self.work, services) as cluster:
            for _ in range(rounds):
                begin = time.perf_counter()
                with self.start(cluster) as server:
                    await_served(cluster, server)
                    seconds.append(time.perf_counter() - begin)
                    cpu.append(server.cpu_seconds())
                    memory.append(server.resident() / MIB)
                    late = cluster.refusing()
                    if late:
                        print(f"bench: {len(late)} of {services} Services were not served yet", file=sys.stderr)
        return {f"{group}-start": seconds, f"{group}-cpu": cpu, f"{group}-memory": memory}

    def change(self, group, kind):
        with kind(self.work, LARGE) as cluster, self.start(cluster) as server:
            await_served(cluster, server)
            for _ in range(100):
                cluster.probe()
            millis = [cluster.probe() * 1e3 for _ in range(300)]
        return {f"{group}-p50": [median(millis)], f"{group}-p99": [quantiles(millis, n=100)[98]]}

    def sustained(self, group, kind, seconds):
        """Measures each proxy for so long while changes are made, 5 seconds after they began."""
        with kind(self.work, LARGE) as cluster, self.start(cluster) as server, proxies.haproxy(self.work, 1).server as peer:
            await_served(cluster, server)
            ours = proxies.Proxy("kube-proxy", KUBE_PROXY, server)
            theirs = proxies.Proxy("haproxy", HAPROXY, peer).await_ready()
            relays = {ours: lambda: loop_seconds(server), theirs: peer.cpu_seconds}
            workloads.small(self.client, ours, 15)
            before = self.w1(relays, 10)
            with Changes(cluster, per_second=1000) as changes:
                time.sleep(5)
                begin, made, rest = time.perf_counter(), changes.made, other_seconds(server)
                busy = self.w1(relays, seconds)
                took, made = time.perf_counter() - begin, changes.made - made
                rest = other_seconds(server) - rest
            backlog = cluster.probe()
            after = self.w1(relays, 10)
        dearer, peers = (busy[proxy] * 2 / (before[proxy] + after[proxy]) for proxy in relays)
        return {f"{group}-w1": [dearer], f"{group}-peer": [peers], f"{group}-backlog": [backlog * 1e3],
                f"{group}-rate": [made / took], f"{group}-cost": [rest / made * 1e6]}

    def w1(self, relays, seconds):
        """W1 through each proxy: the CPU seconds that relaying takes it, per request."""
        costs = {}
        for proxy, cpu_seconds in relays.items():
            spent = cpu_seconds()
            done = workloads.small(self.client, proxy, seconds)
            costs[proxy] = (cpu_seconds() - spent) / done.units
        return costs

    def cost(self):
        small, large = (self.cost_at(services) for services in (SMALL, LARGE))
        return {"C5-1000": [small], "C5-10000": [large], "C5-ratio": [large / small]}

    def cost_at(self, services):
        """Microseconds of CPU time of a change, once the JVM has compiled what changes need."""
        with Manifests(self.work, services) as cluster, self.start(cluster) as server:
            await_served(cluster, server)
            with Changes(cluster, per_second=500) as changes:
                time.sleep(20)
                cpu, made = server.cpu_seconds(), changes.made
                time.sleep(10)
                cpu, made = server.cpu_seconds() - cpu, changes.made - made
        return cpu / made * 1e6

    def start(self, cluster):
        command = proxies.kube_proxy_command(machine.ROOT, KUBE_PROXY, cluster.source(), 1)
        return Server("kube-proxy", command, Path(self.work))


class Changes:
    """Changes of endpoints at a steady rate, by a thread of its own."""

    def __init__(self, cluster, per_second):
        self.cluster = cluster
        self.per_second = per_second
        self.made = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        if os.geteuid() == 0:  # on time, however busy the machine
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -15)
        changes = self.cluster.changes()
        start = time.perf_counter()
        while not self.ended.wait(max(0, start + self.made / self.per_second - time.perf_counter())):
            next(changes)
            self.made += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def await_served(cluster, server):
    """
    Until Services spread over all of them accept connections. Few, because each that accepts costs the proxy a
    connection while it starts.
    """
    for i in range(0, cluster.services, cluster.services // 50):
        server.await_true(f"serves Service {i}", lambda: cluster.accepting(i))
    server.await_true("serves the last Service", lambda: cluster.accepting(cluster.services - 1))


def loop_seconds(server):
    return sum(seconds for (name, _), seconds in server.cpu_seconds_by_thread().items()
               if name.startswith(("event-loop", "netty")))


def other_seconds(server):
    return server.cpu_seconds() - loop_seconds(server)
