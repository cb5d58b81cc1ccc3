package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.stream.Stream;

/** Looks into readings, and makes those that are expected. */
final class Readings {

    private Readings() {}

    static <T> Reading.Read<T> read(Reading<T> reading) {
        return reading instanceof Reading.Read<T> read ? read : fail("not read, but " + reading);
    }

    static <T> Reading<T> read(T value, String... problems) {
        return new Reading.Read<>(
                value, Stream.of(problems).map(FieldProblem::new).toList());
    }

    static <T> Reading<T> refused(String... problems) {
        return Reading.refused(List.of(problems));
    }

    static List<String> problems(Reading.Read<?> read) {
        return read.problems().stream().map(FieldProblem::text).toList();
    }
}
