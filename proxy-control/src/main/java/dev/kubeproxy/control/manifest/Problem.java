package dev.kubeproxy.control.manifest;

import java.util.Comparator;

/**
 * Something in the manifests that cannot be served as it is written.
 *
 * @param file the file's path
 * @param line where it is, from 1 on; 0 where it is no line's fault
 * @param column from 1 on; 0 where unknown
 * @param text what is wrong and what to do
 */
public record Problem(String file, int line, int column, String text) {

    static final Comparator<Problem> BY_PLACE =
            Comparator.comparing(Problem::file).thenComparingInt(Problem::line).thenComparingInt(Problem::column);

    /** {@code web.yaml:12:5: what is wrong}, which editors jump to. */
    @Override
    public String toString() {
        String place = line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
        return place + ": " + text;
    }
}
