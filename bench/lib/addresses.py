"""Who is where: everything is on loopback addresses, which need no set-up."""
KUBE_PROXY = "127.96.0.1"
HAPROXY = "127.98.0.1"
NGINX = "127.98.0.2"
OTHER = "127.96.0.2"
BACKEND = "127.97.0.1"
UDP_SOURCES = "127.99.0.0"

PORTS = {"http": 8001, "stream": 8002, "udp": 8003, "udp_once": 8004}
