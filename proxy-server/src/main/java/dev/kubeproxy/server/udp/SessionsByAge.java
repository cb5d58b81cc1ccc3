package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.udp.UdpSession.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the order of their last datagram, a queue for each phase. Linked through the sessions' own {@link Link}s,
 * so that a datagram's move to the end neither allocates nor searches.
 */
final class SessionsByAge {

    private final Queue waiting = new Queue();
    private final Queue answered = new Queue();
    private final Queue streams = new Queue();

    /** Puts the session behind all others of the phase, from wherever it was. */
    void append(Link link, Phase phase) {
        Queue queue = of(phase);
        if (queue.newest() == link) {
            return;
        }
        link.unlink();
        queue.append(link);
    }

    /** The session of the phase that has been without a datagram for longest. */
    @Nullable
    UdpSession oldest(Phase phase) {
        return of(phase).oldest().session;
    }

    /**
     * Who makes room for a new client (rule G8): first the oldest that has had its answer, then the oldest that waits
     * for one. A stream never does.
     */
    @Nullable
    UdpSession mostDispensable() {
        UdpSession done = oldest(Phase.ANSWERED);
        return done != null ? done : oldest(Phase.WAITING);
    }

    private Queue of(Phase phase) {
        return switch (phase) {
            case WAITING -> waiting;
            case ANSWERED -> answered;
            case STREAM -> streams;
        };
    }

    /** A session's place in one order. */
    static final class Link {

        private final @Nullable UdpSession session;
        private Link older = this;
        private Link newer = this;

        Link(@Nullable UdpSession session) {
            this.session = session;
        }

        /** Leaves the order; nothing where it is in none. */
        void unlink() {
            older.newer = newer;
            newer.older = older;
            older = this;
            newer = this;
        }
    }

    /** A ring that a link without a session closes. */
    private static final class Queue {

        private final Link ends = new Link(null);

        Link oldest() {
            return ends.newer;
        }

        Link newest() {
            return ends.older;
        }

        void append(Link link) {
            link.older = ends.older;
            link.newer = ends;
            ends.older.newer = link;
            ends.older = link;
        }
    }
}
