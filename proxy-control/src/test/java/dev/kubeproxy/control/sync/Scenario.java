package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.kube.EndpointSliceReader;
import dev.kubeproxy.control.kube.EndpointsReader;
import dev.kubeproxy.control.kube.FieldProblem;
import dev.kubeproxy.control.kube.NodeReader;
import dev.kubeproxy.control.kube.Reading;
import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.Endpoints;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a file of {@code scenarios/} says: Kubernetes objects that come and go, step by step, and after each step the
 * tables of who is served where by whom, and of who reaches what.
 *
 * @param topic one sentence
 * @param serviceProxyName {@code --service-proxy-name}
 * @param nodePortAddresses {@code --nodeport-addresses}, all where left out
 * @param pods the ranges of this node's pods, as local detection finds them; none where left out
 * @param machine the addresses of the node's interfaces
 * @param clients who dials, by name, each with an address for each family it has
 */
record Scenario(
        String topic,
        @Nullable String serviceProxyName,
        @Nullable List<String> nodePortAddresses,
        @Nullable List<String> pods,
        List<String> machine,
        @Nullable Map<String, List<String>> clients,
        List<Step> steps) {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    /**
     * One step.
     *
     * @param step what happens
     * @param set objects that come or change
     * @param gone objects that go, as {@code Service namespace/name}
     * @param told what is said of faults of these objects: a part of each line
     * @param machine what the node's interfaces have from now on
     * @param expect the table: {@code frontend | service port | backends}, then affinity
     *     where there is one, and {@code keeps} those whose connections go on where others are closed, and
     *     {@code by datagram}
     * @param reach rows of {@code clients | dialled | answer}, see {@link Reach}
     * @param health what load balancers are told: {@code address:port | Service | local endpoints}
     * @param claimed the addresses made local
     * @param updates how many updates the data plane gets where all of the step comes at once
     */
    record Step(
            String step,
            @Nullable List<Map<String, Object>> set,
            @Nullable List<String> gone,
            @Nullable List<String> told,
            @Nullable List<String> machine,
            @Nullable String expect,
            @Nullable String reach,
            @Nullable String health,
            @Nullable List<String> claimed,
            @Nullable Integer updates) {}

    /** What a source would offer for a step, and the faults it would tell of. */
    record Offer(List<Change> changes, List<String> problems) {}

    static Scenario load(Path file) throws IOException {
        return KubeYaml.object(Scenario.class, Files.readString(file));
    }

    List<Cidr> podRanges() {
        return pods == null ? List.of() : pods.stream().map(Cidr::parse).toList();
    }

    NodePortAddresses nodePorts() {
        return nodePortAddresses == null
                ? NodePortAddresses.ALL
                : nodePortAddresses.equals(List.of("primary"))
                        ? NodePortAddresses.PRIMARY
                        : NodePortAddresses.within(
                                nodePortAddresses.stream().map(Cidr::parse).toList());
    }

    Offer offer(Step step) {
        Offer offer = new Offer(new ArrayList<>(), new ArrayList<>());
        if (step.set() != null) {
            step.set().forEach(object -> read(object, offer));
        }
        if (step.gone() != null) {
            step.gone().forEach(object -> offer.changes().add(gone(object)));
        }
        return offer;
    }

    private void read(Map<String, Object> object, Offer offer) {
        switch (String.valueOf(object.get("kind"))) {
            case "Service" -> {
                Service service = SERIALIZATION.convertValue(object, Service.class);
                Reading<Change> reading =
                        new ServiceReader(serviceProxyName).read(service).map(Change.ServiceSet::new);
                add(reading, gone(service, "Service"), offer);
            }
            case "EndpointSlice" -> {
                EndpointSlice slice = SERIALIZATION.convertValue(object, EndpointSlice.class);
                Reading<Change> reading = new EndpointSliceReader().read(slice).map(Change.SliceSet::new);
                add(reading, gone(slice, "EndpointSlice"), offer);
            }
            case "Endpoints" -> {
                Endpoints endpoints = SERIALIZATION.convertValue(object, Endpoints.class);
                if (!(new EndpointsReader().read(endpoints)
                        instanceof Reading.Read<List<SliceSpec>>(var slices, var _))) {
                    throw new IllegalArgumentException("not for this proxy: " + object);
                }
                slices.forEach(slice -> offer.changes().add(new Change.SliceSet(slice)));
            }
            case "Node" -> {
                Node node = SERIALIZATION.convertValue(object, Node.class);
                Reading<Change> reading = new NodeReader().read(node).map(Change.NodeSet::new);
                add(reading, gone(node, "Node"), offer);
            }
            case String kind -> throw new IllegalArgumentException("kind " + kind);
        }
    }

    /** What a source makes of an object: one that is passed over is as if it were not there. */
    private static void add(Reading<Change> reading, Supplier<Change> gone, Offer offer) {
        switch (reading) {
            case Reading.Read<Change>(Change change, var problems) -> {
                offer.changes().add(change);
                problems.stream().map(FieldProblem::text).forEach(offer.problems()::add);
            }
            case Reading.PassedOver<Change> _ -> offer.changes().add(gone.get());
            case Reading.Refused<Change> refused -> throw new IllegalArgumentException(refused.toString());
        }
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
