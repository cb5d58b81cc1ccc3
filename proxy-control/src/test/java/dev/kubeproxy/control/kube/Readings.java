package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.fail;

/** Looks into readings. */
final class Readings {

    private Readings() {}

    static <T> Reading.Read<T> read(Reading<T> reading) {
        return reading instanceof Reading.Read<T> read ? read : fail("not read, but " + reading);
    }
}
