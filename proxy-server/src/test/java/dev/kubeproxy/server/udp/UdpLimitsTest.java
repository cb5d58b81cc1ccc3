package dev.kubeproxy.server.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UdpLimitsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void sessionsLeaveHalfOfTheLocalPortsToOthers() {
        UdpLimits limits = UdpLimits.ofDescriptorLimit(1_000_000).withinPorts(28_232);
        assertThat(limits.maxSessions()).isEqualTo(14_116);
        assertThat(limits.maxSessionsPerListener()).isEqualTo(7_058);
        assertThat(UdpLimits.ofDescriptorLimit(100).withinPorts(28_232)).isEqualTo(UdpLimits.ofDescriptorLimit(100));
    }

    @Test
    void halfOfTheDescriptorsAreForSessionsAndHalfOfTheseForOneListener() {
        assertThat(UdpLimits.ofDescriptorLimit(64_000))
                .isEqualTo(new UdpLimits(Duration.ofSeconds(30), Duration.ofMinutes(2), 16_000, 32_000));
        assertThat(UdpLimits.ofDescriptorLimit(1).maxSessions()).isEqualTo(1);
    }

    @Test
    void oneTimeoutStandsForBothIdleTimes() {
        assertThat(UdpLimits.ofDescriptorLimit(100).withIdle(SECOND)).isEqualTo(new UdpLimits(SECOND, SECOND, 25, 50));
    }

    @Test
    void theIdleTimesStayWithOtherDescriptors() {
        assertThat(UdpLimits.ofDescriptorLimit(100).withIdle(SECOND).withinDescriptors(40))
                .isEqualTo(new UdpLimits(SECOND, SECOND, 10, 20));
    }

    @Test
    void limitsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new UdpLimits(Duration.ZERO, SECOND, 1, 1))
                .hasMessage("UDP idle time after an exchange is PT0S; it must be above zero");
        assertThatThrownBy(() -> new UdpLimits(SECOND, SECOND.negated(), 1, 1)).hasMessageContaining("in a stream");
        assertThatThrownBy(() -> new UdpLimits(SECOND, SECOND, 0, 1))
                .hasMessage("UDP bound on the sessions of a listener is 0; it must be at least 1");
        assertThatThrownBy(() -> new UdpLimits(SECOND, SECOND, 1, -1)).hasMessageContaining("bound on all sessions");
    }
}
