"""Runs a workload on all its proxies in turns, A B C A B C, so that what disturbs the machine disturbs them alike."""
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from lib import addresses, proxies, workloads

# A warm JVM compiles with no more than this share of its CPU time.
COMPILING = 0.02


@dataclass(frozen=True)
class Sample:
    """One proxy in one round: the figure that counts, CPU per unit, units a second, latencies in µs."""

    figure: float
    cpu: float | None = None
    rate: float | None = None
    p50: float | None = None
    p99: float | None = None


class Rounds:
    """Measures rows: starts fresh proxies for each, warms them up, and takes turns."""

    def __init__(self, client, work, rounds, seconds, warm_up, other=None):
        self.client = client
        self.work = work
        self.rounds = rounds
        self.seconds = seconds
        self.warm_up = warm_up
        self.other = other

    def measure(self, workload):
        """The samples of each proxy by name, one a round."""
        if workload.figure == "memory":
            return self.fresh_each_round(workload)
        running = []
        try:
            for start in self.starters(workload):
                running.append(start().await_ready())
            return self.turns(workload, running)
        finally:
            for proxy in running:
                proxy.server.stop()

    def starters(self, workload):
        """This proxy, another build of it if asked for, and the peers."""
        start = {"haproxy": proxies.haproxy, "nginx": proxies.nginx}
        starters = [lambda: proxies.kube_proxy(self.work, workload.threads)]
        if self.other:
            starters.append(lambda: proxies.kube_proxy(self.work, workload.threads, "other", addresses.OTHER,
                                                       Path(self.other).resolve()))
        return starters + [lambda peer=peer: start[peer](self.work, workload.threads) for peer in workload.peers]

    def turns(self, workload, running):
        load = workload.load
        for proxy in running:
            self.warm(load or workloads.small, proxy)
        load = load or workloads.half_of(
            [self.do(workloads.small, proxy, 3) for proxy in running if proxy.name in workload.peers])
        samples = {proxy.name: [] for proxy in running}
        for number in range(self.rounds):
            for proxy in running:
                samples[proxy.name].append(asdict(self.sample(workload, load, proxy)))
            self.tell(workload, number, samples)
        return samples

    def warm(self, load, proxy):
        """
        A JVM compiles what is hot, and again what it took for granted and was not so: until it hardly does any more. The
        peers only fill their pools.
        """
        self.do(load, proxy, 2)
        if proxy.name not in ("kube-proxy", "other"):
            return
        end = time.monotonic() + self.warm_up
        share = 1.0
        while share > COMPILING and time.monotonic() < end:
            cpu, compiling = proxy.server.cpu_seconds(), compiler_seconds(proxy.server)
            self.do(load, proxy, 3)
            share = (compiler_seconds(proxy.server) - compiling) / (proxy.server.cpu_seconds() - cpu)

    def sample(self, workload, load, proxy):
        before = proxy.server.cpu_seconds()
        done = self.do(load, proxy, self.seconds)
        cpu = (proxy.server.cpu_seconds() - before) / done.units * workload.scale
        proxy.server.check()
        figure = done.p99 if workload.figure == "p99" else cpu
        return Sample(figure, cpu, done.units / done.seconds, done.p50, done.p99)

    def do(self, load, proxy, seconds):
        return load(proxy.client or self.client, proxy, seconds)

    def fresh_each_round(self, workload):
        """Memory that was taken once is not given back; each round is a new process."""
        samples = {}
        for number in range(min(self.rounds, 3)):
            for start in self.starters(workload):
                proxy = start()
                with proxy.server:
                    proxy.await_ready()
                    memory = workload.load(self.client, proxy, self.seconds).memory / 1000
                samples.setdefault(proxy.name, []).append(asdict(Sample(memory)))
            self.tell(workload, number, samples)
        return samples

    def tell(self, workload, number, samples):
        figures = ", ".join(f"{name} {of[-1]['figure']:.2f}" for name, of in samples.items())
        print(f"{workload.name} {number + 1}/{self.rounds}: {figures} {workload.unit}", file=sys.stderr)


def compiler_seconds(server):
    return sum(seconds for (name, _), seconds in server.cpu_seconds_by_thread().items() if "Compiler" in name)
