"""A cluster of many Services, as a directory of manifests or behind an API server, and changes to it."""
import itertools
import json
import os
import socket
import time
from pathlib import Path

from lib import objects, proxies
from lib.addresses import API_SERVER, BACKEND, KUBE_PROXY, PORTS, PROBE, PROBE_BACKENDS
from lib.processes import Server

ENDPOINTS = 10
NODES = 100


class Cluster:
    """
    Services of 10 endpoints each, and those that are measured with them. Subclasses know how a Service is described,
    how to put such a description into force, and the arguments that lead the proxy to them all.
    """

    def __init__(self, work, services):
        self.work = Path(work)
        self.services = services
        self.probed = 0

    def __enter__(self):
        self.add("bench", KUBE_PROXY, PORTS["http"], [BACKEND])
        self.add("probe", PROBE, PORTS["probe"], PROBE_BACKENDS[:1])
        for i in range(self.services):
            self.add(*self.numbered(i, 0))
        return self

    def __exit__(self, *_):
        pass

    def add(self, name, address, port, endpoints):
        self.put(self.describe(name, address, port, endpoints))

    def address(self, i):
        return ipv4(127, 100, i)

    def accepting(self, i):
        return proxies.accepts(self.address(i), PORTS["http"])

    def refusing(self):
        """The Services that are not served. One that accepts too slowly for a client's patience is."""
        return [i for i in range(self.services) if refuses(self.address(i), PORTS["http"])]

    def changes(self):
        """Changes without end, each made when asked for: each gives a Service another tenth endpoint and back."""
        ready = [self.describe(*self.numbered(i, version))
                 for version in (1, 0) for i in range(min(self.services, 1000))]
        for description in itertools.cycle(ready):
            yield self.put(description)

    def numbered(self, i, version):
        """Service i's name, address, port and endpoints; the last of these depends on the version."""
        endpoints = [ipv4(127, 104, i * ENDPOINTS + k) for k in range(ENDPOINTS - 1)]
        endpoints.append(ipv4(127, 124 + version, i))
        return f"s{i}", self.address(i), PORTS["http"], endpoints

    def probe(self, longest=30):
        """Seconds from the change of the probe's one endpoint to the first connection to the new one."""
        self.probed += 1
        backend = self.probed % 2
        wanted = str(backend).encode()
        self.put(self.describe("probe", PROBE, PORTS["probe"], [PROBE_BACKENDS[backend]]))
        start = time.perf_counter()
        while answer() != wanted:
            if time.perf_counter() - start > longest:
                raise RuntimeError(f"a change had no effect in {longest} s")
        return time.perf_counter() - start


class Manifests(Cluster):
    """A file for each Service."""

    TEXT = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{clusterIP: {address}, ports: [{{port: {port}}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {name}-1, labels: {{kubernetes.io/service-name: {name}}}}}
addressType: IPv4
ports: [{{name: "", port: {port}}}]
endpoints: [{endpoints}]
"""

    def __init__(self, work, services):
        super().__init__(work, services)
        self.directory = self.work / f"cluster-{services}"
        self.staging = self.work / "staging"
        self.directory.mkdir(exist_ok=True)
        self.staging.mkdir(exist_ok=True)

    def source(self):
        return ["--manifests", self.directory]

    def describe(self, name, address, port, endpoints):
        endpoints = ", ".join(f"{{addresses: [{endpoint}]}}" for endpoint in endpoints)
        return f"{name}.yaml", self.TEXT.format(name=name, address=address, port=port, endpoints=endpoints)

    def put(self, description):
        """Whole files only: written elsewhere, then moved to their place."""
        name, text = description
        (self.staging / name).write_text(text)
        os.replace(self.staging / name, self.directory / name)


class ApiServer(Cluster):
    """Objects as large as a cluster's, behind bench/tools/api_server.py. What changes of a Service is its EndpointSlice."""

    def __init__(self, work, services):
        super().__init__(work, services)
        self.kubeconfig = self.work / "kubeconfig"
        self.kubeconfig.write_text(json.dumps(objects.kubeconfig(f"http://{API_SERVER}:{PORTS['api']}")))
        self.control = socket.socket(socket.AF_UNIX)
        self.server = None

    def __enter__(self):
        path = self.work / "api-server.socket"
        path.unlink(missing_ok=True)
        program = [proxies.HERE / "tools/api_server.py", API_SERVER, PORTS["api"], path]
        self.server = Server("api-server", program, self.work)
        try:
            self.server.await_true("takes a cluster", lambda: self.control.connect_ex(str(path)) == 0)
            for i in range(NODES):
                self.put(line("/api/v1/nodes", objects.node(f"node-{i}", ipv4(127, 127, i))))
            return super().__enter__()
        except BaseException:
            self.server.stop()
            raise

    def __exit__(self, *_):
        self.control.close()
        self.server.stop()

    def add(self, name, address, port, endpoints):
        self.put(line("/api/v1/services", objects.service(name, address, port)))
        super().add(name, address, port, endpoints)

    def source(self):
        return ["--kubeconfig", self.kubeconfig, "--hostname-override=node-0"]

    def describe(self, name, address, port, endpoints):
        return line("/apis/discovery.k8s.io/v1/endpointslices", objects.endpoint_slice(name, port, endpoints))

    def put(self, description):
        self.control.sendall(description)


def line(path, an_object):
    """What the API server is told of an object."""
    return f"{path} {an_object['metadata']['name']} {json.dumps(an_object, separators=(',', ':'))}\n".encode()


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
