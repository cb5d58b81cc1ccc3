package dev.kubeproxy.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** A run of the proxy with its configuration file watched: until a signal, or until that file changes (rule N9). */
final class Serving {

    private static final Logger LOG = LogManager.getLogger();
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final Program program;
    private final Optional<ConfigurationWatch> watch;
    private final AtomicBoolean outdated = new AtomicBoolean();

    /**
     * Does not run yet.
     *
     * @param values what {@code configuration} was made of
     * @param flags what of it the command line said
     */
    Serving(ProxyConfiguration configuration, Values values, Values flags) {
        Optional<Path> file = flags.read(Settings.CONFIG);
        if (file.isPresent() && values.read(Settings.CONFIG_RELOAD)) {
            var reload = new ConfigurationReload(
                    file.get(),
                    flags,
                    values,
                    Hostname::read,
                    next -> Logs.verbosity(next.logging().verbosity()));
            program = new Program(configuration, () -> new ConfigurationWriter(reload.current()).json());
            watch = Optional.of(new ConfigurationWatch(file.get(), LOOK_INTERVAL, reload::run));
        } else {
            program = new Program(configuration, () -> new ConfigurationWriter(values).json());
            watch = file.map(path -> new ConfigurationWatch(path, LOOK_INTERVAL, this::end));
        }
    }

    /**
     * Serves until it shall stop.
     *
     * @return whether it was told to; false where it ends to be started anew
     * @throws IOException when a port is taken and shall not be waited for, or the source or the transport cannot be used
     */
    boolean run() throws IOException, InterruptedException {
        Signals.onStop(program::stop, program::hurry);
        Signals.onHangUp(program::logState);
        watch.ifPresent(ConfigurationWatch::start);
        try {
            program.run();
            return !outdated.get();
        } finally {
            watch.ifPresent(ConfigurationWatch::close);
        }
    }

    /** At once: whoever starts it anew waits for the ports, and connections end either way. */
    private void end() {
        LOG.error("content of the proxy server's configuration file was updated");
        outdated.set(true);
        program.stop();
        program.hurry();
    }
}
