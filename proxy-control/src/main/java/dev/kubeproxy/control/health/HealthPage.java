package dev.kubeproxy.control.health;

import java.util.function.Supplier;

/** A page that tells of health: whatever the method, as with kube-proxy. Some load balancers ask with OPTIONS. */
record HealthPage(Supplier<Page> health) implements Page.Source {

    @Override
    public boolean takes(String method) {
        return true;
    }

    @Override
    public Page page(Page.Request request) {
        return health.get();
    }
}
