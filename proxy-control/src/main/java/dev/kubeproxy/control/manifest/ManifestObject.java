package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.AddressRequest;
import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ServiceSpec;
import java.util.List;

/**
 * One object of a manifest, read as far as it can be without knowing the others.
 *
 * @param line where it begins
 * @param faults what is wrong with it, each text begins with the field's path
 */
record ManifestObject(ObjectKey key, int line, Content content, List<Fault> faults) {

    ManifestObject {
        faults = List.copyOf(faults);
    }

    /** What the object comes to. */
    sealed interface Content {

        /** It makes these changes, one or more {@code ...Set}, or none where it is passed over. */
        record Sets(List<Change> changes) implements Content {
            public Sets {
                changes = List.copyOf(changes);
            }
        }

        /**
         * A Service whose addresses have yet to be found.
         *
         * @param draft the Service but for clusterIPs, and for nodePorts where it has none
         * @param clusterIpLine how many lines below the object's first its clusterIP is
         * @param portsLine likewise
         */
        record Draft(AddressRequest request, ServiceSpec draft, int clusterIpLine, int portsLine) implements Content {}

        /** It cannot be used as it is written. */
        record Unusable() implements Content {}
    }

    /** The same, {@code lines} further down. */
    ManifestObject below(int lines) {
        return new ManifestObject(
                key,
                line + lines,
                content,
                faults.stream().map(fault -> fault.below(lines)).toList());
    }
}
