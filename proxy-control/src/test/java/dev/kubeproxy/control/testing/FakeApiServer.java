package dev.kubeproxy.control.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * As much of a Kubernetes API server as lists and watches need, with what a mock leaves out: versions, resumed and
 * expired watches, pages, and being away.
 */
public final class FakeApiServer implements AutoCloseable {

    public static final String SERVICES = "/api/v1/services";
    public static final String NODES = "/api/v1/nodes";
    public static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
    public static final String BETA_SLICES = "/apis/discovery.k8s.io/v1beta1/endpointslices";

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final Map<String, Map<String, String>> objects = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private final Map<String, Refusal> refusals = new HashMap<>();
    private final Set<String> held = new HashSet<>();
    private final Set<String> served = new HashSet<>();
    private final List<String> created = new ArrayList<>();
    private int version = 1;
    private int oldestVersion = 1;
    private int connections;
    private int port;
    private @Nullable HttpServer server;
    private @Nullable ExecutorService executor;

    private record Event(int version, String path, String type, String object) {}

    private record Refusal(int status, String cause) {}

    /** The client takes plain HTTP then. */
    private static final Refusal NO_WEB_SOCKETS = new Refusal(503, "");

    /** A server of the resources with these paths; it answers once it is started. */
    public FakeApiServer(String... paths) {
        for (String path : paths) {
            served.add(path);
            objects.put(path, new TreeMap<>());
        }
    }

    /** Begins to answer; always on the port of the first time. */
    public synchronized void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getAddress().getPort();
        executor = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Breaks all connections and refuses new ones. What it knows it keeps. */
    public void stop() {
        HttpServer running;
        synchronized (this) {
            running = server;
            server = null;
        }
        if (running != null) {
            running.stop(0); // first of all: who is cut off must not come in again
        }
        synchronized (this) {
            connections++;
            notifyAll();
        }
        if (executor != null) {
            executor.shutdownNow();
        }
    }

    @Override
    public void close() {
        stop();
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Makes or changes an object. */
    public synchronized void put(String path, HasMetadata object) {
        version++;
        object.getMetadata().setResourceVersion(Integer.toString(version));
        String text = json.asJson(object);
        boolean there = all(path).put(key(object), text) != null;
        events.add(new Event(version, path, there ? "MODIFIED" : "ADDED", text));
        notifyAll();
    }

    public synchronized void delete(String path, HasMetadata object) {
        version++;
        object.getMetadata().setResourceVersion(Integer.toString(version));
        all(path).remove(key(object));
        events.add(new Event(version, path, "DELETED", json.asJson(object)));
        notifyAll();
    }

    /** Ends all watches. */
    public synchronized void endWatches() {
        connections++;
        notifyAll();
    }

    /** Forgets what happened up to now, so that older watches cannot go on. */
    public synchronized void compact() {
        oldestVersion = version;
        events.clear();
    }

    /** Serves another set of resources from now on, with the objects of the former ones that it goes on with. */
    public synchronized void serve(String... paths) {
        served.clear();
        served.addAll(Set.of(paths));
        served.forEach(path -> objects.putIfAbsent(path, new TreeMap<>()));
    }

    /** Answers the next requests of a kind with a status; see {@link #requests} for the kinds. */
    public synchronized void refuse(String kind, int status) {
        refuse(kind, status, "");
    }

    /** The same, with a cause for programs, as {@code NamespaceTerminating}. */
    public synchronized void refuse(String kind, int status, String cause) {
        refusals.put(kind, new Refusal(status, cause));
    }

    public synchronized void accept(String kind) {
        refusals.remove(kind);
    }

    /** Lets requests of a kind, {@code upgrade …} among them, wait for their answer until {@link #release}. */
    public synchronized void hold(String kind) {
        held.add(kind);
    }

    public synchronized void release(String kind) {
        held.remove(kind);
        notifyAll();
    }

    /** How many requests of a kind came: {@code list /api/v1/services}, {@code watch …}, {@code create …}. */
    public synchronized int requests(String kind) {
        return requests.getOrDefault(kind, 0);
    }

    /** All kinds of requests that came, but upgrades, which are watches. */
    public synchronized Set<String> kindsOfRequests() {
        return requests.keySet().stream()
                .filter(kind -> !kind.startsWith("upgrade "))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What was created, as JSON, with the path before it. */
    public synchronized List<String> created() {
        return List.copyOf(created);
    }

    private synchronized Map<String, String> all(String path) {
        return objects.getOrDefault(path, Map.of());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Map<String, String> query = query(exchange.getRequestURI().getQuery());
            boolean watch = "true".equals(query.get("watch"));
            if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                String upgrade = "upgrade " + path;
                Refusal no;
                synchronized (this) {
                    requests.merge(upgrade, 1, Integer::sum);
                    awaitRelease(upgrade);
                    no = refusals.getOrDefault(upgrade, NO_WEB_SOCKETS);
                }
                answer(exchange, no.status, status(no.status, "refused", no.cause));
                return;
            }
            boolean create = exchange.getRequestMethod().equals("POST");
            String kind = (create ? "create " : watch ? "watch " : "list ") + path;
            Refusal refusal;
            synchronized (this) {
                requests.merge(kind, 1, Integer::sum);
                awaitRelease(kind);
                refusal = refusals.get(kind);
            }
            if (refusal != null) {
                answer(exchange, refusal.status, status(refusal.status, "refused", refusal.cause));
            } else if (create) {
                String object = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                synchronized (this) {
                    created.add(path + " " + object);
                }
                answer(exchange, 201, object);
            } else if (isServed(path)) {
                if (watch) {
                    watch(exchange, path, Integer.parseInt(query.getOrDefault("resourceVersion", "0")));
                } else {
                    answer(exchange, 200, list(path, query));
                }
            } else if (isServed(path + "/endpointslices")) {
                answer(exchange, 200, """
                    {"kind":"APIResourceList","apiVersion":"v1","resources":[
                    {"name":"endpointslices","kind":"EndpointSlice","namespaced":true,"singularName":"","verbs":[]}]}
                    """);
            } else {
                answer(exchange, 404, status(404, "no such resource"));
            }
        }
    }

