package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.AddressAllocation;
import dev.kubeproxy.control.desired.AddressGrant;
import dev.kubeproxy.control.desired.AddressRequest;
import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.manifest.ManifestObject.Content;
import dev.kubeproxy.control.manifest.ObjectKey.Kind;
import dev.kubeproxy.server.model.ServiceName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All files together: which place has the say on each object, what each object comes to, and what that changes. Costs
 * what the changed files cost. Single writer: the manifest thread.
 */
final class Manifests {

    /** One place that defines an object. */
    private record Claim(String file, int position, ManifestObject object) {
        static final Comparator<Claim> ORDER = Comparator.comparing(Claim::file).thenComparingInt(Claim::position);

        String place() {
            return file + ":" + object.line();
        }

        Problem problem(Fault fault) {
            return new Problem(file, fault.line(), fault.column(), object.key() + ": " + fault.text());
        }

        Problem problem(String text) {
            return problem(new Fault(object.line(), 0, text));
        }

        Problem denial(String text) {
            int below = text.startsWith("spec.ports") ? draft().portsLine() : draft().clusterIpLine();
            return problem(new Fault(object.line() + below, 0, text));
        }

        Content.Draft draft() {
            return (Content.Draft) object.content();
        }
    }

    private final AddressAllocation allocation;
    private final Map<String, ManifestFile> files = new HashMap<>();
    private final Map<ObjectKey, List<Claim>> claims = new HashMap<>();
    private final InForce inForce;
    private final Set<ObjectKey> waiting = new LinkedHashSet<>();
    private final Map<String, List<Problem>> fileProblems = new TreeMap<>();
    private final Map<ObjectKey, List<Problem>> objectProblems = new HashMap<>();
    private final InstantSource clock;
    /** When Services came that do not say when they were made; none of the first files. */
    private final Map<ServiceName, Instant> came = new HashMap<>();

    private boolean first = true;

    /** @param nodeName this node */
    Manifests(String nodeName, AddressAllocation allocation, InstantSource clock) {
        this.allocation = allocation;
        this.clock = clock;
        this.inForce = new InForce(nodeName);
    }

