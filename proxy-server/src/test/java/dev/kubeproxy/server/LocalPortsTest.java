package dev.kubeproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalPortsTest {

    @Test
    void theKernelTellsTheFirstAndTheLast() {
        assertThat(LocalPorts.count("32768\t60999\n")).isEqualTo(28_232);
        assertThat(LocalPorts.count()).isPositive();
    }
}
