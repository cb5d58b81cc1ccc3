package dev.kubeproxy.control.events;

/** Where any part of the program tells events. Thread-safe; neither blocks nor fails, whatever becomes of the event. */
@FunctionalInterface
public interface Events {

    Events NONE = _ -> {};

    void tell(Event event);
}
