package dev.kubeproxy.control.health;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;

/** What came from a client. */
sealed interface Asked {

    /**
     * A whole request.
     *
     * @param target as it was sent
     * @param path of the target, decoded; the target itself where that is no URI with a path
     * @param takesChunks false for a client of HTTP/1.0, to which the end of the connection is the end of the answer
     */
    record For(String target, String path, Page.Request request, boolean takesChunks) implements Asked {

        boolean head() {
            return request.method().equals(HttpMethod.HEAD.name());
        }

        @Override
        public String toString() {
            return target;
        }
    }

    /**
     * No HTTP, or too long; what follows it cannot be read.
     *
     * @param status to answer
     */
    record Nonsense(HttpResponseStatus status) implements Asked {}
}
