package dev.kubeproxy.control.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.model.jackson.Jackson2JdkTypesModule;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the JSON of the API without what is long in it and used by nobody here, such as who manages which field, which is
 * much of an object and slow to read; and knows the kinds that are watched, where fabric8 would load the classes of all.
 */
final class UsedFields {

    private static final List<Class<? extends KubernetesResource>> WATCHED = List.of(
            Service.class,
            Node.class,
            Status.class,
            EndpointSlice.class,
            io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice.class);

    @JsonIgnoreProperties({"managedFields", "ownerReferences"})
    private interface OfMetadata {}

    @JsonIgnoreProperties({"images", "conditions", "volumesAttached", "volumesInUse", "capacity", "allocatable"})
    private interface OfNodeStatus {}

    @JsonIgnoreProperties("targetRef")
    private interface OfEndpoint {}

    /** What clients read and write JSON with, and kubeconfigs are read with. Any thread. */
    static final KubernetesSerialization SERIALIZATION = serialization();

    private UsedFields() {}

    private static KubernetesSerialization serialization() {
        JsonMapper mapper = JsonMapper.builderWithJackson2Defaults() // as fabric8's own
                .addModule(new Jackson2JdkTypesModule())
                .addMixIn(ObjectMeta.class, OfMetadata.class)
                .addMixIn(NodeStatus.class, OfNodeStatus.class)
                .addMixIn(Endpoint.class, OfEndpoint.class)
                .build();
        KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
        WATCHED.forEach(serialization::registerKubernetesResource);
        return serialization;
    }
}
