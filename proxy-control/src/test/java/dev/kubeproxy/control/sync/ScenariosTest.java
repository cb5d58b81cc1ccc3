package dev.kubeproxy.control.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each file of {@code scenarios/}, in order, one object at a time, reversed, and with a tenth of the work failing. */
@Rule({
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "C1", "C2",
    "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "D1", "D2", "D4", "D5", "D8", "E1", "E2", "E3", "E4", "E6", "E7",
    "H2", "H3", "H4", "H5", "H6", "H7", "H8", "I1", "I2", "I3", "I5", "J1", "J2", "J3", "K6", "K7", "K8", "L1", "L5",
    "L7"
})
class ScenariosTest {

    private static final Path FOLDER = Path.of("src/test/resources/scenarios");
    private static final int FAILING_RUNS = 5;

    @TestFactory
    Stream<DynamicNode> scenarios() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(FOLDER)) {
            files = listed.sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream().map(ScenariosTest::scenario);
    }

    private static DynamicNode scenario(Path file) {
        Stream<DynamicTest> orders = Stream.of(
                        ScenarioRun.Way.AT_ONCE, ScenarioRun.Way.ONE_BY_ONE, ScenarioRun.Way.REVERSED)
                .map(way -> run(file, way, 0));
        Stream<DynamicTest> failing =
                LongStream.rangeClosed(1, FAILING_RUNS).mapToObj(seed -> run(file, ScenarioRun.Way.FAILING, seed));
        return dynamicContainer(String.valueOf(file.getFileName()), Stream.concat(orders, failing));
    }

    private static DynamicTest run(Path file, ScenarioRun.Way way, long seed) {
        String name = file.getFileName() + " " + way + (seed == 0 ? "" : ", seed " + seed);
        return dynamicTest(name, () -> new ScenarioRun(Scenario.load(file), way, seed).play());
    }
}
