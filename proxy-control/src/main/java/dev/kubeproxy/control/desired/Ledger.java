package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what, and who had what chosen for him earlier. What is remembered is not reserved: it may be given to
 * another when it is needed, and is forgotten then.
 *
 * @param <V> what is held: an address, or a nodePort
 */
final class Ledger<V> {

    /** So many of those that are gone are remembered, so that a directory with ever new names does not fill memory. */
    private static final int GONE_REMEMBERED = 65_536;

    /**
     * One thing that a Service can have.
     *
     * @param what its family, or {@code port/protocol}
     */
    record Slot(ServiceName service, String what) {}

    private final Map<V, Slot> holders = new HashMap<>();
    private final Map<ServiceName, Map<Slot, V>> holdings = new HashMap<>();
    private final Map<Slot, V> chosen = new LinkedHashMap<>();
    private final Map<V, Slot> chosenFor = new HashMap<>();
    private long revision;

    @Nullable
    Slot holder(V value) {
        return holders.get(value);
    }

    boolean heldByOther(V value, ServiceName service) {
        Slot holder = holders.get(value);
        return holder != null && !holder.service().equals(service);
    }

    boolean chosenForOther(V value, ServiceName service) {
        Slot owner = chosenFor.get(value);
        return owner != null && !owner.service().equals(service);
    }

    @Nullable
    V held(Slot slot) {
        return holdings.getOrDefault(slot.service(), Map.of()).get(slot);
    }

    /** All that the Service holds. */
    Map<Slot, V> held(ServiceName service) {
        return holdings.getOrDefault(service, Map.of());
    }

    @Nullable
    V chosen(Slot slot) {
        return chosen.get(slot);
    }

    /** Grows with every change of what is remembered. */
    long revision() {
        return revision;
    }

    Map<Slot, V> chosen() {
        return chosen;
    }

    /** The Service now holds exactly these. */
    void hold(ServiceName service, Map<Slot, V> values) {
        release(service);
        if (!values.isEmpty()) {
            holdings.put(service, Map.copyOf(values));
        }
        values.forEach((slot, value) -> holders.put(value, slot));
    }

    /** What the Service holds is no longer remembered for others. */
    void settle(ServiceName service) {
        for (V value : held(service).values()) {
            if (chosenForOther(value, service)) {
                forget(chosenFor.get(value));
            }
        }
    }

    void release(ServiceName service) {
        Map<Slot, V> values = holdings.remove(service);
        if (values != null) {
            values.values().forEach(holders::remove);
            trim();
        }
    }

    /** From now on the value is what the slot had, until another needs it. */
    void remember(Slot slot, V value) {
        if (value.equals(chosen.get(slot)) && slot.equals(chosenFor.get(value))) {
            return;
        }
        forget(slot);
        forget(chosenFor.get(value));
        chosen.put(slot, value);
        chosenFor.put(value, slot);
        revision++;
    }

    private void forget(@Nullable Slot slot) {
        V value = slot == null ? null : chosen.remove(slot);
        if (value != null) {
            chosenFor.remove(value);
            revision++;
        }
    }

    private void trim() {
        if (chosen.size() <= 2 * (GONE_REMEMBERED + holders.size())) {
            return;
        }
        var slots = chosen.keySet().stream()
                .filter(slot -> !holdings.containsKey(slot.service()))
                .limit(GONE_REMEMBERED)
                .toList();
        slots.forEach(this::forget);
    }
}
