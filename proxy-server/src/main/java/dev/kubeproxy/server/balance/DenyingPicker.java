package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import java.net.InetAddress;
import java.util.Collection;

/** Refuses clients that may not come in (rule I2), whatever backends there are. */
record DenyingPicker() implements Picker {

    static final DenyingPicker INSTANCE = new DenyingPicker();

    @Override
    public Pick pick(InetAddress client, Collection<Backend> failed) {
        return Pick.DENIED;
    }

    @Override
    public boolean contains(Backend backend) {
        return false;
    }

    @Override
    public Picker over(BackendPool next) {
        return this;
    }
}