    private synchronized boolean isServed(String path) {
        return served.contains(path);
    }

    private synchronized String list(String path, Map<String, String> query) {
        List<String> items = List.copyOf(all(path).values());
        int from = Integer.parseInt(query.getOrDefault("continue", "0"));
        int limit = Integer.parseInt(query.getOrDefault("limit", "1000000"));
        int to = Math.min(items.size(), from + limit);
        String next = to < items.size() ? ",\"continue\":\"" + to + "\"" : "";
        return "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"" + version + "\"" + next + "},\"items\":["
                + String.join(",", items.subList(from, to)) + "]}";
    }

    private void watch(HttpExchange exchange, String path, int from) throws IOException {
        int connection;
        boolean expired;
        synchronized (this) {
            connection = connections;
            expired = from < oldestVersion;
        }
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            if (expired) {
                write(body, "{\"type\":\"ERROR\",\"object\":" + status(410, "too old resource version") + "}");
                return;
            }
            body.flush();
            int sent = from;
            for (List<Event> next = await(path, sent, connection);
                    !next.isEmpty();
                    next = await(path, sent, connection)) {
                for (Event event : next) {
                    write(body, "{\"type\":\"" + event.type + "\",\"object\":" + event.object + "}");
                    sent = event.version;
                }
            }
        }
    }

    private synchronized void awaitRelease(String kind) {
        int connection = connections;
        try {
            while (held.contains(kind) && connection == connections) {
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The events after a version; none once the connection has to end. */
    private synchronized List<Event> await(String path, int after, int connection) {
        while (connection == connections) {
            List<Event> next = events.stream()
                    .filter(event -> event.version > after && event.path.equals(path))
                    .toList();
            if (!next.isEmpty()) {
                return next;
            }
            try {
                wait();
            } catch (InterruptedException _) {
                return List.of();
            }
        }
        return List.of();
    }

    private static void write(OutputStream body, String line) throws IOException {
        body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String status(int code, String message) {
        return status(code, message, "");
    }

    private static String status(int code, String message, String cause) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"" + message
                + "\",\"details\":{\"causes\":[{\"reason\":\"" + cause + "\"}]},\"code\":" + code + "}";
    }

    private static String key(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> values = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, Math.max(equals, 0)), pair.substring(equals + 1));
        }
        return values;
    }
}
