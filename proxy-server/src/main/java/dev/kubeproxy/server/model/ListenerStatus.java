package dev.kubeproxy.server.model;

/**
 * How the listener of one frontend is doing.
 *
 * @param owner the service port that has, or wants, the frontend
 */
public record ListenerStatus(Frontend frontend, ServicePortName owner, State state) {

    /** Observed, not desired. */
    public sealed interface State {

        /** The socket accepts. */
        record Bound() implements State {}

        /** Bind failed; it is tried again with back-off. */
        record Failed(String reason, int attempts) implements State {}

        /** Another Service, made earlier, has this frontend; it is handed over when that one lets go. */
        record Conflict(ServicePortName holder) implements State {}
    }
}
