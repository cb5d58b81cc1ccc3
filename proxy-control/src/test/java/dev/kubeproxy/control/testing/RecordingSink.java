package dev.kubeproxy.control.testing;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.server.testing.Await;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a source offers. */
public final class RecordingSink implements ChangeSink {

    private final List<List<Change>> offers = new ArrayList<>();
    private int offersBeforeSynced = -1;
    private int timesSynced;

    @Override
    public synchronized void offer(List<Change> changes) {
        offers.add(List.copyOf(changes));
    }

    @Override
    public synchronized void offerSynced() {
        timesSynced++;
        offersBeforeSynced = offers.size();
    }

    /** All changes so far, in their order. */
    public synchronized List<Change> changes() {
        return offers.stream().flatMap(List::stream).toList();
    }

    /** All changes so far of one type. */
    public <T extends Change> List<T> changes(Class<T> type) {
        return changes().stream().filter(type::isInstance).map(type::cast).toList();
    }

    public synchronized List<List<Change>> offers() {
        return List.copyOf(offers);
    }

    /** What was offered before the first lists were said to be complete. */
    public synchronized List<Change> changesBeforeSynced() {
        return offers.subList(0, Math.max(0, offersBeforeSynced)).stream()
                .flatMap(List::stream)
                .toList();
    }

    public synchronized int timesSynced() {
        return timesSynced;
    }

    public synchronized void forget() {
        offers.clear();
    }

    public void awaitSynced() {
        Await.until("the first lists are offered", () -> timesSynced() > 0);
    }

    public void await(Change change) {
        Await.until(
                change + " is offered, but only " + changes(), () -> changes().contains(change));
    }
}
