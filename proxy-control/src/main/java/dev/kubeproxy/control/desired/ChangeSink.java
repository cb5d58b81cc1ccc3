package dev.kubeproxy.control.desired;

import java.util.List;

/** Where sources put what they see. Thread-safe; returns at once. */
public interface ChangeSink {

    /** The changes take effect together. */
    void offer(List<Change> changes);

    /** Both first lists, of Services and of slices, have been offered; nothing is served before (rule O2). */
    void offerSynced();
}
