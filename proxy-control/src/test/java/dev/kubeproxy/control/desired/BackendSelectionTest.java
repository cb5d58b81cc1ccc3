package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.backend;
import static dev.kubeproxy.control.desired.Specs.endpoint;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.terminating;
import static dev.kubeproxy.control.desired.Specs.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendSelectionTest {

    @Test
    void readyEndpointsAreChosen() {
        assertThat(chosen(ready("10.0.0.1"), unready("10.0.0.2"), ready("10.0.0.3")))
                .containsExactly(backend("10.0.0.1:80"), backend("10.0.0.3:80"));
    }

    @Test
    void terminatingEndpointsAreUsedOnlyWhileNoneIsReady() {
        assertThat(chosen(terminating("10.0.0.1"), ready("10.0.0.2"))).containsExactly(backend("10.0.0.2:80"));
        assertThat(chosen(terminating("10.0.0.1"), unready("10.0.0.2"))).containsExactly(backend("10.0.0.1:80"));
    }

    @Test
    void endpointsThatDoNotServeAreNeverUsed() {
        assertThat(chosen(endpoint("10.0.0.1", false, false, true, null))).isEmpty();
        assertThat(chosen(endpoint("10.0.0.1", false, true, false, null))).isEmpty();
        assertThat(chosen()).isEmpty();
    }

    @Test
    void theOrderIsByAddressHoweverTheyCome() {
        var expected = List.of(
                backend("9.0.0.1:80"), backend("10.0.0.2:80"), backend("10.0.0.10:80"), backend("200.0.0.1:80"));
        assertThat(chosen(ready("200.0.0.1"), ready("10.0.0.10"), ready("10.0.0.2"), ready("9.0.0.1")))
                .isEqualTo(expected);
        assertThat(chosen(ready("9.0.0.1"), ready("10.0.0.2"), ready("200.0.0.1"), ready("10.0.0.10")))
                .isEqualTo(expected);
    }

    @Test
    void familiesAreApart() {
        SliceSpec.Endpoint[] both = {ready("10.0.0.1"), ready("fd00::1")};
        assertThat(chosen(IpFamily.IPV4, both)).containsExactly(backend("10.0.0.1:80"));
        assertThat(chosen(IpFamily.IPV6, both)).containsExactly(backend("[fd00::1]:80"));
    }

    @Test
    void aFamilyWithoutReadyEndpointsFallsBackByItself() {
        SliceSpec.Endpoint[] both = {ready("10.0.0.1"), terminating("fd00::1")};
        assertThat(chosen(IpFamily.IPV6, both)).containsExactly(backend("[fd00::1]:80"));
    }

    private static List<Backend> chosen(SliceSpec.Endpoint... endpoints) {
        return chosen(IpFamily.IPV4, endpoints);
    }

    private static List<Backend> chosen(IpFamily family, SliceSpec.Endpoint... endpoints) {
        var merge = EndpointSliceMerge.of(List.of(slice("a", "web", 80, endpoints)), THIS_NODE);
        return BackendSelection.cluster(merge.of(tcp("", 80)), family);
    }
}
