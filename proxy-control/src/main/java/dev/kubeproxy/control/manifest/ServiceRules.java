package dev.kubeproxy.control.manifest;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** What an API server refuses in a Service, and a reader, which comes after one, need not look at. */
final class ServiceRules {

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final String LABEL_RULE = "; write up to 63 small letters, digits and dashes, no dash at either end";

    private final Service service;
    private final List<String> problems = new ArrayList<>();

    private ServiceRules(Service service) {
        this.service = service;
    }

    /**
     * What is wrong with a Service, a sentence each that begins with the field's path.
     *
     * @param clusterIps those that the manifest names
     */
    static List<String> problems(Service service, List<String> clusterIps) {
        ServiceRules rules = new ServiceRules(service);
        rules.checkLabel("metadata.name", service.getMetadata().getName());
        rules.checkLabel(
                "metadata.namespace",
                Objects.requireNonNullElse(service.getMetadata().getNamespace(), ""));
        rules.checkClusterIp(clusterIps);
        rules.checkPorts();
        return rules.problems;
    }

    private void checkLabel(String path, String text) {
        if (!text.isEmpty() && !DNS_LABEL.matcher(text).matches()) {
            problems.add(path + ": \"" + text + "\" is not a DNS label" + LABEL_RULE);
        }
    }

    private void checkClusterIp(List<String> clusterIps) {
        String first = Objects.requireNonNullElse(service.getSpec().getClusterIP(), "");
        if (!first.isEmpty() && !clusterIps.isEmpty() && !clusterIps.getFirst().equals(first)) {
            problems.add("spec.clusterIPs: begins with %s, but spec.clusterIP is %s; write the same in both"
                    .formatted(clusterIps.getFirst(), first));
        }
    }

    private void checkPorts() {
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < service.getSpec().getPorts().size(); i++) {
            ServicePort port = service.getSpec().getPorts().get(i);
            String path = "spec.ports[" + i + "]";
            if (port == null) {
                problems.add(path + ": is empty; write a port, or remove it");
                continue;
            }
            checkLabel(path + ".name", Objects.requireNonNullElse(port.getName(), ""));
            Integer nodePort = port.getNodePort();
            if (nodePort != null && nodePort != 0) {
                checkNodePort(path, nodePort, nodePorts.add(nodePort + "/" + port.getProtocol()));
            }
        }
    }

    /** Whether it is in the range that Services get theirs from is for the allocation to say. */
    private void checkNodePort(String path, int nodePort, boolean first) {
        if (nodePort < 1 || nodePort > 65_535) {
            problems.add("%s.nodePort: %d is not in 30000-32767; choose one inside, or leave the field out"
                    .formatted(path, nodePort));
        } else if (!first) {
            problems.add("%s.nodePort: %d is another port's too; choose another, or leave the field out"
                    .formatted(path, nodePort));
        }
    }
}
