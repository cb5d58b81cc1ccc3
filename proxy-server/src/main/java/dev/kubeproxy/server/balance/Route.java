package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;

/** Where a listener sends its clients: the live pool of one service port, and who counts it. */
public record Route(ServicePortName name, PoolRef pool, ServicePortObserver observer) {}