    /** Takes in files as they are now, and those whose objects go with them; says what that changes. */
    List<Change> update(Collection<ManifestFile> changed, Collection<String> gone) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        gone.forEach(path -> keys.addAll(remove(path)));
        for (ManifestFile file : changed) {
            keys.addAll(remove(file.path()));
            keys.addAll(add(file));
        }
        keys.addAll(waiting);
        giveWay(keys);
        List<Change> changes = resolve(keys);
        first = false;
        return changes;
    }

    /** What is wrong now, by place. */
    List<Problem> problems() {
        return Stream.concat(fileProblems.values().stream(), objectProblems.values().stream())
                .flatMap(List::stream)
                .sorted(Problem.BY_PLACE)
                .toList();
    }

    ManifestFile file(String path) {
        return files.getOrDefault(path, ManifestFile.unread(path));
    }

    /** How many objects of a kind are in force. */
    long count(Kind kind) {
        return inForce.count(kind);
    }

    private Set<ObjectKey> remove(String path) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        ManifestFile file = files.remove(path);
        fileProblems.remove(path);
        if (file != null) {
            for (ManifestObject object : file.objects()) {
                keys.add(object.key());
                claims.computeIfPresent(object.key(), (_, all) -> {
                    all.removeIf(claim -> claim.file().equals(path));
                    return all.isEmpty() ? null : all;
                });
            }
        }
        return keys;
    }

    private Set<ObjectKey> add(ManifestFile file) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        files.put(file.path(), file);
        if (!file.failures().isEmpty()) {
            fileProblems.put(file.path(), file.problems());
        }
        for (int i = 0; i < file.objects().size(); i++) {
            ManifestObject object = file.objects().get(i);
            keys.add(object.key());
            List<Claim> all = claims.computeIfAbsent(object.key(), _ -> new ArrayList<>(1));
            all.add(new Claim(file.path(), i, object));
            all.sort(Claim.ORDER);
        }
        return keys;
    }

    /** What a file that is there has is no longer of one that is not. */
    private void giveWay(Set<ObjectKey> keys) {
        Map<String, Set<ObjectKey>> given = new HashMap<>();
        for (ObjectKey key : keys) {
            List<Claim> all = claims.getOrDefault(key, List.of());
            if (all.size() > 1 && all.stream().anyMatch(this::isThere)) {
                all.stream()
                        .filter(claim -> !isThere(claim))
                        .forEach(claim -> given.computeIfAbsent(claim.file(), _ -> new HashSet<>())
                                .add(key));
            }
        }
        given.forEach((path, those) -> {
            ManifestFile rest = file(path).without(those);
            remove(path);
            add(rest);
        });
    }

    private boolean isThere(Claim claim) {
        return file(claim.file()).there();
    }

    private List<Change> resolve(Set<ObjectKey> keys) {
        List<Change> changes = new ArrayList<>();
        Map<ServiceName, Claim> drafts = new LinkedHashMap<>();
        for (ObjectKey key : keys) {
            waiting.remove(key);
            objectProblems.remove(key);
            List<Claim> all = claims.get(key);
            if (all == null) {
                release(key);
                changes.addAll(inForce.remove(key));
            } else {
                changes.addAll(settle(inForce.holder(key, all, Claim::file), all, drafts));
            }
        }
        changes.addAll(allocate(drafts));
        return changes;
    }

    /** Makes the winner's content be in force; a draft has to wait until all that goes has gone. */
    private List<Change> settle(Claim winner, List<Claim> all, Map<ServiceName, Claim> drafts) {
        ObjectKey key = winner.object().key();
        List<Problem> problems = new ArrayList<>();
        winner.object().faults().forEach(fault -> problems.add(winner.problem(fault)));
        all.stream()
                .filter(claim -> !claim.equals(winner))
                .forEach(claim -> problems.add(claim.problem(
                        "is defined in " + winner.place() + " already; this one is ignored, remove one")));
        report(key, problems);
        return switch (winner.object().content()) {
            case Content.Sets(List<Change> sets) -> {
                release(key);
                yield inForce.put(key, winner.file(), sets);
            }
            case Content.Draft _ -> {
                drafts.put(key.name(), winner);
                yield List.of();
            }
            case Content.Unusable _ -> List.of();
        };
    }

    private List<Change> allocate(Map<ServiceName, Claim> drafts) {
        List<AddressRequest> requests = new ArrayList<>();
        drafts.values().forEach(claim -> requests.add(claim.draft().request()));
        List<Change> changes = new ArrayList<>();
        allocation.assign(requests).forEach((name, grant) -> {
            Claim claim = drafts.get(name);
            if (claim == null) {
                return;
            }
            ObjectKey key = claim.object().key();
            switch (grant) {
                case AddressGrant.Granted granted ->
                    changes.addAll(
                            inForce.put(key, claim.file(), List.of(new Change.ServiceSet(complete(claim, granted)))));
                case AddressGrant.Denied(List<String> problems) -> {
                    waiting.add(key);
                    report(key, problems.stream().map(claim::denial).toList());
                }
            }
        });
        return changes;
    }

    /** Who comes later is younger, and takes nothing from who is served (rule H3). */
    private ServiceSpec complete(Claim claim, AddressGrant.Granted granted) {
        ServiceSpec complete = complete(claim.draft(), granted);
        if (!complete.created().equals(Instant.EPOCH)) {
            return complete;
        }
        if (!first && !inForce.has(claim.object().key())) {
            came.put(complete.name(), clock.instant());
        }
        return complete.madeAt(came.getOrDefault(complete.name(), Instant.EPOCH));
    }

    /** The draft with its addresses; nodePorts go by the port that they are for. */
    private static ServiceSpec complete(Content.Draft content, AddressGrant.Granted granted) {
        ServiceSpec draft = content.draft();
        List<ServiceSpec.Port> ports = new ArrayList<>(draft.ports());
        List<AddressRequest.Port> wanted = content.request().nodePorts();
        for (int i = 0; i < wanted.size(); i++) {
            AddressRequest.Port given = wanted.get(i);
            int nodePort = granted.nodePorts().get(i);
            ports.replaceAll(port -> port.port() == given.port() && port.protocol() == given.protocol()
                    ? new ServiceSpec.Port(port.name(), port.protocol(), port.port(), nodePort)
                    : port);
        }
        return draft.with(granted.clusterIps(), ports);
    }

    private void report(ObjectKey key, List<Problem> problems) {
        if (!problems.isEmpty()) {
            objectProblems.computeIfAbsent(key, _ -> new ArrayList<>()).addAll(problems);
        }
    }

    private void release(ObjectKey key) {
        if (key.kind() == Kind.SERVICE) {
            allocation.release(key.name());
            came.remove(key.name());
        }
    }
}
