package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.ProxyServer;
import dev.kubeproxy.server.ProxyServerConfig;
import dev.kubeproxy.server.ServiceCapture;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.tcp.DialPolicy;
import dev.kubeproxy.server.transport.StreamSockets;
import dev.kubeproxy.server.transport.Transport;
import dev.kubeproxy.server.udp.UdpLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A data plane on loopback, with Services in one line each. Close it to end it. */
public final class TestProxy implements AutoCloseable {

    private final RecordingObserver observer = new RecordingObserver();
    private final ProxyServer server;
    private long revision;

    public TestProxy() {
        this(Transport.best());
    }

    public TestProxy(Transport transport) {
        this(transport, spliceFrom());
    }

    public TestProxy(Transport transport, int spliceFrom) {
        this(new ProxyServerConfig(
                transport,
                transport == Transport.NIO ? ServiceCapture.BIND : capture(),
                2,
                quickDials(),
                UdpLimits.ofDescriptorLimit(10_000),
                10_000,
                spliceFrom));
    }

    public TestProxy(ProxyServerConfig config) {
        try {
            server = Capable.of(() -> new ProxyServer(config, observer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the build asks for: all these tests run once in each capture. */
    public static ServiceCapture capture() {
        return ServiceCapture.valueOf(System.getProperty("service.capture", "BIND"));
    }

    /** What the build asks for: all these tests run once with every TCP byte spliced, once with bulk only. */
    public static int spliceFrom() {
        return Integer.getInteger("splice.from", StreamSockets.BULK);
    }

    /** The default policy's four attempts, each a little shorter. */
    public static DialPolicy quickDials() {
        return new DialPolicy(List.of(
                Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800)));
    }

    public ProxyServer server() {
        return server;
    }

    public RecordingObserver observer() {
        return observer;
    }

    /** A frontend for TCP on 127.0.0.1 that nobody else uses. */
    public static Frontend tcpFrontend() {
        return frontend("127.0.0.1", Protocol.TCP);
    }

    public static Frontend frontend(String address, Protocol protocol) {
        return new Frontend(Addresses.parse(address), FreePort.next(), protocol);
    }

    /** Serves {@code default/name} on the frontend and returns when its socket is bound or has failed. */
    public InetSocketAddress serve(String name, Frontend frontend, Backend... backends) {
        apply(service(name, frontend, new BackendPool(List.of(backends), Affinity.NONE)));
        return frontend.socketAddress();
    }

    /** Makes a Service vanish. */
    public void remove(String name) {
        apply(ServiceState.gone(new ServiceName("default", name)));
    }

    public void apply(ServiceState... services) {
        server.apply(new ProxyUpdate(++revision, List.of(services)))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    public static ServiceState service(String name, Frontend frontend, BackendPool pool) {
        ServicePortName port = portName(name, frontend.protocol());
        return new ServiceState(port.service(), Instant.EPOCH, List.of(port(port, pool, frontend)));
    }

    /** A service port on ClusterIPs, or on NodePorts where an address stands for all. */
    public static ServicePort port(ServicePortName name, BackendPool pool, Frontend... frontends) {
        Map<Frontend, FrontendKind> kinds = new HashMap<>();
        for (Frontend frontend : frontends) {
            kinds.put(frontend, frontend.anyAddress() ? FrontendKind.NODE_PORT : FrontendKind.CLUSTER_IP);
        }
        return new ServicePort(name, kinds, pool);
    }

    public static ServicePortName portName(String service, Protocol protocol) {
        return new ServicePortName(new ServiceName("default", service), "p", protocol);
    }

    @Override
    public void close() {
        server.close();
    }
}
