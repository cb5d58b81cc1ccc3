package dev.kubeproxy.control;

import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.Events;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PassingObserver;
import dev.kubeproxy.server.observe.ProxyObserver;

/**
 * Tells events of addresses that cannot be bound, on the Service that wants them (rule H3), and passes everything on to
 * the next observer.
 */
record ListenerEvents(ProxyObserver next, Events events) implements PassingObserver {

    private static final String ACTION = "Listen";

    @Override
    public void onListener(ListenerStatus status) {
        next.onListener(status);
        Event.Subject service = new Event.Subject.OfService(status.owner().service());
        switch (status.state()) {
            case State.Failed(String reason, int attempts)
            when attempts == 1 ->
                events.tell(Event.warning(
                        service,
                        "FailedToListen",
                        ACTION,
                        "can't listen on %s: %s; trying again".formatted(status.frontend(), reason)));
            case State.Conflict(ServicePortName holder) ->
                events.tell(Event.warning(
                        service,
                        "PortConflict",
                        ACTION,
                        "Port conflict detected on %s: %s has it and was made first"
                                .formatted(status.frontend(), holder)));
            case State.Failed _, State.Bound _ -> {}
        }
    }
}
