"""The proxies that are compared, each started the way its users start it, and the backends behind them."""
import socket
import subprocess
from pathlib import Path
from string import Template

from lib import addresses, machine
from lib.processes import Server

HERE = Path(__file__).resolve().parents[1]


class Proxy:
    """A running proxy: its process, the address at which it has all services, and its client where that is special."""

    def __init__(self, name, address, server, client=None):
        self.name = name
        self.address = address
        self.server = server
        self.client = client

    def url(self, path):
        return f"http://{self.address}:{addresses.PORTS['http']}{path}"

    def await_ready(self):
        prefix = self.client.prefix if self.client else ()
        for name in ("http", "stream"):
            port = addresses.PORTS[name]
            self.server.await_true(f"accepts {name} connections", lambda: accepts(self.address, port, prefix))
        return self


def kube_proxy(work, threads, name="kube-proxy", address=addresses.KUBE_PROXY, root=machine.ROOT):
    """This proxy, or another build of it."""
    manifests = Path(work) / f"{name}-manifests"
    manifests.mkdir(exist_ok=True)
    fill("kube-proxy.yaml", manifests / "bench.yaml", address=address)
    return Proxy(name, address, Server(name, kube_proxy_command(root, address, ["--manifests", manifests], threads), work))


def kube_proxy_command(root, address, source, threads):
    return [root / "bin/kube-proxy", *source, "--service-cluster-ip-range=127.96.0.0/12",
            f"--event-loops={threads}", "--healthz-bind-address=", f"--metrics-bind-address={address}:10249"]


def haproxy(work, threads):
    config = fill("haproxy.cfg", Path(work) / "haproxy.cfg", address=addresses.HAPROXY, threads=threads)
    return Proxy("haproxy", addresses.HAPROXY, Server("haproxy", [machine.find("haproxy"), "-db", "-f", config], work))


def nginx(work, threads):
    config = fill("nginx-stream.conf", Path(work) / "nginx-stream.conf", address=addresses.NGINX, threads=threads)
    return Proxy("nginx", addresses.NGINX, Server("nginx", [machine.find("nginx"), "-c", config], work))


class Backends:
    """nginx for HTTP, iperf3 for streams and an echo for datagrams."""

    def __init__(self, work, tools, address=addresses.BACKEND, prefix=()):
        www = Path(work) / "www"
        www.mkdir(exist_ok=True)
        (www / "10k").write_bytes(b"x" * 10_240)
        (www / "1m").write_bytes(b"x" * 1_048_576)
        config = fill("nginx-backend.conf", Path(work) / "nginx-backend.conf", address=address,
                      probe_0=addresses.PROBE_BACKENDS[0], probe_1=addresses.PROBE_BACKENDS[1])
        ports = addresses.PORTS
        self.servers = [
            Server("nginx-backend", [*prefix, machine.find("nginx"), "-c", config], work),
            Server("iperf3", [*prefix, "iperf3", "-s", "-B", address, "-p", ports["stream"]], work),
            Server("udp-echo", [*prefix, tools / "udp_echo", address, ports["udp"]], work),
        ]
        for server, port in zip(self.servers, (ports["http"], ports["stream"])):
            server.await_true("accepts connections", lambda: accepts(address, port, prefix))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()


def build_tools(work):
    """Compiles the load programs; returns their directory."""
    for source in (HERE / "tools").glob("*.c"):
        subprocess.run(["gcc", "-O2", "-o", Path(work) / source.stem, source], check=True)
    return Path(work)


def fill(template, target, **values):
    """Writes a file of bench/peers with its variables replaced."""
    values = {"backend": addresses.BACKEND, "work": target.parent, **addresses.PORTS, **values}
    target.write_text(Template((HERE / "peers" / template).read_text()).substitute(values))
    return target


def accepts(address, port, prefix=()):
    """Whether someone listens there, seen from here or from where the prefix leads."""
    if prefix:
        probe = [*prefix, "timeout", "1", "bash", "-c", f"exec 3<>/dev/tcp/{address}/{port}"]
        return subprocess.run(probe, capture_output=True).returncode == 0
    try:
        socket.create_connection((address, port), timeout=1).close()
        return True
    except OSError:
        return False
