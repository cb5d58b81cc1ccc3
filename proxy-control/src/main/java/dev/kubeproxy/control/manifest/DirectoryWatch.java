package dev.kubeproxy.control.manifest;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Sees what happens to the names in one directory, as long as the path still leads to that directory. */
final class DirectoryWatch implements AutoCloseable {

    /** What happens to a name. */
    enum Happened {
        /** A file was made, and may be empty yet; or a whole one was moved here, maybe over another. */
        CAME,
        /** The bytes of a file were written where it is. */
        CHANGED,
        WENT
    }

    /** Told of what happened. */
    interface Events {

        void onFile(String name, Happened what);

        /** Anything may have happened. */
        void onAnything();
    }

    private static final Logger LOG = LogManager.getLogger();

    private final Path directory;
    private final @Nullable WatchService service;
    private final @Nullable Object identity;
    private boolean ended;

    /** Makes what the kernel tells of its events. */
    @FunctionalInterface
    interface Opener {
        WatchService open() throws IOException;
    }

    DirectoryWatch(Path directory) throws IOException {
        this(directory, directory.getFileSystem()::newWatchService);
    }

    DirectoryWatch(Path directory, Opener opener) throws IOException {
        this.directory = directory;
        this.identity = identity(directory);
        this.service = service(directory.toRealPath(), opener);
    }

    /** Null where the kernel has no watch to give. */
    private static @Nullable WatchService service(Path directory, Opener opener) throws IOException {
        WatchService service = null;
        try {
            service = opener.open();
            directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            return service;
        } catch (IOException e) {
            if (service != null) {
                service.close();
            }
            if (e instanceof FileSystemException) { // it is about this directory
                throw e;
            }
            LOG.debug("No watch of {}", directory, e);
            return null;
        }
    }

    /** True where nothing is seen, and who wants to know has to look. */
    boolean blind() {
        return service == null;
    }

    /** True where the path leads elsewhere now, or nowhere, or to a new directory that only looks like the one watched. */
    boolean stale() {
        try {
            return ended || !Objects.equals(identity, identity(directory));
        } catch (IOException _) {
            return true;
        }
    }

    /** Waits for events, for so long at most, and passes them on. */
    void await(long nanos, Events events) throws InterruptedException {
        if (service == null) {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return;
        }
        WatchKey key = service.poll(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
        if (key == null) {
            return;
        }
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.context() instanceof Path name) {
                pass(name.toString(), happened(event.kind()), events);
            } else {
                events.onAnything();
            }
        }
        ended = !key.reset();
    }

    private static Happened happened(WatchEvent.Kind<?> kind) {
        if (kind.equals(StandardWatchEventKinds.ENTRY_CREATE)) {
            return Happened.CAME;
        }
        return kind.equals(StandardWatchEventKinds.ENTRY_DELETE) ? Happened.WENT : Happened.CHANGED;
    }

    /** A mounted ConfigMap changes by a swap of its link {@code ..data}, through which all its files lead. */
    private static void pass(String name, Happened what, Events events) {
        if (ManifestDirectory.accepts(name)) {
            events.onFile(name, what);
        } else if (name.startsWith("..")) {
            events.onAnything();
        }
    }

    private static @Nullable Object identity(Path directory) throws IOException {
        return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void close() throws IOException {
        if (service != null) {
            service.close();
        }
    }
}
