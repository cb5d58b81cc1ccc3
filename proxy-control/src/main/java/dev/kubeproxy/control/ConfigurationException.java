package dev.kubeproxy.control;

import java.io.Serial;
import java.util.List;

/** What the operator gave cannot be used; nothing was started. All that is wrong is told at once. */
final class ConfigurationException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigurationException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    ConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** A sentence each: where, what, and what would do. */
    List<String> problems() {
        return problems;
    }
}
