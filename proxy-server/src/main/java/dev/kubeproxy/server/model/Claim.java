package dev.kubeproxy.server.model;

import java.time.Instant;
import java.util.Comparator;

/** A service port's wish for a frontend. Of several, the one of the Service that was made first has it (rule H3). */
public record Claim(Instant created, ServicePortName owner) implements Comparable<Claim> {

    private static final Comparator<Claim> OLDEST_FIRST = Comparator.comparing(Claim::created)
            .thenComparing(claim -> claim.owner().service())
            .thenComparing(claim -> claim.owner().port())
            .thenComparing(claim -> claim.owner().protocol());

    @Override
    public int compareTo(Claim other) {
        return OLDEST_FIRST.compare(this, other);
    }
}
