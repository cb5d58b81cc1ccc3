package dev.kubeproxy.control.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {

    private static final String[] UNITS = {"", "k", "M", "G", "T"};
    private static final double THOUSAND = 1000;
    private static final int TEN = 10;

    private Figures() {}

    /** {@code 0}, {@code 7.5}, {@code 320}, {@code 1.2k}. */
    static String of(double value) {
        int unit = 0;
        double scaled = value;
        while (scaled >= THOUSAND && unit < UNITS.length - 1) {
            scaled /= THOUSAND;
            unit++;
        }
        boolean fraction = scaled < TEN && scaled != Math.rint(scaled);
        return String.format(Locale.ROOT, fraction ? "%.1f" : "%.0f", scaled) + UNITS[unit];
    }

    /** {@code 12s}, {@code 5m}, {@code 3h}, {@code 2d}, as kubectl has it. */
    static String age(long millis) {
        long seconds = Math.max(0, millis / 1000);
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + "m";
        }
        return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
