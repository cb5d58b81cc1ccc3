package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.ServiceSpec;
import java.util.List;

/** The off switch of {@code spec.externalIPs} (rule I3): Services come through without them. */
record ExternalIps(ChangeSink next) implements ChangeSink {

    @Override
    public void offer(List<Change> changes) {
        next.offer(changes.stream()
                .map(change -> change instanceof Change.ServiceSet(ServiceSpec service)
                        ? new Change.ServiceSet(service.withoutExternalIps())
                        : change)
                .toList());
    }

    @Override
    public void offerSynced() {
        next.offerSynced();
    }
}
