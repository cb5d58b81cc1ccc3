package dev.kubeproxy.control.sync;

import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.UpdateSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A data plane that keeps what it is told, and fails where told to. Its sockets follow once {@link #sockets} completes. */
final class FakeDataPlane implements UpdateSink {

    final List<ProxyUpdate> updates = new ArrayList<>();
    final Map<ServiceName, ServiceState> services = new TreeMap<>();
    Predicate<ProxyUpdate> fails = _ -> false;
    CompletableFuture<Void> sockets = CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<Void> apply(ProxyUpdate update) {
        if (fails.test(update)) {
            throw new MadeToFail();
        }
        if (!updates.isEmpty() && update.revision() <= updates.getLast().revision()) {
            throw new AssertionError("revision " + update.revision() + " does not grow");
        }
        updates.add(update);
        for (ServiceState service : update.services()) {
            if (service.ports().isEmpty()) {
                services.remove(service.name());
            } else {
                services.put(service.name(), service);
            }
        }
        return sockets;
    }

    List<String> serviceNames() {
        return services.keySet().stream().map(ServiceName::name).toList();
    }

    List<ServicePort> ports() {
        return services.values().stream()
                .flatMap(service -> service.ports().stream())
                .toList();
    }

    /** Has no stack trace: it would only fill the build's log. */
    private static final class MadeToFail extends RuntimeException {
        private static final long serialVersionUID = 1;

        MadeToFail() {
            super("made to fail", null, false, false);
        }
    }
}
