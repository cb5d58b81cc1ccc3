package dev.kubeproxy.control.health;

import java.time.Duration;

/**
 * What clients may take.
 *
 * @param clients those there are, of all ports that have these limits
 * @param idle how long one may ask nothing
 * @param request from the first byte of a request to its last one
 * @param answer from then on until all of the answer is sent
 */
record Limits(HttpClients clients, Duration idle, Duration request, Duration answer) {

    static final Limits USUAL = new Limits(
            new HttpClients(HttpClients.MOST), Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(30));
}
