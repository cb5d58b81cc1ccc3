package dev.kubeproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.transport.Transport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProxyServerConfigTest {

    @Test
    void descriptorsOfOthersAreNotTheDataPlanes() throws IOException {
        ProxyServerConfig all = ProxyServerConfig.standard(Transport.NIO, 1);
        ProxyServerConfig less = all.withDescriptorsKept(100);
        assertThat(less.descriptorLimit()).isEqualTo(all.descriptorLimit() - 100);
        assertThat(less.udpLimits().maxSessions()).isEqualTo((all.descriptorLimit() - 100) / 2);
        try (ProxyServer server = new ProxyServer(less, ProxyObserver.NOOP)) {
            assertThat(server.descriptorLimit()).isLessThan(all.descriptorLimit() - 100);
        }
    }
}
