"""Who is where: everything is on loopback addresses, which need no set-up."""
KUBE_PROXY = "127.96.0.1"
HAPROXY = "127.98.0.1"
NGINX = "127.98.0.2"
OTHER = "127.96.0.2"
BACKEND = "127.97.0.1"
API_SERVER = "127.97.0.4"
UDP_SOURCES = "127.99.0.0"

PORTS = {"http": 8001, "stream": 8002, "udp": 8003, "udp_once": 8004, "probe": 8005, "api": 8006}

# Served by kube-proxy alone, to see a change of endpoint take effect: the backends answer with their number.
PROBE = "127.96.0.9"
PROBE_BACKENDS = ("127.97.0.2", "127.97.0.3")
