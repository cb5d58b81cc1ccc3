"""The machine: what must be installed, namespaces of our own to measure in, and how to name it in a report."""
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

STREAM_MODULE = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
PACKAGES = {
    "gcc": "gcc libc6-dev", "haproxy": "haproxy", "ip": "iproute2", "iperf3": "iperf3", "nginx": "nginx-light",
    "unshare": "util-linux", "wrk": "wrk",
}


def install_missing():
    """Installs with apt-get what is not there; without root, says what to install and ends."""
    missing = [package for command, package in PACKAGES.items() if not find(command)]
    if not STREAM_MODULE.exists():
        missing.append("libnginx-mod-stream")
    if not missing:
        return
    command = "apt-get install -y --no-install-recommends " + " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"bench: some programs are missing. As root: {command}")
    print(f"bench: {command}", file=sys.stderr)
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)
    # Debian starts what it installs; nobody asked for a web server here.
    subprocess.run(["sh", "-c", f"RUNLEVEL=1 {command}"], check=True, **quiet)


def find(command):
    """The path of a program; those of administrators are in no user's PATH."""
    return shutil.which(command, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def build_proxy():
    """Builds the proxy when a source is newer than its jar."""
    jars = list((ROOT / "proxy-control/target/kube-proxy/lib").glob("proxy-*.jar"))
    sources = [path for pattern in ("proxy-*/src/main/**/*.*", "proxy-*/pom.xml") for path in ROOT.glob(pattern)]
    newest = max(path.stat().st_mtime for path in sources)
    if jars and min(jar.stat().st_mtime for jar in jars) >= newest:
        return
    print("bench: building the proxy", file=sys.stderr)
    subprocess.run(["mvn", "-q", "-B", "-Dmaven.test.skip=true", "package"], cwd=ROOT, check=True, stdout=sys.stderr)


def enter_own_namespaces():
    """
    Starts this program again in namespaces of its own. Of the network, so that addresses and ports are ours alone and
    no rule of this machine's firewall is measured; of processes, so that all end with this one, however it ends. Where
    the kernel does not allow it, goes on in the machine's.
    """
    if os.environ.get("BENCH_NETWORK") != "own":
        enter = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
        if os.geteuid() != 0:
            enter.insert(1, "--map-root-user")
        if subprocess.run([*enter, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            os.environ["BENCH_NETWORK"] = "own"
            os.execvp(enter[0], [*enter, sys.executable, *sys.argv])
        print("bench: no namespaces of our own; sharing this machine's loopback", file=sys.stderr)
        return
    subprocess.run([find("ip"), "link", "set", "lo", "up"], check=True)
    # Below are service ports; above, room for new connections in TIME_WAIT.
    Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("10000 65000")


def raise_descriptor_limit(wanted=65536):
    """Room for 3,500 connections on both sides and for UDP sessions; as far as this user may."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
    except ValueError:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def describe():
    """The machine in a few words, for reports."""
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), os.uname().machine)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": f"{os.cpu_count()} cores, {cpu}",
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{os.uname().sysname} {os.uname().release}",
        "java": first_line([jdk() / "bin/java", "--version"]),
        "haproxy": first_line([find("haproxy"), "-v"]).split(" - ")[0],
        "nginx": first_line([find("nginx"), "-v"]),
        "descriptors": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "load": os.getloadavg()[0],
    }


def jdk():
    """The home of the JDK that bin/kube-proxy runs on."""
    return Path(subprocess.run([ROOT / "bin/find-jdk"], capture_output=True, text=True, check=True).stdout.strip())


def first_line(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines()[0]
