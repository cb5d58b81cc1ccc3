package dev.kubeproxy.control;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Log output as klog's users know it (rule P1). The class path's {@code log4j2.properties} reads what is set here, so
 * this comes before the first logger.
 */
final class Logs {

    private static final String JSON_LINES = "{\"ts\":%d{UNIX_MILLIS},\"level\":\"%level{lowerCase=true}\","
            + "\"logger\":\"%c{1}\",\"msg\":\"%enc{%m}{JSON}\",\"err\":\"%enc{%ex}{JSON}\"}%n";

    private Logs() {}

    static void configure(ProxyConfiguration.Logging logging) {
        System.setProperty("kubeproxy.log.level", own(logging.verbosity()).name());
        System.setProperty(
                "kubeproxy.log.libraries", libraries(logging.verbosity()).name());
        if (logging.json()) {
            System.setProperty("kubeproxy.log.pattern", JSON_LINES);
        }
    }

    /** The same for a program that runs already; the format stays. */
    static void verbosity(int verbosity) {
        Configurator.setLevel("dev.kubeproxy", own(verbosity));
        Configurator.setRootLevel(libraries(verbosity));
    }

    static Level own(int verbosity) {
        return verbosity >= 3 ? Level.TRACE : verbosity == 2 ? Level.DEBUG : Level.INFO;
    }

    static Level libraries(int verbosity) {
        return verbosity >= 6 ? Level.DEBUG : Level.WARN;
    }
}
