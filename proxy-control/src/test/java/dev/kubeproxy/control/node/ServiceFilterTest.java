package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.server.model.FrontendKind.LOAD_BALANCER_IP;
import static dev.kubeproxy.server.model.TrafficPolicy.CLUSTER;
import static dev.kubeproxy.server.model.TrafficPolicy.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServiceFilterTest {

    private static final FilteredService WEB = new FilteredService("web").clusterIp("10.96.0.10:80/TCP", LOCAL);
    private static final FilteredService API =
            new FilteredService("api").external(LOAD_BALANCER_IP, "203.0.113.7:80/TCP", CLUSTER, "192.0.2.0/24");

    private final FakeNft nft = new FakeNft();
    private final ServiceFilter filter = new ServiceFilter(nft, false);

    @Test
    void nothingIsMadeBeforeAServiceNeedsIt() {
        apply(WEB.withEndpointsHere());
        filter.insiders(List.of(Cidr.parse("10.244.1.0/24")));
        assertThat(nft.runs).isEmpty();
    }

    @Test
    @Rule({"D2", "I2"})
    void theTableComesWithTheFirstElementAndThenElementsChange() {
        apply(WEB.withEndpointsElsewhere());
        assertThat(nft.elements()).containsExactly("dropped4 10.96.0.10 . tcp . 80");
        apply(API.withEndpointsHere());
        assertThat(nft.runs.getLast()).doesNotContain("table").contains("add element");
        assertThat(nft.elements())
                .containsExactly(
                        "allowed4 203.0.113.7 . tcp . 80 . 192.0.2.0/24",
                        "dropped4 10.96.0.10 . tcp . 80",
                        "ranged4 203.0.113.7 . tcp . 80");
        apply(WEB.withEndpointsHere());
        apply(ServiceState.gone(new ServiceName("default", "api")));
        assertThat(nft.elements()).isEmpty();
    }

    @Test
    void whatStaysTheSameIsNotRunAgain() {
        apply(WEB.withEndpointsElsewhere());
        apply(WEB.withEndpointsElsewhere());
        assertThat(nft.runs).hasSize(1);
    }

    @Test
    @Rule("H3")
    void ofTwoServicesThatWantAFrontendOnlyTheHolderIsHeard() {
        ServiceState younger = younger(new FilteredService("younger").clusterIp("10.96.0.10:80/TCP", LOCAL));
        apply(WEB.withEndpointsHere());
        apply(younger);
        assertThat(nft.elements()).as("what the younger wants silenced").isEmpty();
        apply(ServiceState.gone(WEB.withEndpointsHere().name()));
        assertThat(nft.elements()).containsExactly("dropped4 10.96.0.10 . tcp . 80");
        apply(ServiceState.gone(younger.name()));
        assertThat(nft.elements()).isEmpty();
    }

    private static ServiceState younger(FilteredService service) {
        ServiceState state = service.withEndpointsElsewhere();
        return new ServiceState(state.name(), state.created().plusSeconds(1), state.ports());
    }

    @Test
    @Rule("D5")
    void whoseTrafficComesFromThisNodeIsPartOfTheTable() {
        filter.insiders(List.of(Cidr.parse("10.244.1.0/24")));
        apply(WEB.withEndpointsElsewhere());
        assertThat(nft.elements()).contains("inside4 10.244.1.0/24");
        filter.insiders(List.of(Cidr.parse("10.244.2.0/24"), Cidr.parse("fd00::/64")));
        assertThat(nft.elements())
                .containsExactly("dropped4 10.96.0.10 . tcp . 80", "inside4 10.244.2.0/24", "inside6 fd00::/64");
    }

    @Test
    @Rule("O7")
    void aTableThatSomebodyRemovedComesBackWhenItIsLookedAfter() {
        apply(WEB.withEndpointsElsewhere());
        nft.losesAll();
        filter.insiders(List.of());
        assertThat(nft.elements()).containsExactly("dropped4 10.96.0.10 . tcp . 80");
    }

    @Test
    @Rule("O7")
    void aTableThatSomebodyRemovedComesBackWholeWithTheNextChange() {
        filter.insiders(List.of(Cidr.parse("10.244.1.0/24")));
        apply(WEB.withEndpointsElsewhere());
        nft.losesAll();
        apply(API.withEndpointsHere());
        assertThat(nft.elements()).hasSize(4).contains("dropped4 10.96.0.10 . tcp . 80", "inside4 10.244.1.0/24");
    }

    @Test
    @Rule("D8")
    void serviceAddressesAreGuardedWhereNothingElseDoesIt() {
        ServiceFilter guarding = new ServiceFilter(nft, true);
        guarding.guard(addresses("10.96.0.10", "fd00:96::10", "127.96.0.10", "::1"));
        guarding.guard(addresses("10.96.0.10"));
        assertThat(nft.elements()).containsExactly("guarded4 10.96.0.10", "guarded6 fd00:96::10");
        assertThat(nft.runs).hasSize(1);
        guarding.unguard(addresses("10.96.0.10", "10.96.0.99"));
        assertThat(nft.elements()).containsExactly("guarded6 fd00:96::10");
    }

    @Test
    void nothingIsGuardedWhereSomethingElseDoesIt() {
        filter.guard(addresses("10.96.0.10"));
        filter.unguard(addresses("10.96.0.10"));
        assertThat(nft.runs).isEmpty();
    }

    @Test
    @Rule("D2")
    void withoutTheProgramItSaysOnceWhatIsLostAndTheProxyGoesOn() {
        nft.breaks("Error: Operation not permitted\nmore");
        List<ProxyUpdate> served = new ArrayList<>();
        var dataPlane = filter.inFrontOf(update -> {
            served.add(update);
            return CompletableFuture.allOf();
        });
        try (CapturedLog log = new CapturedLog(NftTable.class)) {
            dataPlane.apply(new ProxyUpdate(1, List.of(WEB.withEndpointsElsewhere())));
            dataPlane.apply(new ProxyUpdate(2, List.of(API.withEndpointsHere())));
            assertThat(log.lines())
                    .containsExactly(
                            "WARN nft cannot be used (Error: Operation not permitted): where a policy or source"
                                    + " range wants silence, clients are refused or reset");
        }
        assertThat(served).hasSize(2);
        nft.repaired();
        filter.insiders(List.of());
        assertThat(nft.elements()).as("all that is asked for").hasSize(3);
    }

    @Test
    @Rule("O6")
    void itTakesItsTableAwayUnlessAnotherRunHasIt() {
        apply(WEB.withEndpointsElsewhere());
        filter.end(false);
        apply(WEB.withEndpointsHere());
        assertThat(nft.elements()).as("the other run's").hasSize(1);
        ServiceFilter last = new ServiceFilter(nft, false);
        last.apply(new ProxyUpdate(1, List.of(API.withEndpointsHere())));
        last.end(true);
        assertThat(nft.isMade()).isFalse();
    }

    private void apply(ServiceState... services) {
        filter.apply(new ProxyUpdate(1, List.of(services)));
    }
}
