"""A cluster of many Services as a directory of manifests, and changes to it."""
import itertools
import os
import socket
import time
from pathlib import Path

from lib import proxies
from lib.addresses import PORTS, PROBE, PROBE_BACKENDS

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: s{i}}}
spec: {{clusterIP: {address}, ports: [{{port: {port}}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: s{i}-1, labels: {{kubernetes.io/service-name: s{i}}}}}
addressType: IPv4
ports: [{{name: "", port: {port}}}]
endpoints: [{endpoints}]
"""
ENDPOINTS = 10


class Cluster:
    """Services of 10 endpoints each, in a file each, and those that are measured with them."""

    def __init__(self, work, services):
        self.services = services
        self.manifests = Path(work) / f"cluster-{services}"
        self.staging = Path(work) / "staging"
        self.manifests.mkdir(exist_ok=True)
        self.staging.mkdir(exist_ok=True)
        self.probed = 0
        for i in range(services):
            self.write(i, 0)
        self.write_probe()
        proxies.fill("kube-proxy.yaml", self.manifests / "bench.yaml", address=proxies.addresses.KUBE_PROXY)

    def address(self, i):
        return ipv4(127, 100, i)

    def accepting(self, i):
        return proxies.accepts(self.address(i), PORTS["http"])

    def refusing(self):
        """The Services that are not served. One that accepts too slowly for a client's patience is."""
        return [i for i in range(self.services) if refuses(self.address(i), PORTS["http"])]

    def changes(self):
        """Writes without end, each when asked for the next: each gives a Service another tenth endpoint and back."""
        ready = [(f"s{i}.yaml", self.text(i, version)) for version in (1, 0) for i in range(min(self.services, 1000))]
        for name, text in itertools.cycle(ready):
            yield self.put(name, text)

    def write(self, i, version):
        self.put(f"s{i}.yaml", self.text(i, version))

    def text(self, i, version):
        """Service i and its endpoints; the last depends on the version."""
        endpoints = [ipv4(127, 104, i * ENDPOINTS + k) for k in range(ENDPOINTS - 1)]
        endpoints.append(ipv4(127, 124 + version, i))
        return SERVICE.format(i=i, address=self.address(i), port=PORTS["http"],
                              endpoints=", ".join(f"{{addresses: [{endpoint}]}}" for endpoint in endpoints))

    def write_probe(self):
        """One endpoint: the next connection tells whether a change of it is in force."""
        self.put("probe.yaml", SERVICE.format(
            i="probe", address=PROBE, port=PORTS["probe"],
            endpoints=f"{{addresses: [{PROBE_BACKENDS[self.probed % 2]}]}}"))

    def probe(self, longest=30):
        """Seconds from the change of the probe's endpoint to the first connection to the new one."""
        self.probed += 1
        wanted = str(self.probed % 2).encode()
        self.write_probe()
        start = time.perf_counter()
        while answer() != wanted:
            if time.perf_counter() - start > longest:
                raise RuntimeError(f"a change had no effect in {longest} s")
        return time.perf_counter() - start

    def put(self, name, text):
        """Whole files only: written elsewhere, then moved to their place."""
        (self.staging / name).write_text(text)
        os.replace(self.staging / name, self.manifests / name)


def refuses(address, port):
    try:
        socket.create_connection((address, port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except (TimeoutError, ConnectionResetError):  # no endpoint listens, so who is quick is reset at once
        pass
    return False


def answer():
    """The number of the backend behind the probe Service; nothing when there is none."""
    try:
        with socket.create_connection((PROBE, PORTS["probe"]), timeout=1) as client:
            return client.recv(1)
    except OSError:
        return b""


def ipv4(first, second, n):
    """The n-th address from first.second.0.1 on."""
    n += 1
    return f"{first}.{second + (n >> 16)}.{n >> 8 & 255}.{n & 255}"
