package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;

/** What a {@link Picker} answers. */
public sealed interface Pick {

    /** Dial this one. */
    record Chosen(Backend backend) implements Pick {}

    /** There is none to dial. */
    record Refused(CloseReason reason) implements Pick {}

    Pick DENIED = new Refused(CloseReason.DENIED);

    Pick NO_BACKEND = new Refused(CloseReason.NO_BACKEND);
}
