package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.address;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeAddressesTest {

    @Test
    void loopbackIsAmongThem() {
        assertThat(NodeAddresses.current()).contains(address("127.0.0.1"));
    }
}
