package io.evenkeel.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What ARCHITECTURE.md promises of the modules, held against the byte code. */
class ArchitectureTest {
    /** Decisions and sans-IO cores: all they know of the world comes in as arguments. */
    private static final String[] PURE = {
        "io.evenkeel.wire..",
        "io.evenkeel.model..",
        "io.evenkeel.kernel..",
        "io.evenkeel.gateway.http1..",
        "io.evenkeel.gateway.proxy..",
        "io.evenkeel.gateway.source..",
        "io.evenkeel.agent.core..",
    };

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.evenkeel");

    @Test
    void pureCodeHasNoThreadSocketFileOrForeignMemory() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                        "java.net.http..",
                                        "java.nio.channels..",
                                        "java.lang.foreign..",
                                        "java.sql..",
                                        "org.slf4j..")
                                .or(
                                        named(
                                                Set.of(
                                                        "java.net.Socket",
                                                        "java.net.ServerSocket",
                                                        "java.io.File",
                                                        // Path alone is a name, and touches
                                                        // nothing.
                                                        "java.nio.file.Files",
                                                        "java.nio.file.FileSystems",
                                                        "java.io.FileInputStream",
                                                        "java.io.FileOutputStream",
                                                        "java.util.Timer",
                                                        "java.util.concurrent.Executors",
                                                        "java.util.concurrent.ExecutorService",
                                                        "java.util.concurrent"
                                                                + ".ScheduledExecutorService"))))
                .check(CLASSES);
    }

    /** The ports to machines promise answers; what decides is handed them when they are there. */
    @Test
    void pureCodeWaitsForNothing() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .and()
                .resideOutsideOfPackage("io.evenkeel.kernel.machine..")
                .should()
                .dependOnClassesThat(named(Set.of("java.util.concurrent.CompletableFuture")))
                .check(CLASSES);
    }

    @Test
    void pureCodeReadsNoClockAndDrawsNoRandomNumber() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethodWhere(
                        new DescribedPredicate<JavaMethodCall>("read a clock or draw randomness") {
                            @Override
                            public boolean test(JavaMethodCall call) {
                                String owner = call.getTargetOwner().getName();
                                String method = call.getTarget().getName();
                                return switch (owner) {
                                    case "java.lang.System" ->
                                            method.equals("nanoTime")
                                                    || method.equals("currentTimeMillis")
                                                    || method.equals("identityHashCode");
                                    case "java.time.Instant",
                                            "java.time.Clock",
                                            "java.time.LocalDateTime" ->
                                            method.equals("now") || method.startsWith("system");
                                    case "java.lang.Math", "java.util.UUID" ->
                                            method.startsWith("random");
                                    case "java.lang.Thread" ->
                                            method.equals("sleep") || method.equals("start");
                                    case "java.util.concurrent.ThreadLocalRandom" -> true;
                                    default -> false;
                                };
                            }
                        })
                .check(CLASSES);
    }

    @Test
    void dependenciesPointOneWay() {
        outside("io.evenkeel.wire..", "io.evenkeel.wire..");
        outside("io.evenkeel.link..", "io.evenkeel.link..", "io.evenkeel.wire..");
        outside("io.evenkeel.model..", "io.evenkeel.model..");
        outside("io.evenkeel.kernel..", "io.evenkeel.kernel..", "io.evenkeel.model..");
        outside(
                "io.evenkeel.gateway..",
                "io.evenkeel.gateway..",
                "io.evenkeel.kernel..",
                "io.evenkeel.model..",
                "io.evenkeel.wire..");
        outside(
                "io.evenkeel.control..",
                "io.evenkeel.control..",
                "io.evenkeel.kernel..",
                "io.evenkeel.model..");
        outside(
                "io.evenkeel.agent..",
                "io.evenkeel.agent..",
                "io.evenkeel.kernel..",
                "io.evenkeel.model..");
        outside(
                "io.evenkeel.host..",
                "io.evenkeel.host..",
                "io.evenkeel.kernel..",
                "io.evenkeel.model..");
        outside(
                "io.evenkeel.store..",
                "io.evenkeel.store..",
                "io.evenkeel.kernel..",
                "io.evenkeel.model..");
        outside("io.evenkeel.cli..", "io.evenkeel.cli..", "io.evenkeel.model..");
    }

    @Test
    void onlyTheStoreOnEtcdKnowsOfGrpcAndNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.evenkeel.store.etcd..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "io.grpc..",
                                "io.netty..",
                                "io.etcd..",
                                "com.google.protobuf..",
                                "com.google.common.."))
                .check(CLASSES);
    }

    /** Native calls of the hosts' libraries, which may hang, happen in drivers alone. */
    @Test
    void nativeLibrariesOfHostsAreCalledByDriversOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.evenkeel..")
                .and()
                .resideOutsideOfPackages("io.evenkeel.host..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.evenkeel.host.foreign..", "io.evenkeel.host.ceph.."))
                .check(CLASSES);
    }

    /** Classes of a module use only these modules of ours. */
    private static void outside(String module, String... allowed) {
        noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.evenkeel..")
                                .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> named(Set<String> names) {
        return new DescribedPredicate<>("one of " + names) {
            @Override
            public boolean test(JavaClass type) {
                return names.contains(type.getName());
            }
        };
    }
}
