package dev.kubeproxy.control.kube;

/**
 * What a watch said.
 *
 * @param <T> the kind of object that is watched
 */
sealed interface WatchEvent<T> {

    /** The object is new or has changed. */
    record Seen<T>(T object) implements WatchEvent<T> {}

    /** The object is gone, or no longer selected. */
    record Deleted<T>(T object) implements WatchEvent<T> {}

    /** Nothing happened up to the object's version. */
    record Bookmark<T>(T object) implements WatchEvent<T> {}

    /**
     * The watch has ended; nothing follows.
     *
     * @param expired the server no longer knows the version that the watch began with (410)
     */
    record Ended<T>(boolean expired) implements WatchEvent<T> {}
}
