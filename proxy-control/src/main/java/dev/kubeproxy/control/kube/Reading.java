package dev.kubeproxy.control.kube;

import java.util.List;
import java.util.function.Function;

/**
 * What a reader made of an API object.
 *
 * @param <T> the record it reads into
 */
public sealed interface Reading<T> {

    /**
     * The object, as far as it makes sense.
     *
     * @param problems what was left out and why, empty for a sound object
     */
    record Read<T>(T value, List<FieldProblem> problems) implements Reading<T> {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The object is not for this proxy (rules A1-A4, B6); as if it were not there.
     *
     * @param reason for a debug log line
     */
    record PassedOver<T>(String reason) implements Reading<T> {}

    /**
     * Nothing of the object can be used.
     *
     * @param problems what is wrong and what to do
     */
    record Refused<T>(List<FieldProblem> problems) implements Reading<T> {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** A refusal for reasons that were found outside of a reader. */
    static <T> Reading<T> refused(List<String> problems) {
        return new Refused<>(problems.stream().map(FieldProblem::new).toList());
    }

    /** The same reading, its value made into something else. */
    default <R> Reading<R> map(Function<? super T, ? extends R> mapping) {
        return switch (this) {
            case Read<T>(T value, List<FieldProblem> problems) -> new Read<>(mapping.apply(value), problems);
            case PassedOver<T>(String reason) -> new PassedOver<>(reason);
            case Refused<T>(List<FieldProblem> problems) -> new Refused<>(problems);
        };
    }
}
