"""Asks each address on stdin ("tcp ADDRESS PORT" or "udp ADDRESS PORT") a dozen times at once, as a dozen clients would, and prints
a line for each: the pods that answered, "refused" or "silent"; several of these if clients fared differently."""
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

CLIENTS = 12
PATIENCE_SECONDS = 1.5
REQUEST = {"tcp": b"GET / HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n", "udp": b"hi"}


def ask(protocol, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(family, kind) as client:
        client.settimeout(PATIENCE_SECONDS)
        try:
            client.connect((address, int(port)))
            client.send(REQUEST[protocol])
            return pod(protocol, client)
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "silent"
        except OSError as error:
            return type(error).__name__


def pod(protocol, client):
    answer = b""
    while part := client.recv(4096):
        answer += part
        if protocol == "udp":
            break
    body = answer.decode().rpartition("\r\n\r\n")[2]
    return body.split(" ")[0] or "closed"


with ThreadPoolExecutor(256) as pool:
    lines = [line.split() for line in sys.stdin]
    answers = [[pool.submit(ask, *line) for _ in range(CLIENTS)] for line in lines]
    for line in answers:
        print(" ".join(sorted({answer.result() for answer in line})))
