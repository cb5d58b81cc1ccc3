package dev.kubeproxy.control.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PodRangesTest {

    private static final String IPV4 = """
        default via 192.168.1.1 dev cni0 proto dhcp metric 100
        10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1
        10.244.2.0/24 via 192.168.1.6 dev eth0
        10.244.1.200 dev cali12 scope link
        10.244.1.201 dev cali34 scope link
        blackhole 10.244.1.192/26 proto bird
        192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.5
        """;

    private static final String IPV6 = """
        fd00:10:244:1::/64 dev cni0 proto kernel metric 256 pref medium
        fe80::/64 dev cni0 proto kernel metric 256 pref medium
        fd00:10:244:1::c8 dev cali12 metric 1024 pref medium
        default via fe80::1 dev eth0 metric 1024 pref medium
        """;

    @Test
    @Rule("D5")
    void podsAreBehindTheirBridge() {
        assertThat(ranges("cni0"::equals)).containsExactly("10.244.1.0/24", "fd00:10:244:1::/64");
    }

    @Test
    @Rule("D5")
    void podsAreBehindInterfacesOfAPrefix() {
        assertThat(ranges(name -> name.startsWith("cali")))
                .containsExactly("10.244.1.200/32", "10.244.1.201/32", "fd00:10:244:1::c8/128");
    }

    @Test
    void aMachineThatDoesNotTellHasNone() {
        assertThat(ranges("br-none"::equals)).isEmpty();
        var silent = new PodRanges(
                (_, _) -> {
                    throw new IOException("Cannot run program \"ip\"");
                },
                _ -> true);
        assertThat(silent.current()).isEmpty();
    }

    private static List<String> ranges(Predicate<String> interfaces) {
        Command ip = (arguments, _) ->
                new Command.Result(0, arguments.equals(List.of("-4", "-o", "route", "show")) ? IPV4 : IPV6, "");
        return new PodRanges(ip, interfaces)
                .current().stream().map(Object::toString).toList();
    }
}
