package dev.kubeproxy.control.desired;

/** Who else an address of a Service belongs to, so that it is not made local to this node. */
public enum AddressOwner {
    NODE("another Node's"),
    DELETED_NODE("that of a Node that was deleted, whose machine may run on"),
    API_SERVER("the one by which this node reaches the API server"),
    POD("a pod's"),
    /** For a moment after the start. */
    NOT_YET_KNOWN("another Node's perhaps, not all of which are known yet");

    private final String text;

    AddressOwner(String text) {
        this.text = text;
    }

    /** In words: it is ... . */
    @Override
    public String toString() {
        return text;
    }
}
