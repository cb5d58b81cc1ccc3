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
        Pick.Chosen choice = next();
        if (!failed.isEmpty()) {
            for (int tried = 1; failed.contains(choice.backend()) && tried < choices.length; tried++) {
                choice = next();
            }
            if (failed.contains(choice.backend())) {
                return firstNotIn(failed, choice); // other event loops took the turns in between
            }
        }
        return choice;
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

    private Pick.Chosen firstNotIn(Collection<Backend> failed, Pick.Chosen otherwise) {
        for (Pick.Chosen choice : choices) {
            if (!failed.contains(choice.backend())) {
                return choice;
            }
        }
        return otherwise;
    }

    private Pick.Chosen next() {
        return choices[Integer.remainderUnsigned(turn.getAndIncrement(), choices.length)];
    }
}
