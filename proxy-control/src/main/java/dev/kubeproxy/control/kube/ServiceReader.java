package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.family;
import static dev.kubeproxy.control.kube.FieldReader.quoted;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.TrafficPolicy;
import io.fabric8.kubernetes.api.model.ClientIPConfig;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.SessionAffinityConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Services (rules A1-A7, C4, D9, E2, G9, I5, J1). Pure; any thread. */
public final class ServiceReader {

    /** Says which proxy serves the Service (rule A3). */
    public static final String PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name";

    /** Takes Services and slices away from service proxies, with any value (rule A4). */
    public static final String HEADLESS_LABEL = "service.kubernetes.io/headless";

    private static final Set<String> TYPES = Set.of("ClusterIP", "NodePort", "LoadBalancer");
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;
    private static final int MOST_AFFINITY_SECONDS = 86_400;

    private final @Nullable String proxyName;

    /** A reader of the Services that name no proxy. */
    public ServiceReader() {
        this(null);
    }

    /**
     * A reader of one proxy's Services.
     *
     * @param proxyName the value of {@link #PROXY_NAME_LABEL} to serve; null for the Services that name no proxy
     */
    public ServiceReader(@Nullable String proxyName) {
        this.proxyName = proxyName;
    }

    public Reading<ServiceSpec> read(Service service) {
        FieldReader fields = new FieldReader();
        ServiceName name = fields.name(service.getMetadata());
        if (name == null) {
            return fields.refused();
        }
        if (service.getSpec() == null) {
            fields.problem("spec", "is missing; a Service needs one with clusterIP and ports");
            return fields.refused();
        }
        Optional<String> passedOver = passedOver(service);
        return passedOver.isPresent() ? new Reading.PassedOver<>(passedOver.get()) : read(name, service, fields);
    }

    private Optional<String> passedOver(Service service) {
        Map<String, String> labels = FieldReader.labels(service.getMetadata());
        String wanted = labels.get(PROXY_NAME_LABEL);
        if (!Objects.equals(wanted, proxyName)) {
            return Optional.of(wanted == null ? "it names no service proxy" : "it is for the service proxy " + wanted);
        }
        if (labels.containsKey(HEADLESS_LABEL)) {
            return Optional.of("it has the label " + HEADLESS_LABEL);
        }
        if ("ExternalName".equals(service.getSpec().getType())) {
            return Optional.of("it is of type ExternalName");
        }
        List<String> ips = clusterIps(service);
        return ips.isEmpty() || ips.contains("None") ? Optional.of("it has no cluster IP") : Optional.empty();
    }

    /** All families' cluster IPs; servers before dual stack, and people, write only the one (rule J1). */
    private static List<String> clusterIps(Service service) {
        List<String> ips = each(service.getSpec().getClusterIPs());
        String ip = text(service.getSpec().getClusterIP());
        return !ips.isEmpty() || ip.isEmpty() ? ips : List.of(ip);
    }

    private static Reading<ServiceSpec> read(ServiceName name, Service service, FieldReader fields) {
        boolean single = each(service.getSpec().getClusterIPs()).isEmpty();
        List<InetAddress> clusterIps = onePerFamily(single, clusterIps(service), fields);
        String type = type(service, fields);
        List<ServiceSpec.Port> ports =
                new ServicePortReader(fields, type).read(each(service.getSpec().getPorts()));
        if (clusterIps.isEmpty() || ports.isEmpty()) {
            return fields.refused();
        }
        ServiceSpec.Policies policies = policies(service, fields);
        return fields.read(new ServiceSpec(
                name,
                fields.created(service.getMetadata()),
                clusterIps,
                new FamilyAddresses(clusterIps, fields).externalIps(service),
                new LoadBalancerReader(service, clusterIps, fields).read(type, policies.external()),
                ports,
                affinity(service, fields),
                policies,
                ServiceAnnotations.read(service.getMetadata(), fields::problem)));
    }

    private static List<InetAddress> onePerFamily(boolean single, List<String> texts, FieldReader fields) {
        Map<String, InetAddress> byFamily = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            String path = single ? "spec.clusterIP" : "spec.clusterIPs[" + i + "]";
            InetAddress address = fields.address(path, texts.get(i));
            if (address != null && byFamily.putIfAbsent(family(address), address) != null) {
                fields.problem(
                        path, texts.get(i) + " is a second " + family(address) + " address; only the first is served");
            }
        }
        return List.copyOf(byFamily.values());
    }

    private static String type(Service service, FieldReader fields) {
        String type = service.getSpec().getType();
        if (type == null || TYPES.contains(type)) {
            return type == null ? "ClusterIP" : type;
        }
        fields.problem(
                "spec.type",
                quoted(type) + " is not one of ClusterIP, NodePort, LoadBalancer, ExternalName; read as ClusterIP");
        return "ClusterIP";
    }

    private static ServiceSpec.Policies policies(Service service, FieldReader fields) {
        return new ServiceSpec.Policies(
                policy("spec.internalTrafficPolicy", service.getSpec().getInternalTrafficPolicy(), fields),
                policy("spec.externalTrafficPolicy", service.getSpec().getExternalTrafficPolicy(), fields));
    }

    private static TrafficPolicy policy(String path, @Nullable String text, FieldReader fields) {
        return switch (text) {
            case null -> TrafficPolicy.CLUSTER;
            case "", "Cluster" -> TrafficPolicy.CLUSTER;
            case "Local" -> TrafficPolicy.LOCAL;
            default -> {
                fields.problem(path, quoted(text) + " is neither Cluster nor Local; read as Cluster");
                yield TrafficPolicy.CLUSTER;
            }
        };
    }

    private static Affinity affinity(Service service, FieldReader fields) {
        return switch (service.getSpec().getSessionAffinity()) {
            case null -> Affinity.NONE;
            case "", "None" -> Affinity.NONE;
            case "ClientIP" ->
                new Affinity.ClientIp(
                        Duration.ofSeconds(affinitySeconds(service.getSpec().getSessionAffinityConfig(), fields)));
            case String other -> {
                fields.problem("spec.sessionAffinity", quoted(other) + " is neither None nor ClientIP; read as None");
                yield Affinity.NONE;
            }
        };
    }

    private static int affinitySeconds(@Nullable SessionAffinityConfig config, FieldReader fields) {
        ClientIPConfig clientIp = config == null ? null : config.getClientIP();
        Integer seconds = clientIp == null ? null : clientIp.getTimeoutSeconds();
        if (seconds == null || seconds == 0) {
            return DEFAULT_AFFINITY_SECONDS;
        }
        if (seconds < 0 || seconds > MOST_AFFINITY_SECONDS) {
            fields.problem(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    seconds + " is not in 1-" + MOST_AFFINITY_SECONDS + "; " + DEFAULT_AFFINITY_SECONDS + " is used");
            return DEFAULT_AFFINITY_SECONDS;
        }
        return seconds;
    }
}
