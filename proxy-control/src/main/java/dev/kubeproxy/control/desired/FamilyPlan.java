package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which families a Service gets a ClusterIP of, the primary first, by the rules of {@code spec.ipFamilyPolicy}.
 *
 * @param named the addresses that the manifest asks for
 * @param problems where there are any, the rest means nothing
 */
public record FamilyPlan(List<IpFamily> families, Map<IpFamily, InetAddress> named, List<String> problems) {

    private static final String SINGLE = "SingleStack";
    private static final String PREFER = "PreferDualStack";
    private static final String REQUIRE = "RequireDualStack";

    public static FamilyPlan of(AddressRequest request, Collection<Cidr> ranges) {
        return new Draft(request, List.copyOf(ranges)).plan();
    }

    /** A plan in the making. */
    private static final class Draft {

        private final AddressRequest request;
        private final List<Cidr> ranges;
        private final List<String> problems = new ArrayList<>();
        private final Map<IpFamily, InetAddress> named = new EnumMap<>(IpFamily.class);
        private final List<IpFamily> wanted = new ArrayList<>();

        Draft(AddressRequest request, List<Cidr> ranges) {
            this.request = request;
            this.ranges = ranges;
        }

        FamilyPlan plan() {
            request.ipFamilies().forEach(this::wantFamily);
            request.clusterIps().forEach(this::nameAddress);
            checkOrder();
            String policy = policy();
            List<IpFamily> families = new ArrayList<>();
            if (problems.isEmpty()) {
                families.addAll(wanted.isEmpty() ? List.of(ranges.getFirst().family()) : wanted);
                complete(families, policy);
                families.stream().filter(family -> !served(family)).forEach(this::reportNoRange);
            }
            return new FamilyPlan(List.copyOf(families), named, List.copyOf(problems));
        }

        private void wantFamily(String text) {
            for (IpFamily family : IpFamily.values()) {
                if (family.toString().equals(text)) {
                    if (wanted.contains(family)) {
                        problems.add("spec.ipFamilies: has " + family + " twice; name each family once");
                    } else {
                        wanted.add(family);
                    }
                    return;
                }
            }
            problems.add("spec.ipFamilies: \"" + text + "\" is unknown; there are IPv4 and IPv6");
        }

        private void nameAddress(String text) {
            try {
                InetAddress address = Addresses.parse(text);
                if (named.putIfAbsent(IpFamily.of(address), address) != null) {
                    problems.add("spec.clusterIPs: has two " + IpFamily.of(address)
                            + " addresses; give one of each family at most");
                }
            } catch (IllegalArgumentException e) {
                problems.add(
                        "spec.clusterIP: " + e.getMessage() + "; give one, or leave the field out to have it chosen");
            }
        }

        /** The first address is of the primary family. */
        private void checkOrder() {
            if (!problems.isEmpty() || request.clusterIps().isEmpty()) {
                return;
            }
            List<IpFamily> addressed = request.clusterIps().stream()
                    .map(text -> IpFamily.of(Addresses.parse(text)))
                    .toList();
            if (wanted.isEmpty()) {
                wanted.addAll(addressed);
            } else if (wanted.getFirst() != addressed.getFirst() || !wanted.containsAll(addressed)) {
                problems.add("spec.clusterIPs: %s do not go with spec.ipFamilies %s; list them in the same order"
                        .formatted(request.clusterIps(), wanted));
            }
        }

        private String policy() {
            String policy = request.ipFamilyPolicy();
            if (policy.isEmpty()) {
                return wanted.size() > 1 ? REQUIRE : SINGLE;
            }
            if (!List.of(SINGLE, PREFER, REQUIRE).contains(policy)) {
                problems.add(
                        "spec.ipFamilyPolicy: \"%s\" is unknown; there are SingleStack, PreferDualStack and RequireDualStack"
                                .formatted(policy));
            } else if (policy.equals(SINGLE) && wanted.size() > 1) {
                problems.add("spec.ipFamilyPolicy: is SingleStack, but two families are given; leave one out or use"
                        + " PreferDualStack");
            }
            return policy;
        }

        private void complete(List<IpFamily> families, String policy) {
            if (policy.equals(SINGLE) || families.size() > 1) {
                return;
            }
            IpFamily second = families.getFirst().other();
            if (served(second)) {
                families.add(second);
            } else if (policy.equals(REQUIRE)) {
                problems.add("spec.ipFamilyPolicy: is RequireDualStack, but --service-cluster-ip-range (%s) has no %s"
                                .formatted(text(), second)
                        + " range; add one there or use PreferDualStack");
            }
        }

        private boolean served(IpFamily family) {
            return ranges.stream().anyMatch(range -> range.family() == family);
        }

        private void reportNoRange(IpFamily family) {
            problems.add("spec.ipFamilies: the Service asks for %s, but --service-cluster-ip-range (%s) has no %s range"
                    .formatted(family, text(), family));
        }

        private String text() {
            return String.join(",", ranges.stream().map(Cidr::toString).toList());
        }
    }
}
