package dev.kubeproxy.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** As much of an API server as a {@link Rehearsal} needs: one Service and its endpoint, and watches that stay silent. */
final class RehearsedCluster implements AutoCloseable {

    private static final String LIST =
            "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[%s]}";
    private static final String DISCOVERY = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"discovery.k8s.io/v1",
             "resources":[{"name":"endpointslices","namespaced":true,"kind":"EndpointSlice","verbs":["list","watch"]}]}""";
    private static final String STATUS =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}";

    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final String service;
    private final String slice;

    RehearsedCluster(InetSocketAddress address, int backendPort) throws IOException {
        service = """
            {"metadata":{"name":"s1","namespace":"default","uid":"1","resourceVersion":"1"},
             "spec":{"type":"ClusterIP","clusterIP":"%1$s","clusterIPs":["%1$s"],"ipFamilies":["IPv4"],
             "ports":[{"name":"tcp","port":%2$d,"protocol":"TCP","targetPort":%3$d},
                      {"name":"udp","port":%2$d,"protocol":"UDP","targetPort":%3$d}]}}""".formatted(address.getHostString(), address.getPort(), backendPort);
        slice = """
            {"metadata":{"name":"s1-1","namespace":"default","uid":"2","resourceVersion":"1",
             "labels":{"kubernetes.io/service-name":"s1"}},"addressType":"IPv4",
             "ports":[{"name":"tcp","port":%1$d,"protocol":"TCP"},{"name":"udp","port":%1$d,"protocol":"UDP"}],
             "endpoints":[{"addresses":["127.0.0.1"],"conditions":{"ready":true}}]}""".formatted(backendPort);
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(requests);
        server.createContext("/", this::answer);
        server.start();
    }

    /** A Service and a slice of ten endpoints, of which one answers. */
    static String manifest(int i, int version, int port, int backendPort) {
        String endpoints = IntStream.rangeClosed(1, 10)
                .mapToObj(k -> "{addresses: [127.0.0.%d]}".formatted(i == 1 ? 1 : k + version))
                .collect(Collectors.joining(", "));
        return """
            apiVersion: v1
            kind: Service
            metadata:
              name: s%1$d
            spec:
              clusterIP: 127.96.%2$s
              ports:
                - {name: tcp, port: %3$d, targetPort: %4$d}
                - {name: udp, port: %3$d, targetPort: %4$d, protocol: UDP}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: s%1$d-1
              labels: {kubernetes.io/service-name: s%1$d}
            addressType: IPv4
            ports:
              - {name: tcp, port: %4$d}
              - {name: udp, port: %4$d, protocol: UDP}
            endpoints: [%5$s]
            """.formatted(i, (i / 256) + "." + (i % 256), port, backendPort, endpoints);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        requests.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                closed.await();
                return;
            }
            String text = text(path);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(text.equals(STATUS) ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String text(String path) {
        return switch (path) {
            case "/api/v1/services" -> LIST.formatted("Service", "v1", service);
            case "/api/v1/nodes" -> LIST.formatted("Node", "v1", "");
            case "/apis/discovery.k8s.io/v1" -> DISCOVERY;
            case "/apis/discovery.k8s.io/v1/endpointslices" ->
                LIST.formatted("EndpointSlice", "discovery.k8s.io/v1", slice);
            default -> STATUS;
        };
    }
}
