package dev.kubeproxy.control.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.ServiceHealth;
import dev.kubeproxy.control.desired.Specs;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.UdpBalancing;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** Plays a scenario against the sync thread's rounds, in one of several ways, and compares tables. */
final class ScenarioRun {

    /** How the objects of a step come, and what goes wrong meanwhile. */
    enum Way {
        AT_ONCE,
        ONE_BY_ONE,
        REVERSED,
        FAILING
    }

    private static final int STEPS_TO_SETTLE = 500;

    private final FakeDataPlane dataPlane = new FakeDataPlane();
    private final FakeClaims claims = new FakeClaims();
    private final Map<ServiceName, ServiceHealth> health = new HashMap<>();
    private final ScenarioClients clients = new ScenarioClients(this::nanos);
    private final Way way;
    private final Scenario scenario;
    private final SyncRounds rounds;
    private List<InetAddress> machine;
    private long nanos;

    ScenarioRun(Scenario scenario, Way way, long seed) {
        this.scenario = scenario;
        this.way = way;
        this.machine = addresses(scenario.machine());
        Duration syncPeriod = Duration.ofSeconds(30);
        this.rounds = new SyncRounds(
                new ClusterState(Specs.THIS_NODE, scenario.nodePorts(), DrainPolicy.KEEP),
                new DataPlane(dataPlane, _ -> false, this::onHealth),
                new LocalNode(claims, () -> machine),
                new SyncStatus(() -> Instant.EPOCH.plusNanos(nanos), syncPeriod),
                new Pace(Duration.ZERO, syncPeriod, Duration.ofSeconds(10), () -> nanos));
        if (way == Way.FAILING) {
            Random random = new Random(seed);
            dataPlane.fails = _ -> random.nextInt(10) == 0;
            claims.fails = _ -> random.nextInt(10) == 0;
        }
    }

    void play() {
        rounds.start();
        for (Scenario.Step step : scenario.steps()) {
            int updatesBefore = dataPlane.updates.size();
            if (step.machine() != null) {
                machine = addresses(step.machine());
            }
            Scenario.Offer offer = scenario.offer(step);
            offer(offer.changes());
            settle();
            checkTold(step, offer.problems());
            checkTables(step);
            if (step.claimed() != null) {
                assertThat(claims.texts()).as(step.step()).containsExactlyInAnyOrderElementsOf(step.claimed());
            }
            if (step.updates() != null && way == Way.AT_ONCE) {
                assertThat(dataPlane.updates.size() - updatesBefore)
                        .as("updates: " + step.step())
                        .isEqualTo(step.updates());
            }
        }
    }

    private static void checkTold(Scenario.Step step, List<String> problems) {
        List<String> parts = step.told() == null ? List.of() : step.told();
        assertThat(problems).as(step.step()).hasSameSizeAs(parts);
        for (int i = 0; i < parts.size(); i++) {
            assertThat(problems.get(i)).as(step.step()).contains(parts.get(i));
        }
    }

    private void checkTables(Scenario.Step step) {
        if (step.expect() != null) {
            assertThat(table()).as(step.step()).isEqualTo(sorted(step.expect()));
        }
        if (step.health() != null) {
            assertThat(healthTable()).as("health: " + step.step()).isEqualTo(sorted(step.health()));
        }
        clients.node(machine, scenario.podRanges());
        clients.services(dataPlane.services.values());
        if (step.reach() != null) {
            Map<String, List<String>> who = requireNonNull(scenario.clients(), "clients");
            for (Reach row : Reach.table(step.reach())) {
                assertThat(row.seen(clients, who)).as("reach: " + step.step()).isEqualTo(row.expected());
            }
        }
    }

    private void offer(List<Change> changes) {
        if (way == Way.AT_ONCE || way == Way.FAILING) {
            rounds.queue().offer(changes);
            return;
        }
        for (Change change : way == Way.REVERSED ? changes.reversed() : changes) {
            rounds.queue().offer(List.of(change));
            rounds.step();
        }
    }

    /** Lets two minutes and whatever is due within go by. */
    private void settle() {
        long end = nanos + Duration.ofMinutes(2).toNanos();
        for (int i = 0; nanos < end; i++) {
            assertThat(i).as("steps until the sync thread rests").isLessThan(STEPS_TO_SETTLE);
            nanos += Math.min(rounds.step(), Duration.ofSeconds(10).toNanos());
        }
    }

    private String table() {
        return dataPlane.ports().stream()
                .flatMap(port -> port.frontends().keySet().stream().map(frontend -> row(frontend, port)))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String row(Frontend frontend, ServicePort port) {
        String backends = port.pool().backends().stream().map(Object::toString).collect(Collectors.joining(" "));
        String row = frontend + " | " + port.name() + " | " + (backends.isEmpty() ? "-" : backends);
        if (port.pool().affinity() instanceof Affinity.ClientIp(Duration timeout)) {
            row += " | " + timeout.toSeconds() + " s";
        }
        if (port.drain() instanceof Drain.Close(Set<Backend> members)) {
            row += members.stream().map(Object::toString).sorted().collect(Collectors.joining(" ", " | keeps ", ""));
        }
        if (port.name().protocol() == Protocol.UDP && port.udpBalancing() == UdpBalancing.DATAGRAM) {
            row += " | by datagram";
        }
        return row;
    }

    private String healthTable() {
        return health.entrySet().stream()
                .flatMap(entry -> entry.getValue().addresses().stream()
                        .map(address -> Addresses.text(address, entry.getValue().port()) + " | " + entry.getKey()
                                + " | " + entry.getValue().localEndpoints()))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private void onHealth(Map<ServiceName, Optional<ServiceHealth>> changed) {
        changed.forEach((name, now) -> {
            health.remove(name);
            now.ifPresent(asked -> health.put(name, asked));
        });
    }

    private static String sorted(String table) {
        return table.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> line.replaceAll("\\s+", " "))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private long nanos() {
        return nanos;
    }

    private static List<InetAddress> addresses(List<String> texts) {
        return texts.stream().map(Addresses::parse).toList();
    }
}
