#!/usr/bin/env python3
"""
As much of a Kubernetes API server as kube-proxy asks for: lists in pages, and watches as WebSockets.

  api_server.py ADDRESS PORT CONTROL

CONTROL is a Unix socket that takes the cluster, a line each: "<path> <name> <object as JSON>". What comes once somebody
watches the path is an event. The text @VERSION of an object is replaced by its resource version.
"""
import asyncio
import base64
import hashlib
import sys
from urllib.parse import parse_qs, urlsplit

LONGEST_LINE = 1 << 20
SLICES = b'{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"discovery.k8s.io/v1","resources":[{"name":' \
         b'"endpointslices","singularName":"","namespaced":true,"kind":"EndpointSlice","verbs":["list","watch"]}]}'
RESOURCES = {"/apis/discovery.k8s.io/v1": SLICES}
HANDSHAKE = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3

objects = {}  # path -> name -> (version, JSON)
watchers = {}  # path -> writers
version = 0


async def control(reader, _):
    global version
    while line := await reader.readline():
        path, name, text = line.rstrip(b"\n").split(b" ", 2)
        path = path.decode()
        version += 1
        text = text.replace(b"@VERSION", b"%d" % version)
        known = objects.setdefault(path, {})
        kind = b"MODIFIED" if name in known else b"ADDED"
        known[name] = version, text
        for writer in watchers.get(path, ()):
            writer.write(event(kind, text))


async def serve(reader, writer):
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            request, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            url = urlsplit(request.split(" ")[1])
            query = {key: value[0] for key, value in parse_qs(url.query).items()}
            await reader.readexactly(int(headers.get("content-length", 0)))  # events are told here, which nobody keeps
            if "sec-websocket-key" in headers:
                await watch(reader, writer, url.path, query, headers["sec-websocket-key"])
                return
            answer(writer, url.path, query)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def answer(writer, path, query):
    status, body = "404 Not Found", b'{"kind":"Status","apiVersion":"v1","status":"Failure","code":404}'
    if path in objects:
        status, body = "200 OK", page(path, query.get("continue", f"{version}/0"), int(query.get("limit", 1 << 30)))
    elif path in RESOURCES:
        status, body = "200 OK", RESOURCES[path]
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)


def page(path, where, limit):
    """Some of the objects; where a list goes on is said with the version that its first page had."""
    first, start = map(int, where.split("/"))
    items = [text for _, text in list(objects[path].values())[start:start + limit]]
    end = start + len(items)
    further = b',"continue":"%d/%d"' % (first, end) if end < len(objects[path]) else b""
    return b'{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"%d"%s},"items":[%s]}' % (
        first, further, b",".join(items))


async def watch(reader, writer, path, query, key):
    """Until the client leaves. Nothing is ever deleted here, so what is newer is all that it has to catch up with."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + HANDSHAKE).digest()).decode()
    writer.write(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())
    for newer, text in objects[path].values():
        if newer > int(query["resourceVersion"]):
            writer.write(event(b"MODIFIED", text))
    watchers.setdefault(path, set()).add(writer)
    try:
        while await reader.read(4096):
            pass
    finally:
        watchers[path].discard(writer)


def event(kind, text):
    """A WebSocket message of one unmasked frame."""
    text = b'{"type":"%s","object":%s}' % (kind, text)
    if len(text) < 126:
        return b"\x81" + len(text).to_bytes(1, "big") + text
    if len(text) < 1 << 16:
        return b"\x81\x7e" + len(text).to_bytes(2, "big") + text
    return b"\x81\x7f" + len(text).to_bytes(8, "big") + text


async def main(address, port, path):
    async with await asyncio.start_server(serve, address, int(port)) as server:
        await asyncio.start_unix_server(control, path, limit=LONGEST_LINE)
        await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
