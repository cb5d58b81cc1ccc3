package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.udp.UdpSession.Phase;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All sessions of one event loop by age: says which of them end for being idle (rule G2) and which make room for new
 * ones (rule G8). Who is whose client is known to the listeners' {@link ListenerSessions}.
 */
final class UdpSessionTable {

    private final UdpLimits limits;
    private final int share;
    private final Ticker ticker;
    private final AtomicInteger total;
    private final SessionsByAge byAge = new SessionsByAge();
    private int size;

    /**
     * @param share of all sessions, that this event loop may have whatever the others have
     * @param total the sessions of all event loops; while they are fewer than there may be, a loop may exceed its share
     */
    UdpSessionTable(UdpLimits limits, int share, Ticker ticker, AtomicInteger total) {
        this.limits = limits;
        this.share = share;
        this.ticker = ticker;
        this.total = total;
    }

    /**
     * Ends sessions as needed for one more of the listener.
     *
     * @return false where none can leave
     */
    boolean makeRoom(ListenerSessions listener) {
        expire();
        if (listener.size() >= limits.maxSessionsPerListener() && !evict(listener.byAge())) {
            return false;
        }
        return size < share || total.get() < limits.maxSessions() || evictOne();
    }

    /** Ends the session that can be missed most, if there is one. */
    boolean evictOne() {
        return evict(byAge);
    }

    void add(UdpSession session) {
        size++;
        total.incrementAndGet();
        refresh(session);
    }

    /** A datagram went by, either way. */
    void refresh(UdpSession session) {
        Phase phase = session.phase();
        session.usedAt(ticker.nanos());
        byAge.append(session.inLoop(), phase);
        session.siblings().byAge().append(session.inListener(), phase);
    }

    void remove(UdpSession session) {
        size--;
        total.decrementAndGet();
        session.inLoop().unlink();
        session.inListener().unlink();
    }

    /** Ends the sessions that were idle for their time. */
    void expire() {
        long now = ticker.nanos();
        expire(Phase.WAITING, now - limits.idleAfterExchange().toNanos());
        expire(Phase.ANSWERED, now - limits.idleAfterExchange().toNanos());
        expire(Phase.STREAM, now - limits.idleInStream().toNanos());
    }

    boolean isEmpty() {
        return size == 0;
    }

    private void expire(Phase phase, long usedBefore) {
        UdpSession oldest = byAge.oldest(phase);
        while (oldest != null && oldest.usedAt() - usedBefore <= 0) {
            oldest.end(CloseReason.IDLE);
            oldest = byAge.oldest(phase);
        }
    }

    private static boolean evict(SessionsByAge sessions) {
        UdpSession leaving = sessions.mostDispensable();
        if (leaving == null) {
            return false;
        }
        leaving.end(CloseReason.EVICTED);
        return true;
    }
}
