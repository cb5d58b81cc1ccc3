package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.address;
import static dev.kubeproxy.control.desired.Specs.addressSet;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {

    private final FakeIp ip = new FakeIp();
    private final FakeInstances instances = new FakeInstances(7);
    private final FakeGuard guard = new FakeGuard(ip);
    private final LocalAddresses local = new LocalAddresses(
            ip,
            new OtherAddresses(
                    () -> addresses("127.0.0.1", "192.168.1.5", "::1"), List.of(Cidr.parse("127.96.0.0/16"))),
            instances,
            guard);

    @BeforeEach
    void refreshed() {
        ip.foreign.add("127.0.0.0/8");
        local.refresh();
        ip.runs.clear();
    }

    @Test
    void manyAddressesAreOneRunPerFamily() {
        List<InetAddress> many = new ArrayList<>(addresses("fd00::10", "fd00::11"));
        for (int i = 0; i < 1000; i++) {
            many.add(address("10.96." + i / 250 + "." + i % 250));
        }
        assertThat(local.claim(many)).isEmpty();
        assertThat(ip.runs).containsExactly("-4 -force -batch -", "-6 -force -batch -");
        assertThat(ip.ours()).hasSize(1002).contains("10.96.3.249", "fd00::11");
        assertThat(local.claimed()).hasSize(1002);
    }

    @Test
    void whatIsClaimedAlreadyCostsNothing() {
        local.claim(addresses("10.96.0.10"));
        ip.runs.clear();
        assertThat(local.claim(addresses("10.96.0.10"))).isEmpty();
        assertThat(ip.runs).isEmpty();
    }

    @Test
    @Rule("H4")
    void whatIsLocalAnywayIsNotTouched() {
        ip.foreign.add("10.1.0.0/16");
        ip.foreign.add("10.2.0.1");
        local.refresh();
        ip.runs.clear();
        var anyway = addresses("127.96.0.10", "192.168.1.5", "::1", "10.1.2.3", "10.2.0.1");
        assertThat(local.claim(anyway)).isEmpty();
        assertThat(local.release(anyway)).isEmpty();
        assertThat(ip.runs).isEmpty();
        assertThat(local.claimed()).isEmpty();
    }

    @Test
    void anAddressThatTheNodeGotMeanwhileIsNotTakenFromIt() {
        ip.foreign.add("10.96.0.10");
        assertThat(local.claim(addresses("10.96.0.10"))).isEmpty();
        local.refresh();
        local.release(addresses("10.96.0.10"));
        assertThat(ip.foreign).contains("10.96.0.10");
    }

    @Test
    void aFailureConcernsItsAddressOnly() {
        ip.refuses("10.96.0.11", "Invalid argument");
        assertThat(local.claim(addresses("10.96.0.10", "10.96.0.11", "10.96.0.12", "fd00::1")))
                .isEqualTo(addressSet("10.96.0.11"));
        assertThat(ip.ours()).containsExactly("10.96.0.10", "10.96.0.12", "fd00::1");
        ip.repaired();
        assertThat(local.claim(addresses("10.96.0.11"))).isEmpty();
    }

    @Test
    void withoutTheProgramEachAddressFailsAndWorksOnceItIsThere() {
        ip.breaks("Cannot run program \"ip\"");
        local.refresh();
        assertThat(local.claim(addresses("10.96.0.10", "127.96.0.1", "fd00::1")))
                .isEqualTo(addressSet("10.96.0.10", "fd00::1"));
        ip.repaired();
        assertThat(local.claim(addresses("10.96.0.10", "fd00::1"))).isEmpty();
    }

    @Test
    @Rule("O7")
    void whatAnEarlierRunLeftIsTakenOverOrGivenUp() {
        ip.has("10.96.0.10", 3);
        ip.has("fd00::10", 4);
        local.refresh();
        assertThat(local.claimed()).isEqualTo(addressSet("10.96.0.10", "fd00::10"));
        local.claim(addresses("10.96.0.10"));
        assertThat(ip.routes()).as("never without a route").containsExactly("10.96.0.10 7", "fd00::10 4");
        assertThat(local.release(addresses("fd00::10"))).isEmpty();
        assertThat(ip.routes()).containsExactly("10.96.0.10 7");
    }

    @Test
    @Rule("O5")
    void whatAnotherLivingRunHasIsLeftToIt() throws IOException {
        instances.lives(3);
        ip.has("10.96.0.10", 3);
        local.refresh();
        assertThat(local.claimed()).isEmpty();
        local.claim(addresses("10.96.0.10"));
        assertThat(ip.routes()).containsExactly("10.96.0.10 3", "10.96.0.10 7");
        local.release(addresses("10.96.0.10"));
        local.flush();
        assertThat(ip.routes()).containsExactly("10.96.0.10 3");
    }

    @Test
    @Rule("D8")
    void anAddressIsGuardedWhileItIsLocal() {
        local.claim(addresses("10.96.0.10"));
        assertThat(guard.guarded()).isEqualTo(addressSet("10.96.0.10"));
        local.release(addresses("10.96.0.10"));
        assertThat(guard.guarded()).isEmpty();
        assertThat(guard.unguardedWhileLocal()).isEmpty();
    }

    @Test
    void whatAnEarlierRunLeftIsGuardedAtOnce() {
        ip.has("10.96.0.10", 3);
        local.refresh();
        assertThat(guard.guarded()).isEqualTo(addressSet("10.96.0.10"));
    }

    @Test
    void whatAnEarlierRunLeftAndCannotBeGuardedIsToldOnce() {
        ip.has("10.96.0.10", 3);
        guard.breaks();
        try (CapturedLog log = new CapturedLog(LocalAddresses.class)) {
            local.refresh();
            local.refresh();
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN")
                    .contains("10.96.0.10", "out of memory");
        }
        assertThat(local.claimed()).isEqualTo(addressSet("10.96.0.10"));
    }

    @Test
    void anAddressThatCannotBeGuardedDoesNotBecomeLocal() {
        guard.breaks();
        assertThat(local.claim(addresses("10.96.0.10"))).isEqualTo(addressSet("10.96.0.10"));
        assertThat(ip.ours()).isEmpty();
    }

    @Test
    void ofLoopbackAddressesOnlyThoseOfServicesAreGuarded() {
        assertThat(local.claim(addresses("127.96.0.10", "127.0.0.1", "127.1.1.1", "::1", "192.168.1.5")))
                .isEmpty();
        assertThat(guard.guarded()).isEqualTo(addressSet("127.96.0.10"));
        local.release(addresses("127.96.0.10"));
        assertThat(guard.guarded()).isEmpty();
    }

    @Test
    @Rule("H4")
    void anAddressThatBecomesTheNodesOwnIsNotGuardedAnyMore() {
        local.claim(addresses("10.96.0.10"));
        ip.foreign.add("10.96.0.10");
        local.refresh();
        assertThat(guard.guarded()).isEmpty();
    }

    @Test
    @Rule("O7")
    void aRouteThatSomebodyRemovedIsMadeAgainAfterARefresh() {
        local.claim(addresses("10.96.0.10"));
        ip.losesAll();
        local.refresh();
        local.claim(addresses("10.96.0.10"));
        assertThat(ip.ours()).containsExactly("10.96.0.10");
    }

    @Test
    void releasingWhatSomebodyRemovedIsNoFailure() {
        local.claim(addresses("10.96.0.10"));
        ip.losesAll();
        assertThat(local.release(addresses("10.96.0.10"))).isEmpty();
        assertThat(local.claimed()).isEmpty();
    }

    @Test
    void aReleaseThatFailsStaysClaimed() {
        local.claim(addresses("10.96.0.10", "10.96.0.11"));
        ip.refuses("10.96.0.10", "Operation not permitted");
        assertThat(local.release(addresses("10.96.0.10", "10.96.0.11"))).isEqualTo(addressSet("10.96.0.10"));
        assertThat(local.claimed()).isEqualTo(addressSet("10.96.0.10"));
    }

    @Test
    void aRunThatGivesUpFailsForAllItWasAsked() {
        var givesUp = over((_, _) -> new Command.Result(255, "", "Error: odd input\n"));
        assertThat(givesUp.claim(addresses("10.96.0.10", "10.96.0.11")))
                .isEqualTo(addressSet("10.96.0.10", "10.96.0.11"));
    }

    @Test
    @Rule("N10")
    void flushRemovesAllThatEndedRunsLeft() throws IOException {
        ip.has("10.96.0.10", 3);
        ip.has("10.96.0.11", 4);
        ip.has("fd00::10", 3);
        local.flush();
        assertThat(ip.routes()).isEmpty();
    }

    @Test
    void aFlushThatFailsSaysWhy() {
        ip.has("10.96.0.10", 3);
        ip.refuses("10.96.0.10", "Operation not permitted");
        assertThatThrownBy(local::flush)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 local routes of protocol 182 cannot be removed")
                .hasMessageContaining("Operation not permitted");
    }

    private LocalAddresses over(Command program) {
        return new LocalAddresses(program, new OtherAddresses(List::of, List.of()), instances, guard);
    }
}
