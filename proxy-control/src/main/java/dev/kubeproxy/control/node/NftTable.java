package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Cidr;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Our nftables table as it is and as it shall be. Where it cannot be made that is told once, with what is lost, and tried
 * again at each {@link #check}. Confined to the sync thread; once that has ended, to the one that closes.
 */
final class NftTable {

    private static final Logger LOG = LogManager.getLogger();

    private enum State {
        /** Nothing has needed it yet. */
        UNNEEDED,
        MADE,
        FAILED,
        /** It is none of our business any more. */
        ENDED
    }

    private final Command nft;
    private final boolean guards;
    private final Set<FilterElement> elements = new HashSet<>();
    private List<Cidr> insiders = List.of();
    private State state = State.UNNEEDED;

    NftTable(Command nft, boolean guards) {
        this.nft = nft;
        this.guards = guards;
    }

    /** Puts elements in the place of others. */
    void change(Set<FilterElement> before, Set<FilterElement> now) {
        List<FilterElement> deleted = new ArrayList<>(before);
        deleted.removeAll(now);
        List<FilterElement> added = new ArrayList<>(now);
        added.removeAll(before);
        if (deleted.isEmpty() && added.isEmpty()) {
            return;
        }
        deleted.forEach(elements::remove);
        elements.addAll(added);
        boolean changed = state == State.MADE
                && run(FilterTable.delete(deleted) + FilterTable.add(added)).isEmpty();
        if (!changed && (state == State.UNNEEDED || state == State.MADE)) {
            replace(); // it was not there yet, or somebody else has changed it
        }
    }

    /** Makes it be as it shall be, whoever changed it. */
    void check(List<Cidr> nextInsiders) {
        boolean same = nextInsiders.equals(insiders);
        insiders = List.copyOf(nextInsiders);
        boolean asItShallBe = switch (state) {
            case UNNEEDED, ENDED -> true;
            case MADE ->
                run(same ? FilterTable.probe() : FilterTable.insiders(insiders)).isEmpty();
            case FAILED -> false;
        };
        if (!asItShallBe) {
            replace();
        }
    }

    /** Removes what may be there of a run that has ended. */
    void clear() {
        String reason = run(FilterTable.remove());
        if (!reason.isEmpty()) {
            LOG.debug("No table is removed: {}", reason);
        }
    }

    void end(boolean remove) {
        if (remove && state != State.UNNEEDED && state != State.ENDED) {
            clear();
        }
        state = State.ENDED;
    }

    private void replace() {
        String reason = run(FilterTable.replace(elements, insiders));
        if (reason.isEmpty()) {
            state = State.MADE;
        } else if (state != State.FAILED) {
            state = State.FAILED;
            LOG.warn(
                    "nft cannot be used ({}): where a policy or source range wants silence, clients are refused or reset{}",
                    reason,
                    guards ? ", and host processes on 0.0.0.0 are reached at service addresses" : "");
        }
    }

    /** @return why it failed, empty where it did not */
    private String run(String text) {
        try {
            Command.Result result = nft.run(List.of("-f", "-"), text);
            return result.exit() == 0
                    ? ""
                    : result.errors().strip().lines().findFirst().orElse("exit status " + result.exit());
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
