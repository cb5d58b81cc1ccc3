package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.balance.Ticker;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URL;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The trouble with the API server, as one story for the log: each reason once, and the end once, whichever of the watches
 * meet it (rule O4). Thread-safe.
 */
final class ApiOutage {

    private static final Logger LOG = LogManager.getLogger();
    private static final int TOO_MANY_REQUESTS = 429;

    private final URL server;
    private final Ticker ticker;
    private final RequestObserver observer;
    private final Set<String> failing = new HashSet<>();
    private final Set<String> said = new HashSet<>();
    private long since;

    /** @param observer is told of attempts without an answer */
    ApiOutage(URL server, Ticker ticker, RequestObserver observer) {
        this.server = server;
        this.ticker = ticker;
        this.observer = observer;
    }

    /**
     * An attempt failed.
     *
     * @param what the objects it was about
     */
    synchronized void failed(String what, Throwable cause) {
        if (failing.isEmpty()) {
            since = ticker.nanos();
        }
        failing.add(what);
        if (!(cause instanceof KubernetesClientException answer) || answer.getCode() <= 0) {
            observer.onFailure("GET", server.getAuthority());
        }
        String reason = reason(cause);
        if (said.add(reason)) {
            LOG.warn(
                    "Cannot read {} from the Kubernetes API at {}: {}. What was read before stays; trying again.",
                    what,
                    server,
                    reason);
        } else {
            LOG.debug("Still cannot read {} from {}: {}", what, server, reason);
        }
    }

    /** An attempt worked; tells the end of the outage when it was the last one missing. */
    synchronized void worked(String what) {
        if (failing.remove(what) && failing.isEmpty()) {
            said.clear();
            Duration away = Duration.ofNanos(ticker.nanos() - since);
            LOG.info("The Kubernetes API at {} answers again, after {} s.", server, away.toSeconds());
        }
    }

    /** True where the server takes no more requests for now. */
    static boolean isBusy(Throwable cause) {
        return cause instanceof KubernetesClientException answer && answer.getCode() == TOO_MANY_REQUESTS;
    }

    /** What is wrong and what to do, without the layers that passed it on. */
    static String reason(Throwable cause) {
        if (cause instanceof KubernetesClientException answer && answer.getCode() > 0) {
            return switch (answer.getCode()) {
                case 401 -> "it does not know this user (401); check token or certificate in the kubeconfig";
                case 403 ->
                    "this user may not (403); bind it to the ClusterRole system:node-proxier: " + message(answer);
                default -> "it answers " + answer.getCode() + ": " + message(answer);
            };
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return message(root);
    }

    private static String message(Throwable cause) {
        if (cause instanceof KubernetesClientException answer && answer.getStatus() != null) {
            String message = answer.getStatus().getMessage();
            return message == null ? "no reason given" : message;
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
