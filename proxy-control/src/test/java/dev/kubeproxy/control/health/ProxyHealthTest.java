package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProxyHealthTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final ProxyHealth health = new ProxyHealth(PATIENCE, () -> now);

    @Test
    void keepsUpWhileItStarts() {
        assertThat(keepsUpAfter(25)).isTrue();
        health.onQueued();
        assertThat(keepsUpAfter(25)).isTrue();
    }

    @Test
    void keepsUpHoweverOldTheLastUpdateIsWhenNothingWaits() {
        health.onUpdated();
        assertThat(keepsUpAfter(25)).isTrue();
    }

    @Test
    void aChangeThatWaitsTooLongIsUnhealthyUntilItTakesEffect() {
        health.onUpdated();
        Instant updated = now;
        health.onQueued();
        assertThat(keepsUpAfter(9)).isTrue();
        health.onQueued();
        assertThat(keepsUpAfter(2)).isFalse();
        assertThat(health.report().lastUpdated()).isEqualTo(updated);
        health.onUpdated();
        assertThat(keepsUpAfter(0)).isTrue();
        assertThat(health.report().lastUpdated()).isEqualTo(now);
    }

    @Test
    void aNodeThatGoesWantsNoClientsButIsNoReasonToRestart() {
        health.nodeEligible(false);
        assertThat(health.report().wantsClients()).isFalse();
        assertThat(health.report().keepsUp()).isTrue();
        health.nodeEligible(true);
        assertThat(health.report().wantsClients()).isTrue();
    }

    @Test
    void aProxyThatStopsWantsNoClients() {
        health.onShutdown();
        assertThat(health.report().wantsClients()).isFalse();
        assertThat(health.report().keepsUp()).isTrue();
    }

    private boolean keepsUpAfter(int seconds) {
        now = now.plusSeconds(seconds);
        return health.report().keepsUp();
    }
}
