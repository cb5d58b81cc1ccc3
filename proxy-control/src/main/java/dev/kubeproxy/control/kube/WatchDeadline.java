package dev.kubeproxy.control.kube;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Gives up a watch that the server does not answer. fabric8 has a bound of its own, the request timeout, but opens the
 * watch before it has read it, and would wait for ever on a server, or a load balancer, that takes a connection and says
 * nothing. Stateless.
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
        }
    }
}
