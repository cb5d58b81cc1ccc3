package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.control.kube.EndpointSliceReader;
import dev.kubeproxy.control.kube.NodeReader;
import dev.kubeproxy.control.kube.Reading;
import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a file of {@code scenarios/} says: Kubernetes objects that come and go, step by step, and after each step the
 * table of who is served where by whom.
 *
 * @param topic one sentence
 * @param nodePortAddresses {@code --nodeport-addresses}, all where left out
 * @param machine the addresses of the node's interfaces
 */
record Scenario(String topic, @Nullable List<String> nodePortAddresses, List<String> machine, List<Step> steps) {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    /**
     * One step.
     *
     * @param step what happens
     * @param set objects that come or change
     * @param gone objects that go, as {@code Service namespace/name}
     * @param machine what the node's interfaces have from now on
     * @param expect the table: {@code frontend | service port | backends}, then affinity
     *     where there is one, and {@code keeps} those whose connections go on where others are closed, and
     *     {@code by datagram}
     * @param claimed the addresses made local
     * @param updates how many updates the data plane gets where all of the step comes at once
     */
    record Step(
            String step,
            @Nullable List<Map<String, Object>> set,
            @Nullable List<String> gone,
            @Nullable List<String> machine,
            String expect,
            @Nullable List<String> claimed,
            @Nullable Integer updates) {

        List<Change> changes() {
            List<Change> changes = new ArrayList<>();
            if (set != null) {
                set.forEach(object -> changes.add(Scenario.read(object)));
            }
            if (gone != null) {
                gone.forEach(object -> changes.add(Scenario.gone(object)));
            }
            return changes;
        }
    }

    static Scenario load(Path file) throws IOException {
        return KubeYaml.object(Scenario.class, Files.readString(file));
    }

    NodePortAddresses nodePorts() {
        return nodePortAddresses == null
                ? NodePortAddresses.ALL
                : nodePortAddresses.equals(List.of("primary"))
                        ? NodePortAddresses.PRIMARY
                        : NodePortAddresses.within(
                                nodePortAddresses.stream().map(Cidr::parse).toList());
    }

    private static Change read(Map<String, Object> object) {
        return switch (String.valueOf(object.get("kind"))) {
            case "Service" -> {
                Service service = SERIALIZATION.convertValue(object, Service.class);
                yield change(new ServiceReader().read(service), Change.ServiceSet::new, gone(service, "Service"));
            }
            case "EndpointSlice" -> {
                EndpointSlice slice = SERIALIZATION.convertValue(object, EndpointSlice.class);
                yield change(new EndpointSliceReader().read(slice), Change.SliceSet::new, gone(slice, "EndpointSlice"));
            }
            case "Node" -> {
                Node node = SERIALIZATION.convertValue(object, Node.class);
                yield change(new NodeReader().read(node), Change.NodeSet::new, gone(node, "Node"));
            }
            case String kind -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    /** What a source makes of an object: one that is passed over is as if it were not there. */
    private static <T> Change change(Reading<T> reading, Function<T, Change> set, Supplier<Change> gone) {
        return switch (reading) {
            case Reading.Read<T>(var spec, var problems) when problems.isEmpty() -> set.apply(spec);
            case Reading.PassedOver<T> _ -> gone.get();
            case Reading<T> unsound -> throw new IllegalArgumentException(unsound.toString());
        };
    }

    private static Supplier<Change> gone(HasMetadata object, String kind) {
        var metadata = object.getMetadata();
        return () -> gone(kind + " " + metadata.getNamespace() + "/" + metadata.getName());
    }

    /** {@code Service default/web}. */
    private static Change gone(String text) {
        int space = text.indexOf(' ');
        int slash = text.indexOf('/');
        ServiceName name = new ServiceName(text.substring(space + 1, slash), text.substring(slash + 1));
        return switch (text.substring(0, space)) {
            case "Service" -> new Change.ServiceGone(name);
            case "EndpointSlice" -> new Change.SliceGone(name);
            case String kind -> throw new IllegalArgumentException("kind " + kind + " cannot go");
        };
    }
}
