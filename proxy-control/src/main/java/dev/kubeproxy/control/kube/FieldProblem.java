package dev.kubeproxy.control.kube;

/**
 * What is wrong with one field of an object.
 *
 * @param text begins with the field's path, then says what is wrong and what to do
 */
public record FieldProblem(Kind kind, String text) {

    /** What a problem is about, where more can be done about it than to log it. */
    public enum Kind {
        OTHER,
        /** An address of the family that is not used here, which kube-proxy tells in an event (rule B6). */
        WRONG_FAMILY
    }

    /** A problem of no kind in particular. */
    public FieldProblem(String text) {
        this(Kind.OTHER, text);
    }

    @Override
    public String toString() {
        return text;
    }
}
