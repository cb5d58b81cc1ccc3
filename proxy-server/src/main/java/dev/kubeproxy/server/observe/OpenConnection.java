package dev.kubeproxy.server.observe;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ServicePortName;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A TCP connection that has its backend, at one moment.
 *
 * @param frontend what the client dialled
 * @param age since the backend answered
 */
public record OpenConnection(
        ServicePortName port, InetSocketAddress client, InetSocketAddress frontend, Backend backend, Duration age) {}
