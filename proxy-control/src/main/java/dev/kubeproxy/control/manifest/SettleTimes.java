package dev.kubeproxy.control.manifest;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * When each file that was touched is to be read: at once where it is whole, else soon, but not while it is being written.
 * Times are nanoseconds.
 */
final class SettleTimes {

    private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);

    /** For how long a text that is not understood may be half written. */
    static final long FOR_SENSE = TimeUnit.MILLISECONDS.toNanos(250);

    /** For how long a text that lacks objects may be; to take a Service down for nothing is worse than to wait. */
    static final long FOR_OBJECTS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A file that waits.
     *
     * @param first when it was touched first since it was read
     * @param last when it was touched last
     * @param inPlace true where its bytes were written here
     */
    record Touched(long first, long last, boolean inPlace, long due) {

        static Touched at(long now, boolean inPlace) {
            return new Touched(now, now, inPlace, now + QUIET);
        }

        private Touched again(long now, boolean here) {
            return new Touched(first, now, inPlace || here, Math.min(now + QUIET, first + LONGEST));
        }

        /** True while a writer may not have finished. */
        boolean mayBeHalfWritten(long now, long quiet) {
            return inPlace && now - last < quiet;
        }
    }

    private final Map<String, Touched> waiting = new HashMap<>();

    void touch(String name, boolean inPlace, long now) {
        waiting.merge(name, Touched.at(now, inPlace), (before, _) -> before.again(now, inPlace));
    }

    /** A whole file was moved over another: it is read at once. */
    void replaced(String name, long now) {
        waiting.put(name, new Touched(now, now, false, now));
    }

    /** The file looked half written: it is read again when its writer had the time to finish. */
    void later(String name, Touched touched, long quiet) {
        waiting.put(name, new Touched(touched.first(), touched.last(), touched.inPlace(), touched.last() + quiet));
    }

    /** Takes out the files to read now. */
    Map<String, Touched> due(long now) {
        Map<String, Touched> due = new HashMap<>();
        for (Iterator<Map.Entry<String, Touched>> each = waiting.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Touched> entry = each.next();
            if (entry.getValue().due() - now <= 0) {
                due.put(entry.getKey(), entry.getValue());
                each.remove();
            }
        }
        return due;
    }

    /** How long until a file is to be read, {@code most} at the most. */
    long untilNext(long now, long most) {
        return waiting.values().stream()
                .mapToLong(touched -> Math.max(0, touched.due() - now))
                .reduce(most, Math::min);
    }
}
