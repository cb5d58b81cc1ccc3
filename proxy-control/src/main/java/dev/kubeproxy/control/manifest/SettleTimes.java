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

    /** For how long a text may be held half written from its first touch on; some files are written without end. */
    private static final long LONGEST_DOUBT = TimeUnit.SECONDS.toNanos(2);

    /**
     * A file that waits.
     *
     * @param last when it was touched last
     * @param inPlace true where its bytes were written here
     * @param due when it is read
     * @param latest when it is read however often it is touched
     * @param believed from when on its text is taken as it is
     */
    record Touched(long last, boolean inPlace, long due, long latest, long believed) {

        static Touched at(long now, boolean inPlace) {
            return new Touched(now, inPlace, now + QUIET, now + LONGEST, now + LONGEST_DOUBT);
        }

        private Touched again(long now) {
            return new Touched(now, true, Math.min(now + QUIET, latest), latest, believed);
        }

        private Touched later(long quiet) {
            long next = Math.min(last + quiet, believed);
            return new Touched(last, inPlace, next, next, believed);
        }

        /** True while more may come: for so long after it was touched last. */
        boolean mayChange(long now, long quiet) {
            return now - last < quiet && now - believed < 0;
        }
    }

    private final Map<String, Touched> waiting = new HashMap<>();

    /** A file is written where it is. */
    void touch(String name, long now) {
        waiting.merge(name, Touched.at(now, true), (before, _) -> before.again(now));
    }

    /** The directory was away, and nobody came to read: what is there now is another file, or is yet to come. */
    void beginAnew(long now) {
        waiting.replaceAll((_, _) -> Touched.at(now, true));
    }

    /** A whole file was moved over another: it is read at once. */
    void replaced(String name, long now) {
        waiting.put(name, new Touched(now, false, now, now + LONGEST, now + LONGEST_DOUBT));
    }

    /** The file looked half written, or went: it is read again when its writer had the time to finish. */
    void later(String name, Touched touched, long quiet) {
        waiting.put(name, touched.later(quiet));
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
