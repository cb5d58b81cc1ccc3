package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.isPort;
import static dev.kubeproxy.control.kube.FieldReader.quoted;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.TrafficPolicy;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what one Service of type LoadBalancer says of its load balancer (rules I1, I2, K6). */
final class LoadBalancerReader {

    private static final String RANGES = "spec.loadBalancerSourceRanges";
    private static final String HEALTH_CHECK = "spec.healthCheckNodePort";

    private final Service service;
    private final FamilyAddresses addresses;
    private final FieldReader fields;

    LoadBalancerReader(Service service, List<InetAddress> clusterIps, FieldReader fields) {
        this.service = service;
        this.addresses = new FamilyAddresses(clusterIps, fields);
        this.fields = fields;
    }

    ServiceSpec.LoadBalancer read(String type, TrafficPolicy external) {
        boolean checked = type.equals("LoadBalancer") && external == TrafficPolicy.LOCAL;
        int healthCheckNodePort = healthCheckNodePort(checked);
        if (!type.equals("LoadBalancer")) {
            return ServiceSpec.LoadBalancer.NONE;
        }
        List<String> written = each(service.getSpec().getLoadBalancerSourceRanges());
        List<Cidr> ranges = sourceRanges(written);
        List<InetAddress> ips = ips();
        if (ranges.size() < written.size()) {
            ips = ips.stream().filter(ip -> isGuarded(ip, ranges)).toList();
        }
        return new ServiceSpec.LoadBalancer(true, ips, ranges, healthCheckNodePort);
    }

    /** A proxy in front, or a mere host name, is no address whose traffic comes to this node (rule I1). */
    private List<InetAddress> ips() {
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return List.of();
        }
        Set<InetAddress> captured = new LinkedHashSet<>();
        List<LoadBalancerIngress> ingresses =
                each(service.getStatus().getLoadBalancer().getIngress());
        for (int i = 0; i < ingresses.size(); i++) {
            String path = "status.loadBalancer.ingress[" + i + "]";
            LoadBalancerIngress ingress = ingresses.get(i);
            if (!text(ingress.getIp()).isEmpty() && isCaptured(path, text(ingress.getIpMode()))) {
                addresses.address(path + ".ip", ingress.getIp()).ifPresent(captured::add);
            }
        }
        return List.copyOf(captured);
    }

    private boolean isCaptured(String path, String mode) {
        if (!mode.isEmpty() && !mode.equals("VIP") && !mode.equals("Proxy")) {
            fields.problem(path + ".ipMode", quoted(mode) + " is neither VIP nor Proxy; the address is not served");
        }
        return mode.isEmpty() || mode.equals("VIP");
    }

    private List<Cidr> sourceRanges(List<String> written) {
        List<Cidr> ranges = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            try {
                ranges.add(Cidr.parse(written.get(i).strip()));
            } catch (IllegalArgumentException e) {
                fields.problem(RANGES + "[" + i + "]", e.getMessage() + "; it is left out");
            }
        }
        return ranges;
    }

    /** A range that nobody can read must not open to all an address that it was to guard. */
    private boolean isGuarded(InetAddress ip, List<Cidr> ranges) {
        boolean guarded = ranges.stream().anyMatch(range -> range.family() == IpFamily.of(ip));
        if (!guarded) {
            fields.problem(
                    RANGES,
                    "no %s range is left, so the load balancer's address %s is not served"
                            .formatted(IpFamily.of(ip), Addresses.text(ip)));
        }
        return guarded;
    }

    private int healthCheckNodePort(boolean checked) {
        Integer port = service.getSpec().getHealthCheckNodePort();
        if (port == null || port == 0) {
            return 0;
        }
        if (!checked) {
            fields.problem(
                    HEALTH_CHECK,
                    port + " is not used: it is for type LoadBalancer with externalTrafficPolicy Local only");
            return 0;
        }
        if (!isPort(port)) {
            fields.problem(HEALTH_CHECK, port + " is not in 1-65535; no health check is served");
            return 0;
        }
        return port;
    }
}
