package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.with;
import static dev.kubeproxy.control.desired.Specs.withExternal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.testing.Rule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortPoliciesTest {

    private static final String V4 = "10.96.0.10";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # internal | external | node port | Cluster list | Local list
        CLUSTER    | CLUSTER  | 0         | true         | false
        CLUSTER    | LOCAL    | 0         | true         | false
        LOCAL      | CLUSTER  | 0         | false        | true
        LOCAL      | LOCAL    | 0         | false        | true
        CLUSTER    | CLUSTER  | 30080     | true         | false
        CLUSTER    | LOCAL    | 30080     | true         | true
        LOCAL      | CLUSTER  | 30080     | true         | true
        LOCAL      | LOCAL    | 30080     | true         | true
        """)
    @Rule("C4")
    void aPortNeedsTheListsOfItsPolicies(
            TrafficPolicy internal, TrafficPolicy external, int nodePort, boolean cluster, boolean local) {
        var port = new ServiceSpec.Port("", Protocol.TCP, 80, nodePort);
        PortPolicies policies =
                PortPolicies.of(with(service("web", V4, port), internal, external), port, IpFamily.IPV4);

        assertThat(policies.needClusterList()).isEqualTo(cluster);
        assertThat(policies.needLocalList()).isEqualTo(local);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # node port | external IPs       | load balancer IPs  | family | external policy
        0           | ''                 | ''                 | IPV4   |
        30080       | ''                 | ''                 | IPV4   | LOCAL
        30080       | ''                 | ''                 | IPV6   | LOCAL
        0           | 203.0.113.7        | ''                 | IPV4   | LOCAL
        0           | 203.0.113.7        | ''                 | IPV6   |
        0           | ''                 | fd01::1            | IPV6   | LOCAL
        0           | ''                 | fd01::1            | IPV4   |
        """)
    @Rule("C4")
    void theExternalPolicyHoldsWhereThereIsSomethingExternalToDial(
            int nodePort, String externalIps, String loadBalancerIps, IpFamily family, @Nullable TrafficPolicy policy) {
        var port = new ServiceSpec.Port("", Protocol.TCP, 80, nodePort);
        ServiceSpec local = with(service("web", V4 + ",fd00:96::10", port), TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL);

        assertThat(PortPolicies.of(withExternal(local, externalIps, loadBalancerIps), port, family)
                        .external())
                .isEqualTo(policy);
    }
}
