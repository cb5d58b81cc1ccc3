package dev.kubeproxy.control.sync;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.address;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.frontend;
import static dev.kubeproxy.control.desired.Specs.nodePort;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SyncRoundsTest {

    private static final ServiceSpec WEB = service("web", "10.96.0.10", tcp("", 80));
    private static final ServiceSpec API = service("api", "10.96.0.11", tcp("", 80));
    private static final ServiceSpec DNS = service("dns", "10.96.0.53", nodePort(Protocol.UDP, 53, 30053));

    private final FakeDataPlane dataPlane = new FakeDataPlane();
    private final FakeClaims claims = new FakeClaims();
    private final Set<InetAddress> inUse = new HashSet<>();
    private Supplier<List<InetAddress>> machine = () -> addresses("127.0.0.1", "192.168.1.5");
    private long nanos;
    private int failed;

    private final SyncObserver observer = new SyncObserver() {
        @Override
        public void onFailed(int services) {
            failed = services;
        }
    };
    private final SyncStatus status = new SyncStatus(this::now, Duration.ofSeconds(30), observer);
    private final SyncRounds rounds = rounds(Duration.ZERO);

    private SyncRounds rounds(Duration minSyncPeriod) {
        return new SyncRounds(
                new ClusterState(THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP),
                new DataPlane(dataPlane, inUse::contains),
                new LocalNode(claims, () -> machine.get()),
                status,
                new Pace(minSyncPeriod, Duration.ofSeconds(30), Duration.ofSeconds(10), () -> nanos));
    }

    @Test
    @Rule("O2")
    void nothingIsServedBeforeTheFirstLists() {
        offer(WEB);
        assertThat(rounds.step()).isEqualTo(Long.MAX_VALUE);
        assertThat(dataPlane.updates).isEmpty();
        assertThat(claims.claimed).isEmpty();
        rounds.start();
        rounds.step();
        assertThat(dataPlane.serviceNames()).containsExactly("web");
        assertThat(claims.texts()).containsExactly("10.96.0.10");
    }

    @Test
    void whatPiledUpIsOneUpdate() {
        started(WEB, API, slice("web-1", "web", 8080, ready("10.0.0.1")));
        assertThat(dataPlane.updates).hasSize(1);
        assertThat(dataPlane.updates.getFirst().services()).hasSize(2);
    }

    @Test
    @Rule("A9")
    void addAndDeleteBeforeARoundIsNothing() {
        started();
        offer(WEB, serviceGone("web"));
        rounds.step();
        assertThat(dataPlane.updates).isEmpty();
    }

    @Test
    @Rule("A9")
    void anEqualObjectCausesNoUpdate() {
        started(WEB);
        offer(WEB);
        rounds.step();
        assertThat(dataPlane.updates).hasSize(1);
        assertThat(status.snapshot().pending()).isZero();
    }

    @Test
    @Rule("O3")
    void aChangeThatComesAloneDoesNotWait() {
        SyncRounds paced = rounds(Duration.ofSeconds(1));
        paced.start();
        paced.step();
        elapse(Duration.ofSeconds(5));
        paced.queue().offer(changes(WEB));
        paced.step();
        assertThat(dataPlane.updates).hasSize(1);
    }

    @Test
    @Rule("O3")
    void aStreamOfChangesIsPaced() {
        SyncRounds paced = rounds(Duration.ofSeconds(1));
        paced.start();
        paced.queue().offer(changes(WEB));
        paced.step();
        elapse(Duration.ofMillis(300));
        paced.queue().offer(changes(API));
        assertThat(paced.step()).isEqualTo(Duration.ofMillis(700).toNanos());
        assertThat(dataPlane.updates).hasSize(1);
        elapse(Duration.ofMillis(700));
        paced.step();
        assertThat(dataPlane.updates).hasSize(2);
    }

    @Test
    void addressesAreReleasedOnceTheSocketsFollowed() {
        started(WEB, API);
        dataPlane.sockets = new CompletableFuture<>();
        offer(serviceGone("web"));
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.10", "10.96.0.11");
        dataPlane.sockets.complete(null);
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.11");
    }

    @Test
    @Rule("D9")
    void anAddressInUseStaysUntilItsConnectionsEnded() {
        started(WEB);
        inUse.add(address("10.96.0.10"));
        offer(serviceGone("web"));
        rounds.step();
        elapse(Duration.ofSeconds(30));
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.10");
        inUse.clear();
        elapse(Duration.ofSeconds(30));
        rounds.step();
        assertThat(claims.texts()).isEmpty();
    }

    @Test
    void anAddressThatNeedsNoRouteIsGivenUpTooOnceItsConnectionsEnded() {
        started(service("web", "127.96.0.10", tcp("", 80)));
        inUse.add(address("127.96.0.10"));
        offer(serviceGone("web"));
        rounds.step();
        elapse(Duration.ofSeconds(30));
        rounds.step();
        assertThat(claims.everReleased).isEmpty();
        inUse.clear();
        elapse(Duration.ofSeconds(30));
        rounds.step();
        assertThat(claims.everReleased).containsExactly(address("127.96.0.10"));
    }

    @Test
    void anAddressThatTwoServicesNeedStaysWithTheOther() {
        started(WEB, service("twin", "10.96.0.10", tcp("", 81)));
        offer(serviceGone("web"));
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.10");
        offer(serviceGone("twin"));
        rounds.step();
        assertThat(claims.texts()).isEmpty();
    }

    @Test
    void aServiceThatComesBackKeepsItsAddress() {
        started(WEB);
        inUse.add(address("10.96.0.10"));
        offer(serviceGone("web"));
        rounds.step();
        offer(WEB);
        rounds.step();
        inUse.clear();
        elapse(Duration.ofSeconds(60));
        rounds.step();
        assertThat(claims.everReleased).isEmpty();
    }

    @Test
    @Rule("O7")
    void whatAnEarlierRunLeftIsKeptWhereNeededAndElseReleased() {
        claims.claimed.addAll(addresses("10.96.0.10", "10.96.0.99"));
        started(WEB);
        assertThat(claims.texts()).containsExactly("10.96.0.10");
        assertThat(claims.everReleased).containsExactly(address("10.96.0.99"));
    }

    @Test
    void failedClaimsAreRetriedSoonThenEverLater() {
        claims.fails = _ -> true;
        started(WEB);
        assertThat(dataPlane.serviceNames()).containsExactly("web");
        assertThat(nextStep()).isEqualTo(Duration.ofSeconds(1));
        assertThat(nextStep()).isEqualTo(Duration.ofSeconds(2));
        assertThat(nextStep()).isEqualTo(Duration.ofSeconds(4));
        claims.fails = _ -> false;
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.10");
    }

    @Test
    @Rule("O7")
    void aRouteThatSomebodyRemovedComesBack() {
        started(WEB);
        claims.claimed.clear();
        elapse(Duration.ofSeconds(30));
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.10");
    }

    @Test
    @Rule("H8")
    void nodePortsFollowTheNodesAddresses() {
        started(DNS);
        machine = () -> addresses("127.0.0.1", "192.168.1.5", "192.168.1.6");
        elapse(Duration.ofSeconds(10));
        rounds.step();
        assertThat(dataPlane.ports().getFirst().frontends().keySet()).contains(frontend("192.168.1.6:30053/UDP"));
    }

    @Test
    @Rule("H4")
    void addressesAreCheckedAtOnceWhereTheNodesChanged() {
        started(WEB);
        claims.claimed.clear(); // as where an interface had the address and lost it
        machine = () -> addresses("127.0.0.1", "192.168.1.6");
        elapse(Duration.ofSeconds(10));
        rounds.step();
        assertThat(claims.texts()).containsExactly("10.96.0.10");
    }

    @Test
    @Rule("O6")
    void whileDrainingOnlyTheDataPlaneFollows() {
        started(WEB);
        rounds.drain();
        machine = () -> addresses("127.0.0.1", "192.168.1.6");
        offer(API);
        elapse(Duration.ofMinutes(1));
        rounds.step();
        assertThat(dataPlane.updates).hasSize(2);
        assertThat(claims.texts()).containsExactly("10.96.0.10");
    }

    @Test
    void unreadableNodeAddressesStayAsTheyWere() {
        started(DNS);
        machine = () -> {
            throw new UncheckedIOException(new IOException("made to fail"));
        };
        elapse(Duration.ofSeconds(10));
        offer(WEB);
        rounds.step();
        assertThat(dataPlane.serviceNames()).containsExactly("dns", "web");
        assertThat(dataPlane.ports().getFirst().frontends().keySet()).contains(frontend("192.168.1.5:30053/UDP"));
    }

    @Test
    void aBadServiceHarmsNoOtherAndIsRetried() {
        dataPlane.fails = update -> update.services().stream()
                .anyMatch(service -> service.name().name().equals("web"));
        started(WEB, API);
        assertThat(dataPlane.serviceNames()).containsExactly("api");
        assertThat(status.snapshot().firstSyncDone()).isTrue();
        offer(service("more", "10.96.0.12", tcp("", 80)));
        rounds.step();
        assertThat(dataPlane.serviceNames()).containsExactly("api", "more");
        dataPlane.fails = _ -> false;
        elapse(Duration.ofSeconds(4));
        rounds.step();
        assertThat(dataPlane.serviceNames()).containsExactly("api", "more", "web");
    }

    @Test
    void aRoundThatDiesIsTriedAgain() {
        started();
        dataPlane.fails = _ -> {
            throw new AssertionError("made to fail");
        };
        offer(WEB);
        assertThatThrownBy(rounds::step).isInstanceOf(AssertionError.class);
        dataPlane.fails = _ -> false;
        elapse(Duration.ofSeconds(1));
        rounds.step();
        assertThat(dataPlane.serviceNames()).containsExactly("web");
    }

    @Test
    @Rule("K3")
    void aDataPlaneThatTakesNothingIsIllHealthInTheEnd() {
        started(WEB);
        dataPlane.fails = _ -> true;
        offer(API);
        rounds.step();
        elapse(Duration.ofSeconds(60));
        rounds.step();
        assertThat(status.healthy(now())).isTrue();
        elapse(Duration.ofSeconds(1));
        assertThat(status.healthy(now())).isFalse();
        dataPlane.fails = _ -> false;
        elapse(Duration.ofSeconds(30));
        rounds.step();
        assertThat(status.healthy(now())).isTrue();
    }

    @Test
    void aServiceThatCannotBeDecidedOnIsNoIllHealth() {
        started(WEB);
        offer(service("bad", "10.96.0.66", tcp("", 70_000)));
        rounds.step();
        elapse(Duration.ofSeconds(61));
        rounds.step();
        assertThat(status.healthy(now())).isTrue();
        assertThat(failed).isEqualTo(1);
        offer(serviceGone("bad"));
        rounds.step();
        assertThat(failed).isZero();
    }

    private void started(Object... specs) {
        offer(specs);
        rounds.start();
        rounds.step();
    }

    private void offer(Object... specs) {
        rounds.queue().offer(changes(specs));
    }

    /** Goes on to when the rounds want to be called next, and says how long that was. */
    private Duration nextStep() {
        Duration wait = Duration.ofNanos(rounds.step());
        elapse(wait);
        return wait;
    }

    private void elapse(Duration time) {
        nanos += time.toNanos();
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
