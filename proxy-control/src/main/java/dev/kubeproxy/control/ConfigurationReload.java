package dev.kubeproxy.control;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What {@code --config-reload} does with a changed file (rule N9): what can be changed under a running proxy takes
 * effect, the rest is told to need a restart; a file that is wrong changes nothing. Writer: the file's watch.
 */
final class ConfigurationReload {

    /** What takes effect at once. */
    private static final Set<Setting<?>> LIVE = Set.of(Settings.VERBOSITY);

    private static final Logger LOG = LogManager.getLogger();

    private final Path file;
    private final Values flags;
    private final Supplier<String> hostname;
    private final Consumer<ProxyConfiguration> apply;
    private volatile Values current;

    /**
     * A reload of one file.
     *
     * @param flags what the command line says beside it
     * @param running what the proxy was started with
     * @param apply makes the live part take effect
     */
    ConfigurationReload(
            Path file, Values flags, Values running, Supplier<String> hostname, Consumer<ProxyConfiguration> apply) {
        this.file = file;
        this.flags = flags;
        this.current = running;
        this.hostname = hostname;
        this.apply = apply;
    }

    /** What is in force now. */
    Values current() {
        return current;
    }

    /** Reads the file again. */
    void run() {
        try {
            ConfigurationFile.Loaded loaded = ConfigurationFile.load(file).with(flags);
            ProxyConfiguration next = ConfigurationReader.read(loaded.values(), hostname);
            loaded.warnings().forEach(LOG::warn);
            take(loaded.values(), next);
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> LOG.error("{} changed and cannot be used: {}", file, problem));
        }
    }

    private void take(Values read, ProxyConfiguration next) {
        List<String> applied = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        Values merged = new Values();
        for (Setting<?> setting : Settings.ALL) {
            boolean live = LIVE.contains(setting);
            merged.take(setting, live ? read : current);
            if (!setting.ignored() && !read.text(setting).equals(current.text(setting))) {
                (live ? applied : waiting).add(name(setting));
            }
        }
        current = merged;
        if (!applied.isEmpty()) {
            apply.accept(next);
            LOG.info("{} changed, in force now: {}", file, String.join(", ", applied));
        }
        if (!waiting.isEmpty()) {
            LOG.warn("{} changed, in force after a restart: {}", file, String.join(", ", waiting));
        }
    }

    private static String name(Setting<?> setting) {
        return setting.field().isEmpty() ? setting.flag() : setting.field();
    }
}
