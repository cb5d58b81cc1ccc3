package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.limit.DescriptorBudget;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The pipes of one event loop, to which it is confined. Some empty ones are kept for their next use. */
final class Pipes {

    private static final int MOST_IDLE = 8;

    private final DescriptorBudget descriptors;
    private final Deque<Pipe> small = new ArrayDeque<>(MOST_IDLE);
    private final Deque<Pipe> large = new ArrayDeque<>(MOST_IDLE);

    Pipes(DescriptorBudget descriptors) {
        this.descriptors = descriptors;
    }

    /**
     * An empty pipe, if need be of the other kind; null where file descriptors run short, which new connections need more: bulk
     * can be copied.
     *
     * @param bytes that go into it at once
     */
    @Nullable
    Pipe take(int bytes) {
        boolean streams = bytes > Pipe.SMALL;
        Pipe pipe = idle(streams).pollLast();
        if (pipe == null) {
            pipe = open(streams);
        }
        return pipe == null ? idle(!streams).pollLast() : pipe;
    }

    private Deque<Pipe> idle(boolean streams) {
        return streams ? large : small;
    }

    private @Nullable Pipe open(boolean streams) {
        if (!descriptors.available(descriptors.capacity() / 2) || !descriptors.tryAcquire(Pipe.DESCRIPTORS)) {
            return null;
        }
        try {
            return Pipe.open(streams);
        } catch (IOException e) {
            descriptors.release(Pipe.DESCRIPTORS);
            return null;
        }
    }

    /** Takes a pipe back that nobody uses any more. */
    void give(Pipe pipe) {
        Deque<Pipe> idle = idle(pipe.isLarge());
        if (pipe.isEmpty() && idle.size() < MOST_IDLE) {
            idle.addLast(pipe);
        } else {
            close(pipe);
        }
    }

    private void close(Pipe pipe) {
        pipe.close();
        descriptors.release(Pipe.DESCRIPTORS);
    }

    /** Closes those that are not in use. */
    void close() {
        close(small);
        close(large);
    }

    private void close(Deque<Pipe> idle) {
        idle.forEach(this::close);
        idle.clear();
    }
}
