package dev.kubeproxy.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class LocalPortsTest {

    @Test
    void itIsKnownByTheKernelsWords() {
        assertThat(LocalPorts.ranOut(new BindException("Cannot assign requested address")))
                .isTrue();
        assertThat(LocalPorts.ranOut(new IOException("connect(..) failed: Resource temporarily unavailable")))
                .isTrue();
        assertThat(LocalPorts.ranOut(new ConnectException("Connection refused")))
                .isFalse();
    }
}
