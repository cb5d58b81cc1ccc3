package dev.kubeproxy.control.conformance;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.kubeproxy.server.testing.Rule;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which tests say that they prove which rule, of both modules. */
final class ProvenRules {

    private final TreeMap<String, TreeSet<String>> testsById = new TreeMap<>();

    static ProvenRules ofTheClassPath() {
        ProvenRules proven = new ProvenRules();
        ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false); // annotations are all that counts here
            new ClassFileImporter()
                    .withImportOption(
                            location -> location.contains("/test-classes/") || location.contains("-tests.jar"))
                    .importPackages("dev.kubeproxy")
                    .forEach(proven::add);
        });
        return proven;
    }

    Set<String> ids() {
        return testsById.keySet();
    }

    /** {@code SyncRoundsTest.anEqualObjectCausesNoUpdate}, or a class whose tests prove the rule together. */
    Set<String> tests(String id) {
        return testsById.getOrDefault(id, new TreeSet<>());
    }

    private void add(JavaClass test) {
        add(test, test.getSimpleName());
        test.getMethods().forEach(method -> add(method, test.getSimpleName() + "." + method.getName()));
    }

    private void add(HasAnnotations<?> annotated, String name) {
        Stream<Rule> one = annotated.tryGetAnnotationOfType(Rule.class).stream();
        Stream<Rule> several = annotated.tryGetAnnotationOfType(Rule.Several.class).map(Rule.Several::value).stream()
                .flatMap(Stream::of);
        Stream.concat(one, several)
                .flatMap(rule -> Stream.of(rule.value()))
                .forEach(id ->
                        testsById.computeIfAbsent(id, _ -> new TreeSet<>()).add(name));
    }
}
