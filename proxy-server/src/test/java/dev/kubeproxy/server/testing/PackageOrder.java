package dev.kubeproxy.server.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;

/** The packages of a module, the lowest first: one may know those before it. */
public record PackageOrder(List<String> packages) {

    public static PackageOrder of(String... packages) {
        return new PackageOrder(List.of(packages));
    }

    /** Fails where a class knows one of a package above its own. */
    public void check(JavaClasses classes) {
        for (int i = 0; i < packages.size() - 1; i++) {
            String[] above = packages.subList(i + 1, packages.size()).stream()
                    .map(name -> ".." + name)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(".." + packages.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above)
                    .check(classes);
        }
    }
}
