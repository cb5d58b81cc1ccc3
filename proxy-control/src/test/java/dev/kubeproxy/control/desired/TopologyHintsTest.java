package dev.kubeproxy.control.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For the words see {@link EndpointTable}. */
class TopologyHintsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        R#1@b R#1@c R#2@a  | 1 2
        R#1 R#2            | 1
        """)
    @Rule("C5")
    void endpointsForTheNodeGoBeforeThoseForItsZone(String endpoints, String near) {
        assertThat(near("node-1 zone-a", endpoints)).isEqualTo(near);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        R#2@a R#3@b        | 1
        R#1@a R@b          | 1
        R#1@b R@a          | 2
        R@a R@a,b R@b      | 1 2
        """)
    @Rule("C6")
    void endpointsForTheZoneAreUsedWhereNoneIsForTheNode(String endpoints, String near) {
        assertThat(near("node-1 zone-a", endpoints)).isEqualTo(near);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        node-1 zone-a | R R         | 1 2
        node-1 zone-a | R@a R       | 1 2
        node-1 zone-a | R#1 R       | 1 2
        node-1 zone-a | R#1 R@a     | 1 2
        node-1 zone-a | R@b R@c     | 1 2
        node-1 zone-a | R#2 R#3     | 1 2
        node-1        | R@a R@b     | 1 2
        node-1 zone-  | R@a R@b     | 1 2
        node-1        | R#2@a R#3@a | 1 2
        """)
    @Rule("C7")
    void allAreUsedWhereHintsAreMissingOrForOthers(String node, String endpoints, String near) {
        assertThat(near(node, endpoints)).isEqualTo(near);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        U R@a R@b       | 2
        T R@a R@b       | 2
        X R#1 R#2       | 2
        T@a U@a R@b R@c | 3 4
        T#1 R#2 R#3     | 2 3
        """)
    @Rule("C8")
    void endpointsThatAreNotReadyHaveNoSay(String endpoints, String near) {
        assertThat(near("node-1 zone-a", endpoints)).isEqualTo(near);
    }

    private static String near(String nodeWords, String endpoints) {
        NodeFacts node = EndpointTable.nodeOf(nodeWords);
        EndpointLists lists =
                EndpointTable.lists(EndpointTable.serviceOf("CIP"), node, EndpointTable.endpointsOf(endpoints, node));
        return EndpointTable.text(lists.cluster(), lists.usableAnywhere());
    }
}
