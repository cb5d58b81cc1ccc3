package dev.kubeproxy.control;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, which is how all of Kubernetes does: {@code 250ms}, {@code 1m30s}, {@code 1.5h}. */
final class GoDuration {

    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    private static final double LONGEST_NANOS = Long.MAX_VALUE;

    private GoDuration() {}

    /** @throws IllegalArgumentException when the text is no duration; the message says what one looks like */
    static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = PART.matcher(rest);
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos += Double.parseDouble(part.group(1)) * nanosOf(part.group(2));
            end = part.end();
        }
        if (end == 0 || end < rest.length()) {
            boolean unitMissing = rest.matches("[0-9.]+");
            throw new IllegalArgumentException(
                    unitMissing
                            ? "a duration needs a unit, such as " + rest + "s or " + rest + "ms"
                            : "not a duration such as 250ms, 30s or 1h30m");
        }
        if (nanos >= LONGEST_NANOS) {
            throw new IllegalArgumentException("longer than 292 years");
        }
        return Duration.ofNanos(negative ? -(long) nanos : (long) nanos);
    }

    /** {@code 1h30m0s}, {@code 250ms}. */
    static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toNanos() % 1_000_000 == 0 ? duration.toMillis() + "ms" : duration.toNanos() + "ns";
        }
        StringBuilder text = new StringBuilder();
        if (duration.toHours() > 0) {
            text.append(duration.toHours()).append('h');
        }
        if (duration.toMinutes() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        String fraction = duration.toNanosPart() == 0 ? "" : decimals(duration.toNanosPart());
        return text.append(duration.toSecondsPart())
                .append(fraction)
                .append('s')
                .toString();
    }

    private static String decimals(int nanos) {
        return "%09d".formatted(nanos).replaceFirst("^", ".").replaceFirst("0+$", "");
    }

    private static double nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
    }
}
