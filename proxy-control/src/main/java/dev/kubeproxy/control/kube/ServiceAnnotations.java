package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.quoted;

import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.UdpBalancing;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Reads the annotations of this proxy's own, by which a Service asks for what Kubernetes has no field for. One that
 * makes no sense is as if it were not there, but for the problem. Pure; any thread.
 */
final class ServiceAnnotations {

    /** {@code keep} or {@code close}: what becomes of TCP connections whose endpoint is gone (rule D9). */
    static final String DRAIN_POLICY = "kubeproxy.dev/drain-policy";

    /** {@code session} or {@code datagram}: what of a client's UDP traffic is balanced on its own (rule G9). */
    static final String UDP_BALANCING = "kubeproxy.dev/udp-balancing";

    private final Map<String, String> annotations;
    private final BiConsumer<String, String> problem;

    private ServiceAnnotations(Map<String, String> annotations, BiConsumer<String, String> problem) {
        this.annotations = annotations;
        this.problem = problem;
    }

    /** @param problem is given the path of an annotation that makes no sense, and a sentence that says why */
    static ServiceSpec.Extras read(ObjectMeta metadata, BiConsumer<String, String> problem) {
        Map<String, String> annotations = metadata.getAnnotations();
        return annotations == null || annotations.isEmpty()
                ? ServiceSpec.Extras.NONE
                : new ServiceAnnotations(annotations, problem).read();
    }

    private ServiceSpec.Extras read() {
        return new ServiceSpec.Extras(drainPolicy(), udpBalancing());
    }

    private Optional<DrainPolicy> drainPolicy() {
        return switch (annotations.get(DRAIN_POLICY)) {
            case null -> Optional.empty();
            case "keep" -> Optional.of(DrainPolicy.KEEP);
            case "close" -> Optional.of(DrainPolicy.CLOSE);
            case String other -> {
                tell(DRAIN_POLICY, quoted(other) + " is neither keep nor close; the proxy's --drain-policy holds");
                yield Optional.empty();
            }
        };
    }

    private UdpBalancing udpBalancing() {
        return switch (annotations.get(UDP_BALANCING)) {
            case null -> UdpBalancing.SESSION;
            case "session" -> UdpBalancing.SESSION;
            case "datagram" -> UdpBalancing.DATAGRAM;
            case String other -> {
                tell(UDP_BALANCING, quoted(other) + " is neither session nor datagram; read as session");
                yield UdpBalancing.SESSION;
            }
        };
    }

    private void tell(String annotation, String sentence) {
        problem.accept("metadata.annotations[" + annotation + "]", sentence);
    }
}
