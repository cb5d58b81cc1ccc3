package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.isPort;
import static dev.kubeproxy.control.kube.FieldReader.quoted;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.Protocol;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code spec.ports} of one Service: a port that makes no sense is left out, the others go on (rules A5, A6). */
final class ServicePortReader {

    private final FieldReader fields;
    private final String type;
    private final Set<String> names = new HashSet<>();
    private final Set<String> numbers = new HashSet<>();
    private final Set<String> nodePorts = new HashSet<>();

    ServicePortReader(FieldReader fields, String type) {
        this.fields = fields;
        this.type = type;
    }

    List<ServiceSpec.Port> read(List<ServicePort> ports) {
        if (ports.isEmpty()) {
            fields.problem("spec.ports", "is empty; a Service with a cluster IP needs a port");
        }
        List<ServiceSpec.Port> read = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            String path = "spec.ports[" + i + "]";
            ServicePort port = ports.get(i);
            Protocol protocol = fields.protocol(path + ".protocol", port.getProtocol());
            if (protocol != null && isNumber(path, port) && isNamed(path, port, ports.size())) {
                read(path, port, protocol, read);
            }
        }
        return read;
    }

    private void read(String path, ServicePort port, Protocol protocol, List<ServiceSpec.Port> into) {
        String name = text(port.getName());
        if (!names.add(name)) {
            fields.problem(path + ".name", quoted(name) + " is another port's name too; this port is left out");
        } else if (!numbers.add(port.getPort() + "/" + protocol)) {
            fields.problem(
                    path + ".port", port.getPort() + "/" + protocol + " is another port too; this one is left out");
        } else {
            into.add(
                    new ServiceSpec.Port(name, protocol, port.getPort(), nodePort(path + ".nodePort", port, protocol)));
        }
    }

    private boolean isNumber(String path, ServicePort port) {
        if (isPort(port.getPort())) {
            return true;
        }
        fields.problem(
                path + ".port",
                port.getPort() == null
                        ? "is missing; write the port's number"
                        : port.getPort() + " is not in 1-65535; this port is left out");
        return false;
    }

    private boolean isNamed(String path, ServicePort port, int ports) {
        if (ports == 1 || !text(port.getName()).isEmpty()) {
            return true;
        }
        fields.problem(path + ".name", "is missing, and the Service has several ports; this one is left out");
        return false;
    }

    /** 0 where the port has none, as with {@code allocateLoadBalancerNodePorts: false} (rule I5). */
    private int nodePort(String path, ServicePort port, Protocol protocol) {
        Integer number = port.getNodePort();
        if (number == null || number == 0) {
            return 0;
        }
        if (type.equals("ClusterIP")) {
            fields.problem(path, number + " is not used: spec.type is ClusterIP; make it NodePort, or drop this field");
            return 0;
        }
        if (!isPort(number)) {
            fields.problem(path, number + " is not in 1-65535; the port is served without a node port");
            return 0;
        }
        if (!nodePorts.add(number + "/" + protocol)) {
            fields.problem(path, number + "/" + protocol + " is another port's too; this one has no node port");
            return 0;
        }
        return number;
    }
}
