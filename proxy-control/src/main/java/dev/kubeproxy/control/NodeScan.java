package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.node.NodeAddresses;
import dev.kubeproxy.control.node.PodRanges;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads this machine's addresses for the sync thread, and on the way tells whose traffic counts as coming from this node:
 * its own, and that of its pods as far as they can be told from the outside (rule D5).
 */
final class NodeScan implements Supplier<List<InetAddress>> {

    private final String nodeName;
    private final Supplier<List<Cidr>> pods;
    private final Consumer<List<Cidr>> onPods;
    private final Consumer<List<Cidr>> onInsiders;
    private volatile List<Cidr> podCidrs = List.of();

    /**
     * Reads nothing yet.
     *
     * @param onPods told the pods' ranges
     * @param onInsiders told these and the machine's own addresses
     */
    NodeScan(String nodeName, LocalDetection detection, Consumer<List<Cidr>> onPods, Consumer<List<Cidr>> onInsiders) {
        this.nodeName = nodeName;
        this.pods = pods(detection);
        this.onPods = onPods;
        this.onInsiders = onInsiders;
    }

    @Override
    public List<InetAddress> get() {
        List<InetAddress> own = NodeAddresses.current();
        List<Cidr> ofPods = pods.get();
        List<Cidr> insiders = new ArrayList<>(ofPods);
        own.forEach(
                address -> insiders.add(new Cidr(address, IpFamily.of(address).bits())));
        onPods.accept(ofPods);
        onInsiders.accept(insiders);
        return own;
    }

    /** Hears of this node's Node on its way. */
    ChangeSink listeningIn(ChangeSink next) {
        return new ChangeSink() {
            @Override
            public void offer(List<Change> changes) {
                changes.forEach(NodeScan.this::note);
                next.offer(changes);
            }

            @Override
            public void offerSynced() {
                next.offerSynced();
            }
        };
    }

    private void note(Change change) {
        if (change instanceof Change.NodeSet(NodeSpec spec) && spec.name().equals(nodeName)) {
            podCidrs = spec.podCidrs();
        }
    }

    private Supplier<List<Cidr>> pods(LocalDetection detection) {
        return switch (detection) {
            case LocalDetection.None _ -> List::of;
            case LocalDetection.ClusterCidr(var ranges) -> () -> ranges;
            case LocalDetection.NodeCidr _ -> () -> podCidrs;
            case LocalDetection.BridgeInterface(var name) -> PodRanges.ofThisMachine(name::equals)::current;
            case LocalDetection.InterfaceNamePrefix(var prefix) ->
                PodRanges.ofThisMachine(name -> name.startsWith(prefix))::current;
        };
    }
}
