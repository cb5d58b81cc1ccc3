package dev.kubeproxy.control.health;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request.
 *
 * @param headers those that other pages do not have
 */
record Page(int status, String contentType, Body body, Map<String, String> headers) {

    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    Page {
        headers = Map.copyOf(headers);
    }

    Page(int status, String contentType, String body) {
        this(status, contentType, body, Map.of());
    }

    Page(int status, String contentType, String body, Map<String, String> headers) {
        this(status, contentType, Body.of(body), headers);
    }

    /**
     * What is asked, as far as pages depend on it.
     *
     * @param body the beginning of what came with it; empty where it only asks
     */
    record Request(String method, HttpHeaders headers, String body) {}

    /** Makes the answer; runs on a thread of the server, for each request anew. */
    @FunctionalInterface
    interface Source {

        Set<String> ASKING = Set.of("GET", "HEAD");

        Page page(Request request);

        /** False for methods that are answered for it, with 405. */
        default boolean takes(String method) {
            return ASKING.contains(method);
        }
    }

    /** Which page a path has; null for none. */
    @FunctionalInterface
    interface Sources {
        @Nullable
        Source at(String path);
    }

    static Page text(int status, String body) {
        return new Page(status, TEXT, body);
    }
}
