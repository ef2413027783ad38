package io.evenkeel.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionCheckTest {
    @ParameterizedTest
    @CsvSource({
        "3.4.23, false",
        "3.4.99, false",
        "3.5.32, false",
        "3.5.33, true",
        "3.5.100, true",
        "3.6.0, false",
        "3.6.13, false",
        "3.6.14, true",
        "3.7.0-rc.1, true",
        "4.0.0, true",
        "2.3.8, false",
        "unknown, false",
    })
    void aVersionIsSafeFromItsFixOn(String version, boolean safe) {
        assertThat(VersionCheck.safe(version)).isEqualTo(safe);
    }

    @Test
    void anOldEtcdIsServedAndWarnedAboutOnce(@TempDir Path directory) throws Exception {
        LinkedBlockingQueue<String> warnings = new LinkedBlockingQueue<>();
        List<EtcdProcess> members = EtcdProcess.start(directory, 3);
        List<String> endpoints = members.stream().map(EtcdProcess::endpoint).toList();
        try (EtcdStore store =
                new EtcdStore(EtcdConfig.of(endpoints, new Random(1)), warnings::add)) {
            assertThat(warnings.poll(20, TimeUnit.SECONDS))
                    .contains(endpoints)
                    .contains("(3.4.", "CVE-2026-73499", "upgrade");
            assertThat(store).isNotNull();
        } finally {
            members.forEach(EtcdProcess::close);
        }
        assertThat(warnings).isEmpty();
    }
}
