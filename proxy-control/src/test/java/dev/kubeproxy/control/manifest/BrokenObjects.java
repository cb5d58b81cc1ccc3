package dev.kubeproxy.control.manifest;

import static dev.kubeproxy.control.manifest.BrokenYaml.SERVICE;
import static dev.kubeproxy.control.manifest.BrokenYaml.SLICE;
import static dev.kubeproxy.control.manifest.BrokenYaml.healthy;
import static dev.kubeproxy.control.manifest.BrokenYaml.row;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Objects that ask for what cannot be, and what is said of each; {@code FILE} stands for the file's path. */
final class BrokenObjects {

    private BrokenObjects() {}

    static Stream<Arguments> rows() {
        return Stream.of(services(), addresses(), slices(), duplicates()).flatMap(rows -> rows);
    }

    private static Stream<Arguments> services() {
        return Stream.of(
                row(
                        "no spec",
                        SERVICE.substring(0, SERVICE.indexOf("spec:")),
                        "FILE:1:1: Service default/web: spec: is missing; a Service needs one with clusterIP and"
                                + " ports"),
                row(
                        "no ports",
                        SERVICE.replace("ports:\n  - port: 80", "ports: []"),
                        "FILE:6:10: Service default/web: spec.ports: is empty; a Service with a cluster IP needs a"
                                + " port"),
                row(
                        "port 0",
                        SERVICE.replace("port: 80", "port: 0"),
                        "FILE:7:11: Service default/web: spec.ports[0].port: 0 is not in 1-65535; this port is left"
                                + " out"),
                row(
                        "port 65536",
                        SERVICE.replace("port: 80", "port: 65536"),
                        "FILE:7:11: Service default/web: spec.ports[0].port: 65536 is not in 1-65535; this port is"
                                + " left out"),
                row(
                        "a port without number",
                        SERVICE.replace("port: 80", "name: http"),
                        "FILE:7:5: Service default/web: spec.ports[0].port: is missing; write the port's number"),
                row(
                        "two ports without names",
                        SERVICE + "  - port: 81\n",
                        "FILE:7:5: Service default/web: spec.ports[0].name: is missing, and the Service has several"
                                + " ports; this one is left out\n"
                                + "FILE:8:5: Service default/web: spec.ports[1].name: is missing, and the Service has"
                                + " several ports; this one is left out"),
                row(
                        "an unknown protocol",
                        SERVICE + "    protocol: ICMP\n",
                        "FILE:8:15: Service default/web: spec.ports[0].protocol: \"ICMP\" is an unknown protocol,"
                                + " there are TCP and UDP; this port is left out"),
                row(
                        "SCTP",
                        SERVICE + "    protocol: SCTP\n",
                        "FILE:8:15: Service default/web: spec.ports[0].protocol: SCTP is not supported in userspace"
                                + " mode; this port is not served"),
                row(
                        "a name with a dot",
                        SERVICE.replace("name: web", "name: web.shop"),
                        "FILE:4:9: Service default/web.shop: metadata.name: \"web.shop\" is not a DNS label; write up"
                                + " to 63 small letters, digits and dashes, no dash at either end"),
                row(
                        "a name in capitals",
                        SERVICE.replace("name: web", "name: Web"),
                        "FILE:4:9: Service default/Web: metadata.name: \"Web\" is not a DNS label; write up to 63"
                                + " small letters, digits and dashes, no dash at either end"),
                row(
                        "a port name in capitals",
                        SERVICE + "    name: HTTP\n",
                        "FILE:8:11: Service default/web: spec.ports[0].name: \"HTTP\" is not a DNS label; write up to"
                                + " 63 small letters, digits and dashes, no dash at either end"),
                row(
                        "an unknown type",
                        SERVICE + "  type: Loadbalancer\n",
                        "FILE:8:9: Service default/web: spec.type: \"Loadbalancer\" is not one of ClusterIP, NodePort,"
                                + " LoadBalancer, ExternalName; read as ClusterIP"),
                row(
                        "an unknown affinity",
                        SERVICE + "  sessionAffinity: Cookie\n",
                        "FILE:8:20: Service default/web: spec.sessionAffinity: \"Cookie\" is neither None nor"
                                + " ClientIP; read as None"));
    }

