package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Writes down what the data plane tells, of all service ports together. */
public final class RecordingObserver implements ProxyObserver, ServicePortObserver {

    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger dialled = new AtomicInteger();
    private final AtomicInteger failedDials = new AtomicInteger();
    private final AtomicLong bytesFromClient = new AtomicLong();
    private final AtomicLong bytesFromBackend = new AtomicLong();
    private final Queue<CloseReason> closed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final Queue<CloseReason> closedSessions = new ConcurrentLinkedQueue<>();
    private final Queue<CloseReason> droppedDatagrams = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> datagramsFromClient = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> datagramsFromBackend = new ConcurrentLinkedQueue<>();
    private final Queue<ListenerStatus> listeners = new ConcurrentLinkedQueue<>();
    private final AtomicInteger exhausted = new AtomicInteger();

    @Override
    public ServicePortObserver servicePort(ServicePortName name) {
        return this;
    }

    @Override
    public void onListener(ListenerStatus status) {
        listeners.add(status);
    }

    @Override
    public void onDescriptorsExhausted() {
        exhausted.incrementAndGet();
    }

    @Override
    public void onAccept() {
        accepted.incrementAndGet();
    }

    @Override
    public void onDial(Backend backend, long nanos) {
        dialled.incrementAndGet();
    }

    @Override
    public void onDialFailure(Backend backend, long nanos) {
        failedDials.incrementAndGet();
    }

    @Override
    public void onBytesFromClient(int bytes) {
        bytesFromClient.addAndGet(bytes);
    }

    @Override
    public void onBytesFromBackend(int bytes) {
        bytesFromBackend.addAndGet(bytes);
    }

    @Override
    public void onClose(CloseReason reason) {
        closed.add(reason);
    }

    @Override
    public void onSessionOpen() {
        sessions.incrementAndGet();
    }

    @Override
    public void onSessionClose(CloseReason reason) {
        closedSessions.add(reason);
    }

    @Override
    public void onDatagramFromClient(int bytes) {
        datagramsFromClient.add(bytes);
    }

    @Override
    public void onDatagramFromBackend(int bytes) {
        datagramsFromBackend.add(bytes);
    }

    @Override
    public void onDatagramDropped(CloseReason reason) {
        droppedDatagrams.add(reason);
    }

    public int accepted() {
        return accepted.get();
    }

    public int dialled() {
        return dialled.get();
    }

    public int failedDials() {
        return failedDials.get();
    }

    public long bytesFromClient() {
        return bytesFromClient.get();
    }

    public long bytesFromBackend() {
        return bytesFromBackend.get();
    }

    public List<CloseReason> closed() {
        return List.copyOf(closed);
    }

    /** UDP sessions that were opened. */
    public int sessions() {
        return sessions.get();
    }

    public List<CloseReason> closedSessions() {
        return List.copyOf(closedSessions);
    }

    public List<CloseReason> droppedDatagrams() {
        return List.copyOf(droppedDatagrams);
    }

    /** Their sizes. */
    public List<Integer> datagramsFromClient() {
        return List.copyOf(datagramsFromClient);
    }

    /** Their sizes. */
    public List<Integer> datagramsFromBackend() {
        return List.copyOf(datagramsFromBackend);
    }

    public List<ListenerStatus> listeners() {
        return List.copyOf(listeners);
    }

    /** Episodes without free descriptors. */
    public int exhausted() {
        return exhausted.get();
    }
}
