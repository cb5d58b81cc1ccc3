package dev.kubeproxy.control.health;

import java.time.Duration;

/**
 * What clients of one port may take.
 *
 * @param clients how many there may be at once
 * @param idle how long one may ask nothing
 * @param request from the first byte of a request to its last one
 * @param answer from then on until all of the answer is sent
 */
record Limits(int clients, Duration idle, Duration request, Duration answer) {

    static final Limits USUAL =
            new Limits(4096, Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(30));
}
