package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.Event.Subject;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Service may ask for by annotation, and who is told when it asks for nonsense. */
class ServiceAnnotationsTest {

    @Test
    void aServiceThatAsksForNothingGetsNothing() {
        assertThat(extras("{}")).isEqualTo(ServiceSpec.Extras.NONE);
        assertThat(extras("{example.com/drain-policy: close}")).isEqualTo(ServiceSpec.Extras.NONE);
    }

    @Test
    @Rule("D9")
    void theDrainPolicyIsTheServicesOwn() {
        assertThat(extras("{kubeproxy.dev/drain-policy: close}").drainPolicy()).contains(DrainPolicy.CLOSE);
        assertThat(extras("{kubeproxy.dev/drain-policy: keep}").drainPolicy()).contains(DrainPolicy.KEEP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Close", "''", "drop", "' close'"})
    @Rule("D9")
    void aDrainPolicyThatIsNoneIsToldAndTheProxysHolds(String value) {
        Service service = service("{kubeproxy.dev/drain-policy: " + value + "}");
        String problem = "metadata.annotations[kubeproxy.dev/drain-policy]: \"" + value.replace("'", "")
                + "\" is neither keep nor close; the proxy's --drain-policy holds";
        assertRead(service, ServiceSpec.Extras.NONE, problem);
    }

    @Test
    @Rule("G9")
    void datagramsMayBeBalancedEachOnItsOwn() {
        assertThat(extras("{kubeproxy.dev/udp-balancing: datagram}").udpBalancing())
                .isEqualTo(UdpBalancing.DATAGRAM);
        assertThat(extras("{kubeproxy.dev/udp-balancing: session}")).isEqualTo(ServiceSpec.Extras.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Datagram", "''", "packet"})
    @Rule("G9")
    void aWayToBalanceThatIsNoneIsToldAndReadAsSession(String value) {
        Service service = service("{kubeproxy.dev/drain-policy: close, kubeproxy.dev/udp-balancing: " + value + "}");
        String problem = "metadata.annotations[kubeproxy.dev/udp-balancing]: \"" + value.replace("'", "")
                + "\" is neither session nor datagram; read as session";
        assertRead(service, new ServiceSpec.Extras(Optional.of(DrainPolicy.CLOSE), UdpBalancing.SESSION), problem);
    }

    private static void assertRead(Service service, ServiceSpec.Extras extras, String problem) {
        assertThat(new ServiceReader().read(service) instanceof Reading.Read<ServiceSpec>(var spec, var problems)
                        && spec.extras().equals(extras)
                        && problems.equals(List.of(new FieldProblem(problem))))
                .as(problem)
                .isTrue();
        assertThat(ObjectFaults.of(service))
                .containsExactly(Event.warning(
                        new Subject.OfService(new ServiceName("shop", "web")),
                        "UnknownAnnotationValue",
                        "SyncService",
                        problem));
    }

    private static ServiceSpec.Extras extras(String annotations) {
        Service service = service(annotations);
        assertThat(ObjectFaults.of(service)).isEmpty();
        return switch (new ServiceReader().read(service)) {
            case Reading.Read<ServiceSpec>(var spec, var problems) when problems.equals(List.of()) -> spec.extras();
            case Reading<ServiceSpec> other -> throw new AssertionError(other);
        };
    }

    private static Service service(String annotations) {
        return KubeYaml.object(Service.class, """
            metadata: {name: web, namespace: shop, annotations: %s}
            spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}
            """.formatted(annotations));
    }
}
