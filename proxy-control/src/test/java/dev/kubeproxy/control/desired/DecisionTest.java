package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For the words see {@link EndpointTable}. */
class DecisionTest {

    private static final NodeFacts NODE = EndpointTable.nodeOf("node-1 zone-a");

    private final ClusterState state = new ClusterState("node-1", NodePortAddresses.ALL, DrainPolicy.KEEP);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        R          | yes: it is ready
        R#1 R#2    | yes: it is ready, and its hints are for this node
        R@a R@b    | yes: it is ready, and its hints are for this node's zone
        T U        | yes: it shuts down but still answers, and no endpoint is ready
        T R        | no: it shuts down, and others are ready
        U R        | no: it is not ready
        X R        | no: it shuts down and answers no more
        R#2 R#1    | no: others have hints for this node, and it has them for node-2
        R@b R@a    | no: others have hints for zone a, this node's, and it has them for b
        """)
    @Rule({"C1", "C3", "C5", "C6"})
    void theFirstEndpointIsExplainedToClientsThatMayGoAnywhere(String endpoints, String why) {
        assertThat(firstOf("CIP", endpoints, TrafficPolicy.CLUSTER)).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        RL R       | yes: it is ready and on this node
        TL R       | yes: it shuts down but still answers, and none on this node is ready
        TL RL      | no: it shuts down, and others are ready
        R RL       | no: the policy is Local, and it is on node another node
        XL RL      | no: it shuts down and answers no more
        """)
    @Rule({"C2", "C3"})
    void theFirstEndpointIsExplainedToClientsThatMustStay(String endpoints, String why) {
        assertThat(firstOf("iTP", endpoints, TrafficPolicy.LOCAL)).isEqualTo(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "R RL",
                "R#1@a RL#2@b T",
                "TL T",
                "U X",
                "RL#2 R@a U",
                "R@a RL@b T@a X",
                "UL R",
                "T TL X",
                "R@a,b"
            })
    void whatIsSaidToBeUsedIsWhatTheDataPlaneIsTold(String endpoints) {
        Decision decision = decide("iTP eTP NP", endpoints);
        ServicePort port = decision.desired().state().ports().getFirst();
        PortAccount account = decision.explain().getFirst();
        for (TrafficPolicy policy : TrafficPolicy.values()) {
            List<Backend> used = account.endpoints().stream()
                    .filter(endpoint -> verdict(endpoint, policy).used())
                    .map(PortAccount.Endpoint::backend)
                    .toList();
            assertThat(used).isEqualTo(port.pool(policy).backends());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CIP        | R R  | clients of the cluster IP go to 2 endpoints in turn
        CIP        | U    | clients of the cluster IP are refused: no endpoint is ready
        iTP        | R    | clients of the cluster IP get no answer: there are endpoints, but none on this node
        NP         | R    | clients of the cluster IP go to the one endpoint; clients of other addresses go to the one endpoint
        """)
    @Rule({"D1", "D2"})
    void whatBecomesOfClientsIsTold(String service, String endpoints, String outcomes) {
        PortAccount account = decide(service, endpoints).explain().getFirst();
        assertThat(account.clients().stream().map(clients -> clients.who() + " " + clients.outcome()))
                .containsExactly(outcomes.split("; ", -1));
    }

    @Test
    @Rule("D5")
    void clientsOfThisNodeAreToldApartWhereTheExternalPolicyIsLocal() {
        PortAccount account = decide("eTP NP", "R").explain().getFirst();
        assertThat(account.clients())
                .extracting(PortAccount.Clients::policy)
                .containsExactly(TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL);
    }

    @Test
    void aServiceThatIsGoneIsKnownNoMore() {
        long before = decide("CIP", "R").desired().state().ports().size();
        long revision = state.decisions().revision();
        state.apply(Specs.serviceGone("web"));
        state.rebuild();
        assertThat(before).isEqualTo(1);
        assertThat(state.decisions().of(name("web"))).isEmpty();
        assertThat(state.decisions().revision()).isGreaterThan(revision);
    }

    private String firstOf(String service, String endpoints, TrafficPolicy policy) {
        PortAccount account = decide(service, endpoints).explain().getFirst();
        EndpointVerdict verdict = verdict(account.endpoints().getFirst(), policy);
        return (verdict.used() ? "yes: " : "no: ") + verdict.why();
    }

    private static EndpointVerdict verdict(PortAccount.Endpoint endpoint, TrafficPolicy policy) {
        return Objects.requireNonNull(endpoint.verdicts().get(policy));
    }

    private Decision decide(String service, String endpoints) {
        SliceSpec.Endpoint[] all = EndpointTable.endpointsOf(endpoints, NODE).toArray(SliceSpec.Endpoint[]::new);
        state.apply(new Change.NodeSet(new NodeSpec("node-1", "a", List.of())));
        changes(EndpointTable.serviceOf(service), Specs.slice("web-1", "web", 80, all))
                .forEach(state::apply);
        state.rebuild();
        return state.decisions().of(name("web")).orElseThrow();
    }
}
