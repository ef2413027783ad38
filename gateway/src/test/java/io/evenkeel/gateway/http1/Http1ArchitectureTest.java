package io.evenkeel.gateway.http1;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class Http1ArchitectureTest {
    @Test
    void codecKnowsNeitherSocketsNorThreadsNorClocksNorTheRestOfTheGateway() {
        JavaClasses codec =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.evenkeel.gateway.http1", "io.evenkeel.gateway.source");
        classes()
                .should()
                .onlyDependOnClassesThat()
                .haveNameMatching(
                        "(\\[+L)?io\\.evenkeel\\.gateway\\.(http1|source)\\..*"
                                + "|java\\.lang\\.(?!Thread|System|Process|Runtime|foreign).*"
                                + "|java\\.nio\\.(ByteBuffer|Buffer|charset\\..*)"
                                + "|java\\.net\\.(Inet6?Address|UnknownHostException)"
                                + "|java\\.util\\.zip\\.CRC32C"
                                + "|java\\.util\\.(Arrays|Locale)"
                                + "|org\\.jspecify\\..*"
                                + "|\\[+[BIJ]|byte|int|long|boolean|char|void")
                .check(codec);
    }
}
