package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.balance.Ticker;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between fabric8's client and the network, and tells its observer of each answer; whoever asked tells of those
 * that did not come. Thread-safe.
 */
final class RequestMeter implements Interceptor {

    static final String NAME = "kube-proxy-meter";

    /** The client has a handful of requests open; more are those it gave up in silence. */
    private static final int MOST_OPEN = 1_000;

    private final RequestObserver observer;
    private final Ticker ticker;
    private final Map<UUID, Long> began = new ConcurrentHashMap<>();

    RequestMeter(RequestObserver observer, Ticker ticker) {
        this.observer = observer;
        this.ticker = ticker;
    }

    /** The last that is asked before a request goes out, and with the request that {@link #after} will be told of. */
    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        if (began.size() >= MOST_OPEN) {
            began.clear();
        }
        began.put(request.id(), ticker.nanos());
        return consumer;
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        String host = host(request.uri());
        observer.onAnswer(request.method(), host, response.code());
        Long from = began.remove(request.id());
        if (from != null) {
            observer.onDuration(request.method(), host, Duration.ofNanos(ticker.nanos() - from));
        }
    }

    private static String host(URI uri) {
        return String.valueOf(uri.getAuthority());
    }
}
