package dev.kubeproxy.control.health;

import com.sun.net.httpserver.Headers;

/** The answer to a request. */
record Page(int status, String contentType, String body) {

    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    /** Makes the answer; runs on a thread of the server, for each request anew. */
    @FunctionalInterface
    interface Source {
        Page page(Headers request);
    }

    static Page text(int status, String body) {
        return new Page(status, TEXT, body);
    }
}
