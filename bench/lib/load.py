"""Load programs, and what they saw."""
import json
import re
import subprocess
import time
from dataclasses import dataclass

from lib.addresses import PORTS, UDP_SOURCES


@dataclass(frozen=True)
class Load:
    """What was done: requests, gigabytes or datagrams, in how long; latencies in microseconds where there are any."""

    units: float
    seconds: float
    p50: float | None = None
    p99: float | None = None


class Client:
    """Starts load programs: here, or through a command that brings them where the clients are."""

    def __init__(self, tools, prefix=(), udp_sources=UDP_SOURCES):
        self.tools = tools
        self.prefix = list(prefix)
        self.udp_sources = udp_sources

    def wrk(self, url, seconds, connections=64, close=False):
        """Requests one after the other on each connection, or each on a connection of its own."""
        headers = ["-H", "Connection: close"] if close else []
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
        out = self.run("wrk", *options, *headers, url)
        if re.search(r"Non-2xx|connect [1-9]|write [1-9]|timeout [1-9]", out):
            raise RuntimeError(f"wrk {url} failed:\n{out}")
        units, took = re.search(r"(\d+) requests in ([\d.]+\w+)", out).groups()
        quantiles = dict(re.findall(r"^\s+(50|99)%\s+([\d.]+\w+)\s*$", out, re.MULTILINE))
        return Load(int(units), micros(took) / 1e6, micros(quantiles["50"]), micros(quantiles["99"]))

    def http_open(self, address, path, seconds, rate, connections=64):
        """Requests at a fixed rate; latency counts from when each was due."""
        return self.tool("http_open", address, PORTS["http"], path, seconds, connections, rate)

    def udp(self, address, seconds, sockets=32):
        """Echoed datagrams, one on its way for each client port."""
        return self.tool("udp_load", address, PORTS["udp"], seconds, sockets)

    def udp_once(self, address, seconds, sockets=32):
        """Echoed datagrams, each from a client address and port of its own."""
        return self.tool("udp_load", address, PORTS["udp_once"], seconds, sockets, self.udp_sources)

    def iperf3(self, address, seconds, *direction):
        """One stream as fast as it goes; units are gigabytes, of both directions."""
        command = [*self.prefix, "iperf3", "-J", "-c", address, "-p", str(PORTS["stream"]), "-t", str(seconds),
                   *direction]
        for _ in range(50):  # its server serves one, and takes a moment to see that the one before has left
            report = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120).stdout)
            if "busy" not in report.get("error", ""):
                break
            time.sleep(0.1)
        if "error" in report:
            raise RuntimeError(f"iperf3: {report['error']}")
        end = report["end"]
        sums = [end["sum_received"], end.get("sum_received_bidir_reverse", {"bytes": 0})]
        return Load(sum(each["bytes"] for each in sums) / 1e9, end["sum_received"]["seconds"])

    def tool(self, name, *arguments):
        report = json.loads(self.run(self.tools / name, *arguments))
        if report.get("lost", 0) > report["units"] * 0.02:
            raise RuntimeError(f"{name}: {report['lost']} of {report['units']} datagrams were lost")
        return Load(report["units"], report["seconds"], report["p50"], report["p99"])

    def run(self, *command):
        done = subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
        return done.stdout


def micros(text):
    """Microseconds of wrk's durations: 12.50us, 1.20ms, 3.01s, 1.00m."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}[unit]
