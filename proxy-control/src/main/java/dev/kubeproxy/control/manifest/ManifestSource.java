package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.AddressAllocation;
import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.control.manifest.ManifestDirectory.Fingerprint;
import dev.kubeproxy.control.manifest.ObjectKey.Kind;
import dev.kubeproxy.server.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Offers what a directory of Kubernetes manifests says, and follows it. An object that cannot be used leaves its last good
 * state in force, and so does what cannot be read of a file; both are {@link #problems}, and all else goes on. While the
 * directory is not there, its last state stays.
 */
public final class ManifestSource implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();
    private static final long RESCAN = TimeUnit.SECONDS.toNanos(10);
    private static final long BLIND_RESCAN = TimeUnit.SECONDS.toNanos(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);
    private static final long CHECK = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long RETRY_MILLIS = 100;
    private static final long AFTER_FAULT_MILLIS = 1000;
    private static final int IN_PARALLEL = 64;

    private final Path path;
    private final ChangeSink sink;
    private final ManifestDirectory directory;
    private final DocumentReader reader;
    private final AddressAllocation allocation;
    private final AllocationFile allocationFile;
    private final Manifests manifests;
    private final ProblemLog problems = new ProblemLog();
    private final SettleTimes settleTimes = new SettleTimes();
    private final Map<String, Fingerprint> fingerprints = new HashMap<>();
    private final Set<String> ignoredKinds = new HashSet<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "manifests");
    private long savedRevision;
    private @Nullable FutureTask<Map<String, Fingerprint>> listing;
    private long lastScan;
    private boolean synced;
    private boolean missing;
    private boolean blind;

    /**
     * A source that has not begun to read.
     *
     * @param nodeName this node
     * @param services reads the Services that this proxy is for
     * @param serviceRanges {@code --service-cluster-ip-range}, one or one of each family
     * @throws IllegalArgumentException when the ranges are none, or two of a family
     */
    public ManifestSource(
            Path path, String nodeName, ServiceReader services, List<Cidr> serviceRanges, ChangeSink sink) {
        this.path = path;
        this.sink = sink;
        this.directory = new ManifestDirectory(path);
        this.reader = new DocumentReader(new ServiceDrafts(services, serviceRanges));
        this.allocation = new AddressAllocation(serviceRanges);
        this.allocationFile = new AllocationFile(path);
        this.manifests = new Manifests(nodeName, allocation, InstantSource.system());
        thread.setDaemon(true);
    }

    /** Begins to read, on a thread of its own. */
    public void start() {
        thread.start();
    }

    /** What in the manifests cannot be served as it is written, by place. Any thread. */
    public List<Problem> problems() {
        return problems.problems();
    }

    /** Ends the thread; nothing is read, offered or written afterwards. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            if (thread.isAlive() && !thread.join(LONGEST_STOP)) {
                LOG.warn("{} is still being read after {} s; leaving it", path, LONGEST_STOP.toSeconds());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                try (DirectoryWatch watch = new DirectoryWatch(path)) {
                    onDirectory();
                    warnIfBlind(watch);
                    follow(watch);
                } catch (IOException e) {
                    onNoDirectory(e);
                    closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                } catch (RuntimeException
                        | Error e) { // a fault of ours; what is in force stays, and files go on being read
                    LOG.error("reading {} failed: this is a bug", path, e);
                    closed.await(AFTER_FAULT_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException _) {
            LOG.debug("no longer following {}", path);
        }
    }

    private void onDirectory() throws IOException {
        if (!Files.isDirectory(path)) {
            throw new IOException("is no directory");
        }
        if (!synced) {
            allocation.remember(allocationFile.load());
            savedRevision = allocation.revision();
        }
        settleTimes.beginAnew(System.nanoTime());
        scan();
        if (missing) {
            missing = false;
            LOG.info("{} is there again and is followed", path);
        }
        if (!synced) {
            synced = true;
            LOG.info(
                    "{}: {} files with {} Services, {} EndpointSlices and {} Endpoints; changes are followed",
                    path,
                    fingerprints.size(),
                    manifests.count(Kind.SERVICE),
                    manifests.count(Kind.ENDPOINT_SLICE),
                    manifests.count(Kind.ENDPOINTS));
            sink.offerSynced();
        }
    }

    private void onNoDirectory(IOException e) {
        if (!missing) {
            missing = true;
            LOG.warn(
                    "{} cannot be followed ({}); {}, and it is tried again until it is there",
                    path,
                    e.toString(),
                    synced ? "what it said last stays in force" : "nothing is served before it can");
        }
    }

    private void warnIfBlind(DirectoryWatch watch) {
        if (watch.blind() && !blind) {
            blind = true;
            LOG.warn(
                    "The kernel gives no inotify watch, so {} is looked through each second instead; raise the sysctls"
                            + " fs.inotify.max_user_instances and fs.inotify.max_user_watches, then restart",
                    path);
        }
    }

    /** Returns when the path leads elsewhere, or nowhere. */
    private void follow(DirectoryWatch watch) throws IOException, InterruptedException {
        while (closed.getCount() > 0) {
            Pending pending = new Pending();
            watch.await(settleTimes.untilNext(System.nanoTime(), CHECK), pending);
            if (watch.stale()) { // before anything is read: its files are not gone because it is
                return;
            }
            leave(pending.went);
            long now = System.nanoTime();
            read(settleTimes.due(now));
            if (pending.anything || (watch.blind() && now - lastScan > BLIND_RESCAN)) {
                scan();
            } else {
                rescan(now);
            }
        }
    }

    /** What one wait brought. */
    private final class Pending implements DirectoryWatch.Events {

        private final Set<String> went = new HashSet<>();
        private boolean anything;

        @Override
        public void onFile(String name, DirectoryWatch.Happened what) {
            long now = System.nanoTime();
            switch (what) {
                case CAME -> {
                    if (isAnother(name)) {
                        settleTimes.replaced(name, now);
                    } else {
                        settleTimes.touch(name, now);
                    }
                }
                case CHANGED -> settleTimes.touch(name, now);
                case WENT -> {
                    fingerprints.remove(name);
                    went.add(name);
                    settleTimes.touch(name, now);
                }
            }
        }

        /** True where another file was renamed over the one that was read; one just made may have been read, too. */
        private boolean isAnother(String name) {
            Fingerprint before = fingerprints.get(name);
            Fingerprint after = directory.fingerprint(name);
            return before != null && after != null && !Objects.equals(before.fileKey(), after.fileKey());
        }

        @Override
        public void onAnything() {
            anything = true;
        }
    }

    /** The first time reads all files; later finds those that changed unseen, and has them read like others. */
    private void scan() throws IOException {
        Map<String, Fingerprint> now = directory.list();
        lastScan = System.nanoTime();
        listing = null;
        if (!synced) {
            Map<String, SettleTimes.Touched> all = new HashMap<>();
            now.keySet().forEach(name -> all.put(name, SettleTimes.Touched.at(lastScan, false)));
            read(all);
            return;
        }
        touchChanged(now);
    }

    /** Now and then looks for what changed unseen. Other changes do not wait while a large directory is listed. */
    private void rescan(long now) throws IOException {
        FutureTask<Map<String, Fingerprint>> running = listing;
        if (running == null) {
            if (now - lastScan > RESCAN) {
                listing = new FutureTask<>(directory::list);
                Thread.ofPlatform().daemon().name("manifests-list").start(listing);
            }
        } else if (running.isDone()) {
            listing = null;
            lastScan = now;
            if (running.state() != Future.State.SUCCESS) {
                throw new IOException(running.exceptionNow());
            }
            touchChanged(running.resultNow()); // what changed while it ran is read once more, which changes nothing
        }
    }

    private void touchChanged(Map<String, Fingerprint> now) {
        Set<String> names = new HashSet<>(now.keySet());
        names.addAll(fingerprints.keySet());
        for (String name : names) {
            if (!Objects.equals(now.get(name), fingerprints.get(name))) {
                settleTimes.touch(name, lastScan);
            }
        }
    }

    /** Files that went have no say before others are read, of which one may be the same by another name. */
    private void leave(Set<String> went) {
        List<ManifestFile> left = went.stream()
                .filter(name -> directory.fingerprint(name) == null)
                .map(name -> manifests.file(pathOf(name)).gone())
                .toList();
        take(left, List.of());
    }

    /** Reads the files that were touched; one that looks half written, or went, gets a little longer. */
    private void read(Map<String, SettleTimes.Touched> touched) {
        touched.keySet().forEach(name -> fingerprints.compute(name, (_, _) -> directory.fingerprint(name)));
        Set<String> all = touched.keySet();
        Stream<String> names = all.size() < IN_PARALLEL ? all.stream() : all.parallelStream();
        Map<String, ManifestFile> files =
                new TreeMap<>( // in order, since of two that want one address the first has it
                        names.collect(Collectors.toMap(name -> name, name -> read(name, fingerprints.get(name)))));
        List<String> gone = new ArrayList<>();
        long now = System.nanoTime();
        touched.forEach((name, touch) -> {
            ManifestFile file = files.getOrDefault(name, ManifestFile.unread(pathOf(name)));
            long quiet = quietToAskFor(file, touch.inPlace());
            boolean early = touch.mayChange(now, quiet);
            if (early) {
                settleTimes.later(name, touch, quiet);
            } else if (!file.there()) {
                gone.add(file.path());
            }
            if (early == file.there()) { // of one that went it is taken at once that it did
                files.remove(name);
            }
        });
        take(files.values(), gone);
    }

    private long quietToAskFor(ManifestFile file, boolean inPlace) {
        if (file.there() && !inPlace) {
            return 0;
        }
        if (file.lacksOf(manifests.file(file.path()))) {
            return SettleTimes.FOR_OBJECTS;
        }
        return file.broken() ? SettleTimes.FOR_SENSE : 0;
    }

    /** Called by several threads at once for different files. */
    private ManifestFile read(String name, @Nullable Fingerprint fingerprint) {
        ManifestFile known = manifests.file(pathOf(name));
        if (fingerprint == null) {
            return known.gone();
        }
        try {
            String text = directory.text(name, fingerprint);
            return text == null ? known.gone() : known.with(text, reader);
        } catch (Fault.Found found) {
            return known.with(found.fault());
        }
    }

    private void take(Collection<ManifestFile> changed, List<String> gone) {
        if (changed.isEmpty() && gone.isEmpty()) {
            return;
        }
        List<Change> changes = manifests.update(changed, gone);
        if (!changes.isEmpty()) {
            sink.offer(changes);
        }
        changed.forEach(this::reportIgnored);
        problems.onProblems(manifests.problems());
        if (allocation.revision() != savedRevision) {
            savedRevision = allocation.revision();
            allocationFile.save(allocation.allotments());
        }
    }

    private void reportIgnored(ManifestFile file) {
        for (ParsedDocument document : file.documents().values()) {
            for (String kind : document.ignoredKinds()) {
                LOG.debug("{} has a {}, which is ignored", file.path(), kind);
                if (ignoredKinds.add(kind)) {
                    LOG.info("{} has objects of kind {}, which are ignored", path, kind);
                }
            }
        }
    }

    private String pathOf(String name) {
        return path.resolve(name).toString();
    }
}
