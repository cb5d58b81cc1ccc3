package dev.kubeproxy.control.desired;

/** What becomes of established TCP connections whose endpoint is gone (rule D9). */
public enum DrainPolicy {
    /** They go on until one of their sides ends them. */
    KEEP,
    /** They are reset. */
    CLOSE
}
