package dev.kubeproxy.control.manifest;

/**
 * Something wrong in one text, before it is known which file and how far down it stands.
 *
 * @param line from 1 on, in the text; 0 where it is no line's fault
 * @param column from 1 on; 0 where unknown
 */
record Fault(int line, int column, String text) {

    /** The same, {@code lines} further down. */
    Fault below(int lines) {
        return line == 0 ? this : new Fault(line + lines, column, text);
    }

    Problem in(String file) {
        return new Problem(file, line, column, text);
    }

    /** Ends the reading of a text. */
    @SuppressWarnings("serial") // never serialised: it is caught one or two frames up
    static final class Found extends Exception {

        private final Fault fault;

        Found(Fault fault) {
            super(fault.text(), null, false, false);
            this.fault = fault;
        }

        Fault fault() {
            return fault;
        }
    }
}
