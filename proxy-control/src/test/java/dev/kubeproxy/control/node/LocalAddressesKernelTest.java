package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.addressSet;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real {@code ip} and kernel, in a network namespace that lives as long as a test. Needs root. */
class LocalAddressesKernelTest {

    private NetworkNamespace namespace;
    private final FakeInstances instances = new FakeInstances(7);

    @BeforeEach
    void enterANewNamespace() throws IOException {
        namespace = NetworkNamespace.open();
    }

    @AfterEach
    void leave() {
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void addressesBecomeLocalAndCeaseToBe() throws IOException {
        LocalAddresses local = run(7);
        local.refresh();
        assertThat(local.claim(addresses("10.96.0.10", "10.96.0.11", "127.96.0.1", "fd00:96::10")))
                .isEmpty();
        assertThat(shown()).contains("local 10.96.0.10 ", "local 10.96.0.11 ", "local fd00:96::10 ");
        assertThat(shown()).doesNotContain("127.96.0.1");

        instances.ends(7);
        LocalAddresses nextRun = run(8);
        nextRun.refresh();
        assertThat(nextRun.claimed()).isEqualTo(addressSet("10.96.0.10", "10.96.0.11", "fd00:96::10"));
        assertThat(nextRun.release(addresses("10.96.0.10", "fd00:96::10"))).isEmpty();
        assertThat(shown()).contains("local 10.96.0.11 ").doesNotContain("10.96.0.10 ", "fd00:96::10");

        run(9).flush();
        assertThat(shown()).doesNotContain("proto 182").contains("127.0.0.1");
    }

    @Test
    void addressesOfAnInterfaceAreLeftAlone() throws IOException {
        namespace.ip("addr add 10.7.0.5/32 dev lo");
        String before = shown();
        LocalAddresses local = run(7);
        local.refresh();
        assertThat(local.claim(addresses("10.7.0.5"))).isEmpty();
        assertThat(shown()).isEqualTo(before);
        assertThat(local.claimed()).isEmpty();
    }

    @Test
    void aRunThatEndsLeavesTheRoutesOfTheNext() throws IOException {
        instances.lives(8);
        LocalAddresses older = run(7);
        LocalAddresses newer = run(8);
        older.refresh();
        older.claim(addresses("10.96.0.10", "fd00:96::10"));
        newer.refresh();
        newer.claim(addresses("10.96.0.10", "fd00:96::10"));
        older.release(older.claimed());
        assertThat(shown()).contains("local 10.96.0.10 ", "local fd00:96::10 ").doesNotContain("metric 7 ");
        newer.release(newer.claimed());
        assertThat(shown()).doesNotContain("proto 182");
    }

    @Test
    void fiveThousandAddressesAreClaimedAndFoundAgain() {
        LocalAddresses local = run(7);
        var many = new ArrayList<InetAddress>();
        for (int i = 0; i < 5000; i++) {
            many.addAll(addresses("10.96." + i / 250 + "." + i % 250));
        }
        assertThat(local.claim(many)).isEmpty();
        local.refresh();
        assertThat(local.claimed()).hasSize(5000);
        assertThat(local.release(many)).isEmpty();
    }

    @Test
    void withoutIpv6TheOtherFamilyIsClaimed() throws IOException {
        Command sysctl = namespace.command("sysctl", "-qw");
        assumeTrue(
                sysctl.run(List.of("net.ipv6.conf.all.disable_ipv6=1"), "").exit() == 0,
                "IPv6 cannot be switched off here");
        LocalAddresses local = run(7);
        assertThat(local.claim(addresses("10.96.0.10", "fd00:96::10"))).isEqualTo(addressSet("fd00:96::10"));
        local.refresh();
        assertThat(local.claimed()).isEqualTo(addressSet("10.96.0.10"));
        instances.ends(7);
        run(9).flush();
    }

    private LocalAddresses run(int number) {
        instances.lives(number);
        Instances own = new Instances() {
            @Override
            public int own() {
                return number;
            }

            @Override
            public Set<Integer> living() {
                return instances.living();
            }
        };
        return new LocalAddresses(
                namespace.command("ip"), new OtherAddresses(List::of, List.of()), own, AddressGuard.NONE);
    }

    private String shown() throws IOException {
        return namespace.ip("-4 route show table local") + namespace.ip("-6 route show table local");
    }
}
