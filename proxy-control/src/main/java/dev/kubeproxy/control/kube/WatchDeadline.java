package dev.kubeproxy.control.kube;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Gives up a watch that the server, or a load balancer, takes and does not answer. fabric8 has a bound of its own, the
 * request timeout, but opens the WebSocket before it has read it, and would wait for ever; and a plain watch, which it
 * falls back to, has none. That one fabric8 itself asks for again, until {@link ObjectWatch} finds it silent. Stateless.
 */
final class WatchDeadline implements Interceptor {

    static final String NAME = "kube-proxy-watch-deadline";

    private final Duration answer;

    /** @param answer how long the answer may take */
    WatchDeadline(Duration answer) {
        this.answer = answer;
    }

    @Override
    public void before(BasicBuilder request, HttpRequest original, RequestTags tags) {
        if (request instanceof WebSocket.Builder watch) {
            watch.connectTimeout(answer.toMillis(), TimeUnit.MILLISECONDS);
        } else if (request instanceof HttpRequest.Builder plain
                && original instanceof StandardHttpRequest standard
                && standard.isForStreaming()) {
            plain.timeout(answer.toMillis(), TimeUnit.MILLISECONDS); // until the head of the answer
        }
    }
}
