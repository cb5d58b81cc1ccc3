package dev.kubeproxy.control;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** Log output as klog's users know it (rule P1). */
final class Logs {

    /** The logger above all of this program's. */
    static final String OWN = "dev.kubeproxy";

    private Logs() {}

    /** Begins to log; before the first logger is made, since that begins it too. */
    static void configure(ProxyConfiguration.Logging logging) {
        Configurator.initialize(new LogConfiguration(logging));
    }

    /** The same for a program that runs already; the format stays. */
    static void verbosity(int verbosity) {
        Configurator.setLevel(OWN, own(verbosity));
        Configurator.setRootLevel(libraries(verbosity));
    }

    static Level own(int verbosity) {
        return verbosity >= 3 ? Level.TRACE : verbosity == 2 ? Level.DEBUG : Level.INFO;
    }

    static Level libraries(int verbosity) {
        return verbosity >= 6 ? Level.DEBUG : Level.WARN;
    }
}
