package dev.kubeproxy.control.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kubeproxy.server.model.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server of pages. Where its address is taken it tries again until it is free (rule K1). Each request has
 * a virtual thread of its own and bounded time, so that slow clients hold up nobody.
 */
final class HttpPort implements AutoCloseable {

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);
    private static final int LONGEST_BODY = 1024;

    private static final Logger LOG = LogManager.getLogger();

    static {
        // Read once by the JDK's server when its first instance is made: seconds that a request, and its answer, may
        // take, and how many clients there may be at once. The defaults are without bounds.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        System.setProperty("jdk.httpserver.maxConnections", "4096");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String name;
    private final InetSocketAddress address;
    private final String place;
    private final Page.Sources pages;
    private final Consumer<String> onTaken;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("http-bind-", 0).factory());
    private @Nullable HttpServer server;
    private boolean closed;

    /** @param name for log lines: "health", "metrics" */
    HttpPort(String name, InetSocketAddress address, Map<String, Page.Source> pages) {
        this(name, address, Map.copyOf(pages)::get, _ -> {});
    }

    /** @param onTaken told why the address cannot be bound, once however often it is tried */
    HttpPort(String name, InetSocketAddress address, Page.Sources pages, Consumer<String> onTaken) {
        this.name = name;
        this.address = address;
        this.place = text(address);
        this.pages = pages;
        this.onTaken = onTaken;
    }

    /**
     * Starts to serve.
     *
     * @param hardFail throw where the address is taken, instead of trying again until it is free
     */
    void start(boolean hardFail) throws IOException {
        if (hardFail) {
            bind();
        } else {
            bindOrRetry(RETRY_INTERVAL);
        }
    }

    /** @throws IOException when the address cannot be bound */
    void bind() throws IOException {
        try {
            open();
        } catch (IOException e) {
            String why = "cannot serve %s on %s: %s".formatted(name, place, e.getMessage());
            onTaken.accept(why);
            throw new IOException(why, e);
        }
    }

    /** Binds now, or later: what fails is logged and tried again. */
    void bindOrRetry(Duration interval) {
        attempt(interval, true);
    }

    /** Tries once more, now, where its address was taken; otherwise does nothing. */
    void bindNow() {
        try {
            open();
        } catch (IOException e) {
            LOG.debug("Still cannot serve {} on {}: {}", name, place, e.getMessage());
        }
    }

    /** Where it listens, once it does: with port 0 the system chose. */
    synchronized Optional<InetSocketAddress> boundAddress() {
        return Optional.ofNullable(server).map(HttpServer::getAddress);
    }

    @Override
    public synchronized void close() {
        closed = true;
        retries.shutdownNow();
        if (server != null) {
            server.stop(0);
        }
        requests.shutdownNow();
    }

    private void attempt(Duration interval, boolean first) {
        try {
            open();
        } catch (IOException e) {
            if (first) {
                onTaken.accept("cannot serve %s on %s: %s".formatted(name, place, e.getMessage()));
            }
            LOG.log(
                    first ? Level.WARN : Level.DEBUG,
                    "Cannot serve {} on {}, trying again every {} s: {}",
                    name,
                    place,
                    interval.toSeconds(),
                    e.getMessage());
            later(interval);
        }
    }

    private synchronized void later(Duration interval) {
        if (!closed) {
            var _ = retries.schedule(() -> attempt(interval, false), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void open() throws IOException {
        if (closed || server != null) {
            return;
        }
        HttpServer opened = HttpServer.create(address, 64);
        opened.setExecutor(requests);
        opened.createContext("/", this::answer);
        opened.start();
        server = opened;
        LOG.info("Serving {} on {}", name, text(opened.getAddress()));
    }

    private static String text(InetSocketAddress address) {
        return Addresses.text(address.getAddress(), address.getPort());
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            send(exchange, page(exchange));
        } catch (IOException e) {
            LOG.trace("A client of the {} port left: {}", name, e.getMessage());
        } catch (RuntimeException e) { // of a body that is made while it is sent
            LOG.error("The {} port could not finish its answer to {}", name, exchange.getRequestURI(), e);
        }
    }

    private Page page(HttpExchange exchange) throws IOException {
        Page.Source source = pages.at(exchange.getRequestURI().getPath());
        if (source == null) {
            return Page.text(404, "404 page not found\n");
        }
        if (!source.takes(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Page.text(405, "Method Not Allowed\n");
        }
        try {
            return source.page(request(exchange));
        } catch (RuntimeException e) {
            LOG.error("The {} port could not answer {}", name, exchange.getRequestURI(), e);
            return Page.text(500, "Internal Server Error\n");
        }
    }

    private static Page.Request request(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY);
        return new Page.Request(
                exchange.getRequestMethod(), exchange.getRequestHeaders(), new String(body, StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, Page page) throws IOException {
        long length = page.body().length();
        exchange.getResponseHeaders().set("Content-Type", page.contentType());
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        page.headers().forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            if (length >= 0) {
                exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
            }
            exchange.sendResponseHeaders(page.status(), -1);
        } else {
            exchange.sendResponseHeaders(page.status(), length == 0 ? -1 : Math.max(0, length)); // 0: in chunks
            page.body().writeTo(exchange.getResponseBody());
        }
    }
}
