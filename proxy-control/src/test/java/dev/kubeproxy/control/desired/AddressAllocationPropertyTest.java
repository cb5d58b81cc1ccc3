package dev.kubeproxy.control.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random Services come, change and go; what holds always is checked after each step. */
class AddressAllocationPropertyTest {

    private static final List<Cidr> RANGES = List.of(Cidr.parse("10.96.0.0/26"), Cidr.parse("fd00::/122"));

    private record Served(AddressRequest request, AddressGrant.Granted granted) {}

    private final Map<ServiceName, Served> served = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverGivesTwiceNorOutsideAndStaysTheSame(long seed) {
        Random random = new Random(seed);
        AddressAllocation allocation = new AddressAllocation(RANGES);
        for (int step = 0; step < 400; step++) {
            if (random.nextInt(100) == 0) {
                allocation = restarted(allocation);
            }
            change(allocation, random);
            checkHeldOnce();
        }
    }

    private void change(AddressAllocation allocation, Random random) {
        List<AddressRequest> batch = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            ServiceName name = new ServiceName("default", "web-" + random.nextInt(80));
            if (served.containsKey(name) && random.nextBoolean()) {
                served.remove(name);
                allocation.release(name);
                batch.removeIf(request -> request.name().equals(name));
            } else if (batch.stream().noneMatch(request -> request.name().equals(name))) {
                batch.add(request(name, random));
            }
        }
        var grants = allocation.assign(batch);
        for (AddressRequest request : batch) {
            if (grants.get(request.name()) instanceof AddressGrant.Granted granted) {
                checkFits(request, granted);
                served.put(request.name(), new Served(request, granted));
            }
        }
    }

    private static AddressRequest request(ServiceName name, Random random) {
        String policy = List.of("", "SingleStack", "PreferDualStack", "RequireDualStack")
                .get(random.nextInt(4));
        List<String> clusterIps = random.nextInt(4) == 0 ? List.of("10.96.0." + (1 + random.nextInt(62))) : List.of();
        int nodePort = random.nextInt(4) == 0 ? 30_000 + random.nextInt(40) : 0;
        Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
        return new AddressRequest(
                name, clusterIps, List.of(), policy, List.of(new AddressRequest.Port(80, protocol, nodePort)));
    }

    /** After a restart, all that was chosen is the same. */
    private AddressAllocation restarted(AddressAllocation before) {
        AddressAllocation after = new AddressAllocation(RANGES);
        after.remember(before.allotments());
        var grants = after.assign(served.values().stream().map(Served::request).toList());
        served.forEach((name, had) -> assertThat(grants.get(name)).isEqualTo(had.granted()));
        return after;
    }

    private void checkFits(AddressRequest request, AddressGrant.Granted granted) {
        assertThat(granted.clusterIps())
                .isNotEmpty()
                .allMatch(address -> RANGES.stream().anyMatch(range -> range.contains(address)))
                .noneMatch(address ->
                        RANGES.stream().anyMatch(range -> range.network().equals(address)))
                .doesNotContain(RANGES.getFirst().last());
        assertThat(granted.nodePorts())
                .hasSameSizeAs(request.nodePorts())
                .allMatch(port -> port >= 30_000 && port <= 32_767);
    }

    private void checkHeldOnce() {
        assertThat(served.values().stream().flatMap(had -> had.granted().clusterIps().stream()))
                .doesNotHaveDuplicates();
        assertThat(served.values().stream()
                        .map(had -> had.request().nodePorts().getFirst().protocol() + "/"
                                + had.granted().nodePorts()))
                .doesNotHaveDuplicates();
    }
}
