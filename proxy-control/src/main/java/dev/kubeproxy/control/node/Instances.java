package dev.kubeproxy.control.node;

import java.io.IOException;
import java.util.Set;

/**
 * The runs of this program on this node, which may be two for a while, when a newer one takes over. Each has a number;
 * its routes bear it as their metric, so that no run takes away what another one needs.
 */
public interface Instances {

    /** This run's number, above zero. */
    int own();

    /** The numbers of those that are running. */
    Set<Integer> living() throws IOException;
}
