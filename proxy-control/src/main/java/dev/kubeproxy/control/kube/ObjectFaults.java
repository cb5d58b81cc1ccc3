package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.Event.Subject;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of an object is not served as its owner may expect (rules A6, B6, D9, G9). Pure. */
final class ObjectFaults {

    private ObjectFaults() {}

    static List<Event> of(Service service) {
        ServiceSpec spec = service.getSpec();
        if (spec == null || "ExternalName".equals(spec.getType()) || "None".equals(spec.getClusterIP())) {
            return List.of();
        }
        Subject subject = new Subject.OfService(new ServiceName(
                text(service.getMetadata().getNamespace()),
                text(service.getMetadata().getName())));
        Set<IpFamily> families = Stream.concat(
                        Stream.of(text(spec.getClusterIP())), each(spec.getClusterIPs()).stream())
                .flatMap(ip -> family(ip).stream())
                .collect(Collectors.toSet());
        Predicate<IpFamily> wrong = family -> !families.isEmpty() && !families.contains(family);
        List<Event> events = new ArrayList<>();
        sctp(subject, spec).ifPresent(events::add);
        wrongFamily(subject, "externalIPs", each(spec.getExternalIPs()), wrong).ifPresent(events::add);
        wrongFamily(subject, "loadBalancer.ingress", ingress(service), wrong).ifPresent(events::add);
        ServiceAnnotations.read(
                service.getMetadata(), (path, why) -> events.add(annotation(subject, path + ": " + why)));
        return events;
    }

    static List<Event> of(EndpointSlice slice) {
        IpFamily family = switch (text(slice.getAddressType())) {
            case "IPv4" -> IpFamily.IPV4;
            case "IPv6" -> IpFamily.IPV6;
            default -> null;
        };
        if (family == null) {
            return List.of();
        }
        Subject subject = new Subject.OfSlice(new ServiceName(
                text(slice.getMetadata().getNamespace()),
                text(slice.getMetadata().getName())));
        List<String> addresses = each(slice.getEndpoints()).stream()
                .flatMap(endpoint -> each(endpoint.getAddresses()).stream().limit(1))
                .toList();
        return wrongFamily(subject, "endpoints", addresses, found -> found != family).stream()
                .toList();
    }

    private static Optional<Event> sctp(Subject subject, ServiceSpec spec) {
        String ports = each(spec.getPorts()).stream()
                .filter(port -> "SCTP".equals(port.getProtocol()))
                .map(port -> port.getPort() + "/SCTP")
                .collect(Collectors.joining(", "));
        return ports.isEmpty()
                ? Optional.empty()
                : Optional.of(Event.warning(
                        subject,
                        "UnsupportedProtocol",
                        "SyncService",
                        "SCTP is not supported in userspace mode; not served: " + ports));
    }

    private static Event annotation(Subject subject, String note) {
        return Event.warning(subject, "UnknownAnnotationValue", "SyncService", note);
    }

    private static Optional<Event> wrongFamily(
            Subject subject, String field, List<String> addresses, Predicate<IpFamily> wrong) {
        String named = addresses.stream()
                .filter(address -> family(address).filter(wrong).isPresent())
                .limit(10)
                .collect(Collectors.joining(","));
        return named.isEmpty()
                ? Optional.empty()
                : Optional.of(Event.warning(
                        subject,
                        "KubeProxyIncorrectIPVersion",
                        "GatherEndpoints",
                        named + " in " + field + " has incorrect IP version"));
    }

    private static List<String> ingress(Service service) {
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return List.of();
        }
        return each(service.getStatus().getLoadBalancer().getIngress()).stream()
                .map(LoadBalancerIngress::getIp)
                .map(FieldReader::text)
                .filter(ip -> !ip.isEmpty())
                .toList();
    }

    /** Empty for what is no address: the reader tells. */
    private static Optional<IpFamily> family(String address) {
        try {
            return Optional.of(IpFamily.of(Addresses.parse(address)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
