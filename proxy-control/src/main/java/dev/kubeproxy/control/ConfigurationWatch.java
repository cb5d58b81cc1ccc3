package dev.kubeproxy.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Sees when the content of the configuration file changes, whichever way: written, renamed over, or by the links of a
 * mounted ConfigMap (rule N9). It compares what is there now and then: the file is small, and no notification covers all
 * of these. A file that is away for a while has not changed.
 */
final class ConfigurationWatch implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();

    private final Path file;
    private final Duration interval;
    private final Runnable onChange;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Optional<String> content;

    /** @param onChange run on a thread of the watch, once for each change */
    ConfigurationWatch(Path file, Duration interval, Runnable onChange) {
        this.file = file;
        this.interval = interval;
        this.onChange = onChange;
        this.content = read();
    }

    void start() {
        Thread.ofPlatform().daemon().name("config-watch").start(this::run);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            LOG.debug("The watch of {} was interrupted", file, e);
        }
    }

    private void look() {
        Optional<String> now = read();
        if (now.isEmpty() || now.equals(content)) {
            return;
        }
        content = now;
        try {
            onChange.run();
        } catch (RuntimeException e) {
            LOG.error("The change of {} is left out: this is a bug", file, e);
        }
    }

    private Optional<String> read() {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            LOG.trace("{} cannot be read: {}", file, e.toString());
            return Optional.empty();
        }
    }
}
