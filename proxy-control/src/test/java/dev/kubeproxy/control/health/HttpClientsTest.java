package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HttpClientsTest {

    @Test
    void theyMayHaveASixteenthOfTheDescriptorsWithinReason() {
        assertThat(HttpClients.ofDescriptorLimit(1024)).isEqualTo(64);
        assertThat(HttpClients.ofDescriptorLimit(100)).isEqualTo(16);
        assertThat(HttpClients.ofDescriptorLimit(20_000)).isEqualTo(512);
        assertThat(HttpClients.ofDescriptorLimit(Long.MAX_VALUE)).isEqualTo(512);
    }
}
