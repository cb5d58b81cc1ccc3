package dev.kubeproxy.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.kubeproxy.server.testing.PackageOrder;

/** Who may know whom; ARCHITECTURE.md draws it. */
@AnalyzeClasses(packages = "dev.kubeproxy.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** A package may know those before it. */
    private static final PackageOrder ORDER = PackageOrder.of(
            "server.model..",
            "server.observe..",
            "server.limit..",
            "server.bpf..",
            "server.balance..",
            "server.transport..",
            "server.tcp..",
            "server.udp..",
            "server.listen..",
            "server.metrics..",
            "kubeproxy.server");

    @ArchTest
    static void packagesKnowOnlyThoseBelowThem(JavaClasses classes) {
        ORDER.check(classes);
    }

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.kubeproxy.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule decisionsKnowOnlyTheJdk = classes()
            .that()
            .resideInAnyPackage("..server.model..", "..server.observe..", "..server.balance..", "..server.limit..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.kubeproxy.server..");

    @ArchTest
    static final ArchRule onlyMetricsKnowsPrometheus = noClasses()
            .that()
            .resideOutsideOfPackage("..server.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..");

    @ArchTest
    static final ArchRule onlyTransportChoosesTheKindOfSocket = noClasses()
            .that()
            .resideOutsideOfPackage("..server.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty.channel.epoll..", "io.netty.channel.uring..", "io.netty.channel.socket.nio..");

    @ArchTest
    static final ArchRule onlyBpfCallsTheKernel = noClasses()
            .that()
            .resideOutsideOfPackage("..server.bpf..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule modelsNeverChange = fields().that()
            .areDeclaredInClassesThat()
            .resideInAPackage("..server.model..")
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Common|Base|Abstract[A-Z]).*");
}
