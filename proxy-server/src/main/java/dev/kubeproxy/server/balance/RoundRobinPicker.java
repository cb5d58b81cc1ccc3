package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import java.net.InetAddress;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Strict round robin over a pool (rule E1). The turn is shared by all event loops and by the pickers of one service
 * port that follow each other.
 */
final class RoundRobinPicker implements Picker {

    private final Pick.Chosen[] choices;
    private final AtomicInteger turn;
    private final Ticker ticker;

    RoundRobinPicker(BackendPool pool, AtomicInteger turn, Ticker ticker) {
        this.choices = pool.backends().stream().map(Pick.Chosen::new).toArray(Pick.Chosen[]::new);
        this.turn = turn;
        this.ticker = ticker;
    }

    @Override
    public Pick pick(InetAddress client, Collection<Backend> failed) {
        if (choices.length == 0) {
            return Pick.NO_BACKEND;
        }
        int now = failed.isEmpty() ? turn.getAndIncrement() : turn.get(); // another attempt takes nobody's turn
        int first = Integer.remainderUnsigned(now, choices.length);
        for (int i = 0; i < choices.length; i++) {
            Pick.Chosen choice = choices[(first + i) % choices.length];
            if (!failed.contains(choice.backend())) {
                return choice;
            }
        }
        return choices[first];
    }

    @Override
    public boolean contains(Backend backend) {
        for (Pick.Chosen choice : choices) {
            if (choice.backend().equals(backend)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Picker over(BackendPool next) {
        RoundRobinPicker successor = new RoundRobinPicker(next, turn, ticker);
        return switch (next.affinity()) {
            case Affinity.None _ -> successor;
            case Affinity.ClientIp(var timeout) -> new AffinityPicker(successor, new AffinityTable(ticker), timeout);
        };
    }
}
