package dev.kubeproxy.control.node;

import java.util.Set;
import java.util.TreeSet;

/** Runs of the program, as a test has them live and end. */
final class FakeInstances implements Instances {

    private final int own;
    private final Set<Integer> living = new TreeSet<>();

    FakeInstances(int own) {
        this.own = own;
        living.add(own);
    }

    void lives(int number) {
        living.add(number);
    }

    void ends(int number) {
        living.remove(number);
    }

    @Override
    public int own() {
        return own;
    }

    @Override
    public Set<Integer> living() {
        return Set.copyOf(living);
    }
}
