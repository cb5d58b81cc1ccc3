package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;

/** Keeps a client on its backend while that is in the pool and the pin is fresh (rules E2-E5). */
final class AffinityPicker implements Picker {

    private final Picker others;
    private final AffinityTable pins;
    private final long timeoutNanos;

    AffinityPicker(Picker others, AffinityTable pins, Duration timeout) {
        this.others = others;
        this.pins = pins;
        this.timeoutNanos = timeout.toNanos();
    }

    @Override
    public Pick pick(InetAddress client, Collection<Backend> failed) {
        Pick.Chosen pinned = pins.find(client, timeoutNanos);
        if (pinned != null && usable(pinned, failed)) {
            return pinned;
        }
        return switch (others.pick(client, failed)) {
            case Pick.Chosen chosen -> pins.pin(client, chosen, other -> usable(other, failed));
            case Pick.Refused refused -> refused;
        };
    }

    private boolean usable(Pick.Chosen choice, Collection<Backend> failed) {
        return !failed.contains(choice.backend()) && others.contains(choice.backend());
    }

    @Override
    public boolean contains(Backend backend) {
        return others.contains(backend);
    }

    @Override
    public int pinnedClients() {
        return pins.size();
    }

    @Override
    public Picker over(BackendPool next) {
        return switch (next.affinity()) {
            case Affinity.None _ -> others.over(next);
            case Affinity.ClientIp(var timeout) -> {
                pins.expire(timeout.toNanos());
                yield new AffinityPicker(others.over(new BackendPool(next.backends(), Affinity.NONE)), pins, timeout);
            }
        };
    }
}
