package dev.kubeproxy.control;

/** Removes from this node what earlier runs left (rule N10); the program hands in who knows how. */
@FunctionalInterface
interface Cleanup {

    /**
     * Removes it all, as far as it can.
     *
     * @throws Exception when something could not be removed; the message says what
     */
    void run(ProxyConfiguration configuration) throws Exception;
}
