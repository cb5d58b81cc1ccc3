package dev.kubeproxy.server.tcp;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many connections are open, in all and by the frontend address they came in on. Written by all event loops. */
final class ConnectionCount {

    private final AtomicInteger active = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private volatile @Nullable CompletableFuture<Void> idle;

    void opened(InetAddress frontend) {
        active.incrementAndGet();
        byAddress.merge(frontend, 1, Integer::sum);
    }

    void closed(InetAddress frontend) {
        byAddress.computeIfPresent(frontend, (_, count) -> count == 1 ? null : count - 1);
        active.decrementAndGet();
        completeIfIdle();
    }

    int active() {
        return active.get();
    }

    boolean activeOn(InetAddress frontend) {
        return byAddress.containsKey(frontend);
    }

    CompletionStage<Void> whenIdle() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        idle = future;
        completeIfIdle();
        return future;
    }

    private void completeIfIdle() {
        CompletableFuture<Void> future = idle;
        if (future != null && active.get() == 0) {
            future.complete(null);
        }
    }
}
