package dev.kubeproxy.control.events;

import dev.kubeproxy.server.model.ServiceName;

/**
 * Something that happened to an object of the cluster (rule P2).
 *
 * @param reason a word in CamelCase, for programs
 * @param action what was being done, likewise
 * @param note a sentence, for people
 */
public record Event(Subject about, Type type, String reason, String action, String note) {

    private static final String START = "StartKubeProxy";

    /** How bad it is, by Kubernetes' names. */
    public enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** The object that an event is about. */
    public sealed interface Subject {

        /** This node's own Node. */
        record OwnNode() implements Subject {}

        record OfService(ServiceName name) implements Subject {}

        /**
         * An EndpointSlice.
         *
         * @param name its own, not its Service's
         */
        record OfSlice(ServiceName name) implements Subject {}
    }

    public static Event warning(Subject about, String reason, String action, String note) {
        return new Event(about, Type.WARNING, reason, action, note);
    }

    /** The proxy starts on this node. */
    public static Event starting() {
        return new Event(new Subject.OwnNode(), Type.NORMAL, "Starting", START, "Starting kube-proxy.");
    }

    /** The port of {@code /healthz} is taken. */
    public static Event noHealthPort(String why) {
        return warning(new Subject.OwnNode(), "FailedToStartProxierHealthcheck", START, why);
    }

    /** The port of {@code /metrics} is taken. */
    public static Event noMetricsPort(String why) {
        return warning(new Subject.OwnNode(), "FailedToStartMetricServer", START, why);
    }
}
