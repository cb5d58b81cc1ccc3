"""
Beside kube-proxy 1.20's userspace mode, in the lab: a client pod, a ClusterIP, a backend pod on the same node.
This proxy runs on node1, the old one on node2, so that neither sees the other's rules; both nodes are made alike.
"""
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from lib import machine, proxies
from lib.load import Client
from lib.processes import Server
from lib.workloads import WORKLOADS

LAB = machine.ROOT.parent / "shared/lab/lab"
OLD = "kube-proxy-1.20"

# Rows of one event loop whose connections a load program makes: W8's are made here, where no pod is.
ROWS = [replace(row, peers=(OLD,), goal=0.5) for row in WORKLOADS if row.threads == 1 and row.figure != "memory"]


class Side:
    """One node with its client, its backend and its Service."""

    def __init__(self, number, pod_address, work, tools):
        self.node = f"node{number}"
        self.service = f"10.96.77.{number}"
        self.client = Client(tools, prefix=run_in(f"pod{number}a"), udp_sources="any")
        self.backend = f"pod{number}b"
        self.backend_address = pod_address
        self.work = Path(work) / self.node
        self.tools = tools
        self.work.mkdir()
        self.work.chmod(0o755)

    def objects(self):
        """The Service with its Endpoints, which the old proxy reads, and its EndpointSlice, which this one does."""
        path = proxies.fill("lab.yaml", self.work / "lab.yaml", name=f"bench-{self.node}", address=self.service,
                            backend=self.backend_address)
        return str(path)

    def backends(self):
        return proxies.Backends(self.work, self.tools, self.backend_address, run_in(self.backend))

    def proxy(self, name, command):
        return proxies.Proxy(name, self.service, Server(name, command, self.work), self.client)


def measure(measured, rounds, work, tools, wanted):
    """Puts the samples of the wanted rows into the results."""
    ours, old = Side(1, "10.244.1.11", work, tools), Side(2, "10.244.2.11", work, tools)
    config = lab("kubeconfig", ours.node).strip()
    rounds.starters = lambda _workload: [
        lambda: ours.proxy("kube-proxy", [
            *run_in(ours.node), machine.ROOT / "bin/kube-proxy", "--kubeconfig", config, "--hostname-override",
            ours.node, "--event-loops=1"]),
        lambda: old.proxy(OLD, [LAB, "peer-kube-proxy", old.node]),
    ]
    try:
        for side in (ours, old):
            lab("kubectl", "apply", "-f", side.objects())
        with ours.backends(), old.backends():
            for workload in (row for row in ROWS if row.name in wanted):
                with measured.tolerating(workload.name):
                    measured.rows[workload.name] = rounds.measure(workload)
    finally:
        for side in (ours, old):
            lab("kubectl", "delete", "--ignore-not-found", "-f", side.objects())
        lab("exec", ours.node, machine.ROOT / "bin/kube-proxy", "--cleanup")
        old_program = Path(os.environ.get("LAB_DIR", "/run/kube-lab")) / "bin/kube-proxy"
        subprocess.run([LAB, "exec", old.node, old_program, "--cleanup"],  # which fails where there is no ipset
                       capture_output=True)


def check():
    """Ends the run where there is no lab to measure in."""
    if os.geteuid() != 0 or not LAB.exists():
        sys.exit(f"bench: --lab needs root and {LAB}")
    if subprocess.run([LAB, "kubectl", "get", "nodes"], capture_output=True).returncode:
        sys.exit(f"bench: the lab is down; {LAB} up")


def run_in(host):
    return [str(LAB), "exec", host]


def lab(*words):
    return subprocess.run([LAB, *words], check=True, capture_output=True, text=True).stdout
