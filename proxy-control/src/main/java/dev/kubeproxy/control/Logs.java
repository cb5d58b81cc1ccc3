package dev.kubeproxy.control;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** Log output as klog's users know it (rule P1). */
final class Logs {

    /** The logger above all of this program's. */
    static final String OWN = "dev.kubeproxy";

    private Logs() {}

    /** Begins to log. Best before the first logger is made: that begins it too, by the library's own rules. */
    static void configure(ProxyConfiguration.Logging logging) {
        LogConfiguration wanted = new LogConfiguration(logging);
        LoggerContext context = Configurator.initialize(wanted);
        if (context.getConfiguration() != wanted) { // a logger was made before
            context.reconfigure(wanted);
        }
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
