package dev.kubeproxy.control.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The specification's table 4.4, row by row, which are kube-proxy's own cases. The Service column says which policies are
 * Local and whether the port can be reached from outside; for the other words see {@link EndpointTable}. A list that is
 * not needed is {@code -}.
 */
@Rule({"B7", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9"})
class EndpointTableTest {

    @ParameterizedTest(name = "case {0}")
    @CsvSource(delimiter = '|', textBlock = """
        #  | Service    | node          | endpoints                      | Cluster  | Local
         1 | CIP        | node-1 zone-a | R@a R@b R@c R@a                | 1 4      | -
         2 | eTP NP     | node-1 zone-a | RL@a RL@b R@c R@a              | 1 4      | 1 2
         3 | iTP NP     | node-1 zone-a | RL@a RL@b R@c R@a              | 1 4      | 1 2
         4 | CIP        | node-1        | R@a R@b R@c R@a                | 1 2 3 4  | -
         5 | CIP        | node-1 zone-  | R@a R@b R@c R@a                | 1 2 3 4  | -
         6 | CIP        | node-1 zone-b | R@a R@c                        | 1 2      | -
         7 | CIP        | node-1 zone-a | R@a R@b R@c U@a                | 1        | -
         8 | CIP        | node-1 zone-a | U@a R@b R@c U@a                | 2 3      | -
         9 | CIP        | node-1 zone-a | R@a R@b R R@a                  | 1 2 3 4  | -
        10 | CIP        | node-1 zone-c | R@a,b,c R@b,c R@b,d R@c        | 1 2 4    | -
        11 | CIP        | node-1 zone-a | R#1@a R#2@b R#3@c R#4@a        | 1        | -
        12 | CIP        | node-1 zone-a | R#1@a R#2@b R#3@c R            | 1 2 3 4  | -
        13 | CIP        | node-0 zone-a | R#1@a R#2@b R#3@c R#4@a        | 1 4      | -
        14 | iTP NP     | node-1 zone-a | RL@a RL@b R@a R@b              | 1 3      | 1 2
        15 | iTP        | node-1 zone-a |                                | -        | reject
        16 | iTP        | node-1 zone-a | R R                            | -        | drop
        17 | iTP        | node-1 zone-a | RL RL                          | -        | 1 2
        18 | iTP        | node-1 zone-a | RL R                           | -        | 1
        19 | CIP        | node-1 zone-a | U U                            | reject   | -
        20 | CIP        | node-1 zone-a | U R                            | 2        | -
        21 | CIP        | node-1 zone-a | T T                            | 1 2      | -
        22 | iTP NP     | node-1 zone-a | RL R                           | 1 2      | 1
        23 | eTP NP     | node-1 zone-a | RL R                           | 1 2      | 1
        24 | iTP eTP NP | node-1 zone-a | RL R                           | 1 2      | 1
        25 | iTP eTP NP | node-1 zone-a | R R                            | 1 2      | drop
        26 | iTP eTP NP | node-1 zone-a | T T                            | 1 2      | drop
        27 | eTP NP     | node-1 zone-a | R XL TL T                      | 1        | 3
        28 | eTP        | node-1 zone-a | RL R                           | 1 2      | -
        29 | iTP        | node-1 zone-a | R RL                           | -        | 2
        30 | eTP NP     | node-1 zone-a |                                | reject   | reject
        31 | eTP NP     | node-1 zone-a | R R                            | 1 2      | drop
        32 | eTP NP     | node-1 zone-a | RL RL                          | 1 2      | 1 2
        33 | eTP NP     | node-1 zone-a | RL R                           | 1 2      | 1
        """)
    void aPortUsesWhatTheTableSays(
            int number, String words, String nodeWords, @Nullable String endpoints, String cluster, String local) {
        ServiceSpec service = EndpointTable.serviceOf(words);
        NodeFacts node = EndpointTable.nodeOf(nodeWords);
        List<SliceSpec.Endpoint> given = EndpointTable.endpointsOf(endpoints == null ? "" : endpoints, node);

        EndpointLists lists = EndpointTable.lists(service, node, given);

        PortPolicies policies = PortPolicies.of(service, service.ports().getFirst(), IpFamily.IPV4);
        assertThat(cell(policies.needClusterList(), lists.cluster(), lists)).isEqualTo(cluster);
        assertThat(cell(policies.needLocalList(), lists.local(), lists)).isEqualTo(local);
    }

    private static String cell(boolean needed, List<Backend> list, EndpointLists lists) {
        if (!needed) {
            assertThat(list).as("what nobody needs is not computed").isEmpty();
            return "-";
        }
        return EndpointTable.text(list, lists.usableAnywhere());
    }
}
