package dev.kubeproxy.control.cli;

import java.util.Locale;

/** What can be looked at. */
enum View {
    SERVICES,
    SERVICE,
    WHY,
    CONNECTIONS,
    LISTENERS,
    EVENTS;

    /** True where a Service must be named. */
    boolean ofService() {
        return this == SERVICE || this == WHY;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
