package dev.kubeproxy.control.cli;

import java.util.Locale;

/** How an answer is printed. */
enum Output {
    TABLE,
    WIDE,
    JSON,
    YAML;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
