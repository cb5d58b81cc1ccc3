package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.control.desired.Specs.endpoint;
import static dev.kubeproxy.control.desired.Specs.forZone;
import static dev.kubeproxy.control.desired.Specs.name;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.testing.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any sequence of changes. */
class ClusterStatePropertyTest {

    private static final int CHANGES = 400;

    /** The data plane's view, after each rebuild. */
    private static final class Told {
        final ClusterState state = new ClusterState(THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP);
        final Map<ServiceName, DesiredService> services = new HashMap<>();

        Told() {
            state.applyMachineAddresses(addresses("127.0.0.1", "192.168.1.5", "::1"));
        }

        void sync() {
            for (DesiredService changed : state.rebuild().changed()) {
                DesiredService before = services.getOrDefault(changed.name(), DesiredService.gone(changed.name()));
                assertThat(changed).as("only differences are told").isNotEqualTo(before);
                assertThat(state.told(changed)).isEqualTo(before);
                if (changed.isGone()) {
                    services.remove(changed.name());
                } else {
                    services.put(changed.name(), changed);
                }
            }
            assertThat(state.rebuild().changed()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @Rule("A9")
    void changesOneByOneLeadWhereTheNewestOfEachObjectLeads(long seed) {
        Random random = new Random(seed);
        Told incremental = new Told();
        Map<Object, Change> newest = new LinkedHashMap<>();
        for (int i = 0; i < CHANGES; i++) {
            Change change = anyChange(random);
            newest.put(key(change), change);
            incremental.state.apply(change);
            if (random.nextInt(3) == 0) {
                incremental.sync();
            }
        }
        incremental.sync();

        List<Change> anyOrder = new ArrayList<>(newest.values());
        Collections.shuffle(anyOrder, random);
        Told fromScratch = new Told();
        anyOrder.forEach(fromScratch.state::apply);
        fromScratch.sync();
        assertThat(incremental.services).isEqualTo(fromScratch.services).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingStaysOnceAllIsGone(long seed) {
        Random random = new Random(seed);
        Told told = new Told();
        for (int i = 0; i < CHANGES; i++) {
            told.state.apply(anyChange(random));
        }
        told.sync();
        for (int i = 0; i < 6; i++) {
            told.state.apply(new Change.ServiceGone(name("service" + i)));
        }
        told.sync();
        assertThat(told.services).isEmpty();
    }

    private static Object key(Change change) {
        return switch (change) {
            case Change.ServiceSet(var service) -> "service " + service.name();
            case Change.ServiceGone(var name) -> "service " + name;
            case Change.SliceSet(var slice) -> "slice " + slice.name();
            case Change.SliceGone(var name) -> "slice " + name;
            case Change.NodeSet(var node) -> "node " + node.name();
            case Change.NodeGone(var name) -> "node " + name;
            case Change.NodesKnown _ -> "all nodes";
            case Change.ApiServerAt _ -> "API server";
        };
    }

    private static Change anyChange(Random random) {
        int service = random.nextInt(6);
        String slice = "slice" + random.nextInt(10);
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Change.ServiceSet(anyService(random, service));
            case 2 -> new Change.ServiceGone(name("service" + service));
            case 3 -> new Change.SliceGone(name(slice));
            case 4 -> new Change.NodeSet(new NodeSpec(THIS_NODE, "zone" + random.nextInt(2), List.of()));
            default -> new Change.SliceSet(anySlice(random, slice, service));
        };
    }

    private static ServiceSpec anyService(Random random, int number) {
        String ips = "10.96.0." + (10 + number) + (random.nextBoolean() ? ",fd00::" + (10 + number) : "");
        List<ServiceSpec.Port> ports = new ArrayList<>();
        ports.add(new ServiceSpec.Port("a", Protocol.TCP, 80 + random.nextInt(2), random.nextInt(2) * 30_080));
        if (random.nextBoolean()) {
            ports.add(new ServiceSpec.Port("b", Protocol.UDP, 53, random.nextInt(2) * 30_053));
        }
        return with(
                service("service" + number, ips, ports.toArray(ServiceSpec.Port[]::new)),
                anyPolicy(random),
                anyPolicy(random));
    }

    private static TrafficPolicy anyPolicy(Random random) {
        return random.nextInt(3) == 0 ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
    }

    private static SliceSpec anySlice(Random random, String name, int service) {
        var ports = List.of(
                new SliceSpec.Port("a", Protocol.TCP, 8080 + random.nextInt(2)),
                new SliceSpec.Port("b", Protocol.UDP, 5353));
        SliceSpec.Endpoint[] endpoints = new SliceSpec.Endpoint[random.nextInt(5)];
        for (int i = 0; i < endpoints.length; i++) {
            String address = (random.nextInt(4) == 0 ? "fd00::1:" : "10.0.0.") + (1 + random.nextInt(8));
            SliceSpec.Endpoint endpoint = endpoint(
                    address,
                    random.nextInt(3) > 0,
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean() ? THIS_NODE : null);
            endpoints[i] = random.nextInt(4) == 0 ? endpoint : forZone(endpoint, "zone" + random.nextInt(2));
        }
        return slice(name, "service" + service, ports, endpoints);
    }
}
