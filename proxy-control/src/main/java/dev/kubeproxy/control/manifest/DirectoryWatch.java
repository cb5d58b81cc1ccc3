package dev.kubeproxy.control.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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

    private final Path directory;
    private final WatchService service;
    private final @Nullable Object identity;

    DirectoryWatch(Path directory) throws IOException {
        this.directory = directory;
        this.identity = identity(directory);
        this.service = directory.getFileSystem().newWatchService();
        try {
            directory
                    .toRealPath()
                    .register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            service.close();
            throw e;
        }
    }

    /** True where the path leads elsewhere now, or nowhere. */
    boolean stale() {
        try {
            return !Objects.equals(identity, identity(directory));
        } catch (IOException _) {
            return true;
        }
    }

    /** Waits for events, for so long at most, and passes them on. */
    void await(long nanos, Events events) throws InterruptedException {
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
        key.reset();
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
        service.close();
    }
}
