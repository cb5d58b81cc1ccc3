package dev.kubeproxy.control.kube;

import java.time.Duration;

/** Watches what is asked of the API server, for metrics (rule M3). Called by the client's threads: implementations count. */
public interface RequestObserver {

    RequestObserver NONE = new RequestObserver() {};

    /**
     * The server answered; of a watch, it began to.
     *
     * @param host with its port, as the server's URL has it
     */
    default void onAnswer(String method, String host, int code) {}

    /** It took so long to answer, where that is known. */
    default void onDuration(String method, String host, Duration took) {}

    /** There was no answer. */
    default void onFailure(String method, String host) {}
}
