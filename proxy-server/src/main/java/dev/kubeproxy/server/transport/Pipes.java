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
    private final Deque<Pipe> idle = new ArrayDeque<>(MOST_IDLE);

    Pipes(DescriptorBudget descriptors) {
        this.descriptors = descriptors;
    }

    /** An empty pipe; null where file descriptors run short, which new connections need more: bulk can be copied. */
    @Nullable
    Pipe take() {
        Pipe pipe = idle.pollLast();
        return pipe == null ? open() : pipe;
    }

    private @Nullable Pipe open() {
        if (!descriptors.available(descriptors.capacity() / 2) || !descriptors.tryAcquire(Pipe.DESCRIPTORS)) {
            return null;
        }
        try {
            return Pipe.open();
        } catch (IOException e) {
            descriptors.release(Pipe.DESCRIPTORS);
            return null;
        }
    }

    /** Takes a pipe back that nobody uses any more. */
    void give(Pipe pipe) {
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
        idle.forEach(this::close);
        idle.clear();
    }
}
