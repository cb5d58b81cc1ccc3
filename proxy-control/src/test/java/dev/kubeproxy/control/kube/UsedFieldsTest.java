package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import org.junit.jupiter.api.Test;

class UsedFieldsTest {

    @Test
    void whoManagesWhichFieldIsNotRead() {
        Service service = watched(Service.class, """
            {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "web", "uid": "7", "labels": {"app": "web"},
             "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:ports": {}}}}],
             "ownerReferences": [{"kind": "Site", "name": "web"}], "resourceVersion": "12"},
             "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 80}]}}
            """);
        assertThat(service.getMetadata().getManagedFields()).isEmpty();
        assertThat(service.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(service.getMetadata().getUid()).isEqualTo("7");
        assertThat(service.getMetadata().getLabels()).containsEntry("app", "web");
        assertThat(service.getMetadata().getResourceVersion()).isEqualTo("12");
        assertThat(service.getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getPort()).isEqualTo(80));
    }

    @Test
    void anEndpointsPodIsNotRead() {
        EndpointSlice slice = watched(EndpointSlice.class, """
            {"kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1", "addressType": "IPv4", "endpoints": [
             {"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "web-1"}, "nodeName": "node-1"}]}
            """);
        assertThat(slice.getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getTargetRef()).isNull();
            assertThat(endpoint.getAddresses()).containsExactly("10.0.0.1");
            assertThat(endpoint.getNodeName()).isEqualTo("node-1");
        });
    }

    @Test
    void aNodesImagesAndConditionsAreNotRead() {
        Node node = watched(Node.class, """
            {"kind": "Node", "apiVersion": "v1", "spec": {"podCIDRs": ["10.1.0.0/24"]}, "status": {
             "images": [{"names": ["pause"]}], "conditions": [{"type": "Ready", "status": "True"}],
             "capacity": {"cpu": "4"}, "allocatable": {"cpu": "3"}, "volumesInUse": ["v"],
             "volumesAttached": [{"name": "v", "devicePath": "/dev/v"}],
             "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]}}
            """);
        assertThat(node.getStatus().getImages()).isEmpty();
        assertThat(node.getStatus().getConditions()).isEmpty();
        assertThat(node.getStatus().getCapacity()).isEmpty();
        assertThat(node.getStatus().getAllocatable()).isEmpty();
        assertThat(node.getStatus().getVolumesInUse()).isEmpty();
        assertThat(node.getStatus().getVolumesAttached()).isEmpty();
        assertThat(node.getStatus().getAddresses())
                .singleElement()
                .satisfies(address -> assertThat(address.getAddress()).isEqualTo("10.0.0.1"));
        assertThat(node.getSpec().getPodCIDRs()).containsExactly("10.1.0.0/24");
    }

    @Test
    void theEndOfAWatchIsRead() {
        Status status = watched(Status.class, """
            {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410, "reason": "Expired"}
            """);
        assertThat(status.getCode()).isEqualTo(410);
    }

    @Test
    void olderEndpointSlicesAreRead() {
        var slice = watched(io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice.class, """
            {"kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1beta1", "addressType": "IPv4",
             "endpoints": [{"addresses": ["10.0.0.1"], "topology": {"kubernetes.io/hostname": "node-1"}}]}
            """);
        assertThat(slice.getEndpoints())
                .singleElement()
                .satisfies(endpoint ->
                        assertThat(endpoint.getTopology()).containsEntry("kubernetes.io/hostname", "node-1"));
    }

    /** What a watch makes of an object, whose kind it does not know beforehand. */
    private <T extends KubernetesResource> T watched(Class<T> kind, String object) {
        WatchEvent event = UsedFields.SERIALIZATION.unmarshal(
                "{\"type\": \"MODIFIED\", \"object\": " + object + "}", WatchEvent.class);
        return kind.cast(event.getObject());
    }
}
