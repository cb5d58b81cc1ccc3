package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.sync.SyncStatus;
import dev.kubeproxy.server.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProxyHealthTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final ProxyHealth health = new ProxyHealth(new SyncStatus(() -> NOON, Duration.ofMinutes(1)), () -> NOON);

    @Test
    @Rule("K4")
    void aNodeThatGoesWantsNoClientsButIsNoReasonToRestart() {
        health.nodeEligible(false);
        assertThat(health.report().wantsClients()).isFalse();
        assertThat(health.report().keepsUp()).isTrue();
        health.nodeEligible(true);
        assertThat(health.report().wantsClients()).isTrue();
    }

    @Test
    @Rule("O6")
    void aProxyThatStopsWantsNoClients() {
        health.onShutdown();
        assertThat(health.report().wantsClients()).isFalse();
        assertThat(health.report().keepsUp()).isTrue();
    }
}
