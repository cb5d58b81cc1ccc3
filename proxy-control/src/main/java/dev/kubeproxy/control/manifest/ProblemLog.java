package dev.kubeproxy.control.manifest;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Logs each problem once, until it changes, and each file that has no more. Readers of {@link #problems}: any thread. */
final class ProblemLog {

    private static final Logger LOG = LogManager.getLogger();

    private volatile List<Problem> problems = List.of();

    List<Problem> problems() {
        return problems;
    }

    /** What is wrong now, all of it. */
    void onProblems(List<Problem> now) {
        Set<Problem> said = placeless(problems);
        for (Problem problem : now) {
            if (!said.contains(placeless(problem))) {
                LOG.warn("{}", problem);
            }
        }
        Set<String> sound = files(problems);
        sound.removeAll(files(now));
        problems = List.copyOf(now);
        sound.stream().sorted().forEach(file -> LOG.info("{}: no problem is left", file));
    }

    private static Set<String> files(List<Problem> problems) {
        return problems.stream().map(Problem::file).collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<Problem> placeless(List<Problem> problems) {
        return problems.stream().map(ProblemLog::placeless).collect(Collectors.toSet());
    }

    /** The same for a problem that only moved because of lines above it. */
    private static Problem placeless(Problem problem) {
        return new Problem(problem.file(), 0, 0, problem.text());
    }
}
