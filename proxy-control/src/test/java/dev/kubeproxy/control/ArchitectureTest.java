package dev.kubeproxy.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.kubeproxy.server.testing.PackageOrder;

/** Who may know whom; ARCHITECTURE.md draws it. */
@AnalyzeClasses(packages = "dev.kubeproxy.control", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** A package may know those before it. */
    private static final PackageOrder ORDER = PackageOrder.of(
            "control.events..",
            "control.desired..",
            "control.sync..",
            "control.access..",
            "control.node..",
            "control.status..",
            "control.health..",
            "control.kube..",
            "control.manifest..",
            "control.cli..",
            "kubeproxy.control");

    @ArchTest
    static void packagesKnowOnlyThoseBelowThem(JavaClasses classes) {
        ORDER.check(classes);
    }

    @ArchTest
    static final ArchRule decisionsKnowOnlyTheJdkAndTheModel = classes()
            .that()
            .resideInAPackage("..control.desired..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "..control.desired..", "..server.model..");

    @ArchTest
    static final ArchRule eventsKnowOnlyTheJdkTheModelAndAClock = classes()
            .that()
            .resideInAPackage("..control.events..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify..", "..control.events..", "..server.model..", "..server.balance..");

    @ArchTest
    static final ArchRule onlyTheRootSeesMoreOfTheDataPlaneThanItsModel = noClasses()
            .that()
            .resideInAnyPackage("..control.*..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.kubeproxy.server",
                    "..server.tcp..",
                    "..server.udp..",
                    "..server.listen..",
                    "..server.metrics..",
                    "..server.transport..",
                    "..server.limit..");

    @ArchTest
    static final ArchRule statusOnlyReadsWhatOthersPublish = classes()
            .that()
            .resideInAPackage("..control.status..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "tools.jackson.core..",
                    "..control.status..",
                    "..control.desired..",
                    "..control.events..",
                    "..server.model..",
                    "..server.observe..");

    @ArchTest
    static final ArchRule theCommandKnowsTheProxyByItsPortAlone = noClasses()
            .that()
            .resideInAPackage("..control.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.kubeproxy.server..",
                    "..control.desired..",
                    "..control.status..",
                    "..control.health..",
                    "..control.sync..");

    @ArchTest
    static final ArchRule onlySourcesKnowFabric8 = noClasses()
            .that()
            .resideInAnyPackage("..control.desired..", "..control.sync..", "..control.node..", "..control.health..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..");

    @ArchTest
    static final ArchRule theSyncThreadKnowsNoSource = noClasses()
            .that()
            .resideInAPackage("..control.sync..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..control.kube..", "..control.manifest..", "..control.health..", "..control.node..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.kubeproxy.control.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Common|Base|Abstract[A-Z]).*");
}
