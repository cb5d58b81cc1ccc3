package dev.kubeproxy.server.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.Capable;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel does as it is told. Needs CAP_BPF and CAP_NET_ADMIN, or root. */
class SocketLookupIT {

    private static final InetAddress SERVICE = Addresses.parse("127.96.0.10");

    private SocketLookup lookup;

    @BeforeEach
    void attach() throws Exception {
        lookup = Capable.of(SocketLookup::attach);
    }

    @AfterEach
    void close() {
        if (lookup != null) {
            lookup.close();
        }
    }

    @Test
    @Rule({"D8", "O8"})
    void aGuardedAddressRefusesWhatListensOnAllAddresses() throws IOException {
        try (TcpServer daemon = TcpServer.naming("daemon", "0.0.0.0")) {
            InetSocketAddress dialled = new InetSocketAddress(SERVICE, daemon.port());
            assertThat(TcpClient.ask(dialled)).isEqualTo("daemon");
            lookup.guard(List.of(SERVICE));
            assertThatThrownBy(() -> TcpClient.connect(dialled)).isInstanceOf(ConnectException.class);
            assertThat(TcpClient.ask(new InetSocketAddress(Addresses.parse("127.0.0.1"), dialled.getPort())))
                    .isEqualTo("daemon");
            lookup.unguard(List.of(SERVICE));
            assertThat(TcpClient.ask(dialled)).isEqualTo("daemon");
        }
    }

    @Test
    @Rule("H11")
    void aFullMapIsReplacedWhileAllThatIsInItGoesOn() throws IOException {
        lookup.guard(List.of(SERVICE));
        assertRefused(80);
        int first = lookup.capacity();
        List<InetAddress> many = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            many.add(InetAddress.getByAddress(new byte[] {127, (byte) (97 + i / 65_536), (byte) (i >> 8), (byte) i}));
        }
        lookup.guard(many);
        assertThat(lookup.capacity()).isGreaterThan(first).isGreaterThanOrEqualTo(200_000);
        assertRefused(80);
        for (int i = 0; i < 200_000; i++) {
            lookup.steer(new Frontend(many.get(i), 80, Protocol.TCP));
        }
        lookup.unguard(many);
    }

    private static void assertRefused(int port) {
        assertThatThrownBy(() -> TcpClient.connect(new InetSocketAddress(SERVICE, port)))
                .isInstanceOf(ConnectException.class);
    }
}
