package dev.kubeproxy.control.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.conformance.RuleList.Entry;
import dev.kubeproxy.control.conformance.RuleList.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every rule of Service behaviour has a test that names it, and {@code docs/conformance.md} says which. */
class ConformanceTest {

    private static final boolean WRITE = Boolean.getBoolean("conformance.write");
    private static final Path DOCUMENT = Path.of("../docs/conformance.md");

    private static RuleList rules;
    private static ProvenRules proven;

    @BeforeAll
    static void read() throws IOException {
        rules = RuleList.read(Path.of("src/test/resources/conformance/rules.tsv"));
        proven = ProvenRules.ofTheClassPath();
    }

    @Test
    void everyRuleThatHoldsHasATest() {
        assertThat(rules.rules()
                        .filter(rule -> rule.standing() == Standing.TESTED)
                        .map(Entry::id)
                        .filter(id -> proven.tests(id).isEmpty()))
                .as("rules that no test names")
                .isEmpty();
    }

    @Test
    void everyRuleThatATestNamesIsInTheList() {
        assertThat(rules.rules().map(Entry::id)).doesNotHaveDuplicates().containsAll(proven.ids());
    }

    @Test
    void theDocumentSaysWhatTheTestsSay() throws IOException {
        String text = new ConformanceTable(rules, proven).text();
        if (WRITE) {
            Files.writeString(DOCUMENT, text);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("out of date; run: make conformance")
                .isEqualTo(text);
    }
}
