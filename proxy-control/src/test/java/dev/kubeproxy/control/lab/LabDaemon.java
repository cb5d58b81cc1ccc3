package dev.kubeproxy.control.lab;

import dev.kubeproxy.server.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process of a host that answers "daemon" on a TCP and a UDP port of all its addresses. */
record LabDaemon(Process process) implements AutoCloseable {

    private static final String DAEMON = """
        import socket, sys, threading
        port = int(sys.argv[1])
        tcp = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        udp.bind(("::", port))
        def accept():
            while True:
                client, _ = tcp.accept()
                client.recv(999)
                client.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\ndaemon")
                client.close()
        threading.Thread(target=accept).start()
        print("ready", flush=True)
        while True:
            udp.sendto(b"daemon", udp.recvfrom(99)[1])
        """;

    /** Prints what becomes of a TCP connection or a datagram, within a second. */
    private static final String PROBE = """
        import socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET
        kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM
        probe = socket.socket(family, kind)
        probe.settimeout(1)
        try:
            probe.connect((sys.argv[2], int(sys.argv[3])))
            probe.send(b"hi")
            print(probe.recv(99))
        except OSError as error:
            print(type(error).__name__)
        """;

    /** Starts it and waits until it listens; what it prints goes to the file. */
    static LabDaemon start(String host, int port, Path out) throws IOException {
        LabDaemon daemon =
                new LabDaemon(Lab.start(host, out, List.of("python3", "-c", DAEMON, Integer.toString(port))));
        Await.until("the daemon is ready", () -> Files.readString(out).contains("ready"));
        return daemon;
    }

    /** What becomes of a connection or a datagram from a host: an answer, or the name of Python's exception. */
    static String probe(String host, String protocol, String address, int port) {
        return Lab.exec(host, "python3", "-c", PROBE, protocol, address, Integer.toString(port))
                .out()
                .strip();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
