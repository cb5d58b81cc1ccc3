package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes down what a service port tells. */
final class RecordingObserver implements ServicePortObserver {

    final AtomicInteger opened = new AtomicInteger();
    final List<CloseReason> closed = new CopyOnWriteArrayList<>();
    final List<CloseReason> dropped = new CopyOnWriteArrayList<>();
    final List<Integer> fromClient = new CopyOnWriteArrayList<>();
    final List<Integer> fromBackend = new CopyOnWriteArrayList<>();

    @Override
    public void onSessionOpen() {
        opened.incrementAndGet();
    }

    @Override
    public void onSessionClose(CloseReason reason) {
        closed.add(reason);
    }

    @Override
    public void onDatagramFromClient(int bytes) {
        fromClient.add(bytes);
    }

    @Override
    public void onDatagramFromBackend(int bytes) {
        fromBackend.add(bytes);
    }

    @Override
    public void onDatagramDropped(CloseReason reason) {
        dropped.add(reason);
    }
}