    private static Stream<Arguments> addresses() {
        return Stream.of(
                row(
                        "a clusterIP of words",
                        SERVICE + "  clusterIP: auto\n",
                        "FILE:8:14: Service default/web: spec.clusterIP: \"auto\" is not an IP address; give one, or"
                                + " leave the field out to have it chosen"),
                row(
                        "a clusterIP out of bounds",
                        SERVICE + "  clusterIP: 10.96.0.256\n",
                        "FILE:8:14: Service default/web: spec.clusterIP: \"10.96.0.256\" is not an IP address; give"
                                + " one, or leave the field out to have it chosen"),
                row(
                        "a clusterIP outside the range",
                        SERVICE + "  clusterIP: 192.168.1.1\n",
                        "FILE:8: Service default/web: spec.clusterIP: 192.168.1.1 is outside"
                                + " --service-cluster-ip-range 10.96.0.0/12; choose one inside, or leave the field out to"
                                + " have it chosen"),
                row(
                        "the first address",
                        SERVICE + "  clusterIP: 10.96.0.0\n",
                        "FILE:8: Service default/web: spec.clusterIP: 10.96.0.0 is the first address of"
                                + " --service-cluster-ip-range 10.96.0.0/12, which is never given; choose one inside, or"
                                + " leave the field out to have it chosen"),
                row(
                        "an IPv6 clusterIP without range",
                        SERVICE + "  clusterIP: fd00::1\n",
                        "FILE:6:3: Service default/web: spec.ipFamilies: the Service asks for IPv6, but"
                                + " --service-cluster-ip-range (10.96.0.0/12) has no IPv6 range"),
                row(
                        "a clusterIP of a neighbour",
                        SERVICE + "  clusterIP: 10.96.0.7\n",
                        "FILE:8: Service default/web: spec.clusterIP: 10.96.0.7 belongs to Service default/neighbour"
                                + " already; choose another, or leave the field out"),
                row(
                        "clusterIP and clusterIPs",
                        SERVICE + "  clusterIP: 10.96.0.8\n  clusterIPs: [10.96.0.9]\n",
                        "FILE:9:15: Service default/web: spec.clusterIPs: begins with 10.96.0.9, but spec.clusterIP is"
                                + " 10.96.0.8; write the same in both"),
                row(
                        "dual stack without range",
                        SERVICE + "  ipFamilyPolicy: RequireDualStack\n",
                        "FILE:8:19: Service default/web: spec.ipFamilyPolicy: is RequireDualStack, but"
                                + " --service-cluster-ip-range (10.96.0.0/12) has no IPv6 range; add one there or use"
                                + " PreferDualStack"),
                row(
                        "an unknown family",
                        SERVICE + "  ipFamilies: [IPX]\n",
                        "FILE:8:15: Service default/web: spec.ipFamilies: \"IPX\" is unknown; there are IPv4 and IPv6"),
                row(
                        "a nodePort too low",
                        SERVICE + "    nodePort: 80\n  type: NodePort\n",
                        "FILE:7: Service default/web: spec.ports: nodePort 80 of port 80 is not in 30000-32767; choose"
                                + " one inside, or leave the field out"),
                row(
                        "a nodePort beyond ports",
                        SERVICE + "    nodePort: 70000\n  type: NodePort\n",
                        "FILE:8:15: Service default/web: spec.ports[0].nodePort: 70000 is not in 30000-32767; choose"
                                + " one inside, or leave the field out"),
                row(
                        "a nodePort of a neighbour",
                        SERVICE + "    nodePort: 30007\n  type: NodePort\n",
                        "FILE:7: Service default/web: spec.ports: nodePort 30007/TCP of port 80 belongs to Service"
                                + " default/neighbour already; choose another, or leave the field out"),
                row(
                        "a nodePort without type",
                        SERVICE + "    nodePort: 30008\n",
                        "FILE:8:15: Service default/web: spec.ports[0].nodePort: 30008 is not used: spec.type is"
                                + " ClusterIP; make it NodePort, or drop this field"),
                row(
                        "an externalIP of words",
                        SERVICE + "  externalIPs: [router]\n",
                        "FILE:8:17: Service default/web: spec.externalIPs[0]: \"router\" is not an IP address; it is"
                                + " left out"));
    }

    private static Stream<Arguments> slices() {
        return Stream.of(
                row(
                        "a slice without Service",
                        SLICE.replace("kubernetes.io/service-name", "app"),
                        "FILE:6:5: EndpointSlice default/web-1: metadata.labels: has no kubernetes.io/service-name; it"
                                + " names the Service the slice is for"),
                row(
                        "a slice without addressType",
                        SLICE.replace("addressType: IPv4\n", ""),
                        "FILE:1:1: EndpointSlice default/web-1: addressType: is missing; write IPv4 or IPv6"),
                row(
                        "an address of words",
                        SLICE.replace("10.244.0.1", "pod-1"),
                        "FILE:12:15: EndpointSlice default/web-1: endpoints[0].addresses[0]: \"pod-1\" is not an IP"
                                + " address; it is left out"),
                row(
                        "an address of the other family",
                        SLICE.replace("10.244.0.1", "'fd00::1'"),
                        "FILE:12:15: EndpointSlice default/web-1: endpoints[0].addresses[0]: fd00::1 is no IPv4"
                                + " address, as addressType says; it is left out"),
                row(
                        "a slice port beyond ports",
                        SLICE.replace("8080", "80800"),
                        "FILE:9:9: EndpointSlice default/web-1: ports[0].port: 80800 is not in 1-65535; this port is"
                                + " left out"));
    }

    private static Stream<Arguments> duplicates() {
        return Stream.of(
                row(
                        "a Service twice in a file",
                        SERVICE + "---\n" + SERVICE,
                        "FILE:9: Service default/web: is defined in FILE:1 already; this one is ignored, remove one"),
                row(
                        "a Service of another file",
                        healthy("neighbour"),
                        "FILE:1: Service default/neighbour: is defined in DIR/a.yaml:1 already; this one is ignored,"
                                + " remove one"));
    }
}
