package dev.kubeproxy.control.health;

import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** What came from a client. */
sealed interface Asked {

    /**
     * A whole request.
     *
     * @param target as it was sent
     * @param path of the target, decoded; null where it has none
     * @param takesChunks false for a client of HTTP/1.0, to which the end of the connection is the end of the answer
     */
    record For(String target, @Nullable String path, Page.Request request, boolean takesChunks) implements Asked {

        boolean head() {
            return request.method().equals(HttpMethod.HEAD.name());
        }

        @Override
        public String toString() {
            return target;
        }
    }

    /** No HTTP; what follows it cannot be read. */
    record Nonsense() implements Asked {}
}
