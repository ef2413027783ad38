package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageWitnessTest {
    private static final Image DISK = new Image("pool", "disk");

    @ParameterizedTest
    @CsvSource({
        "10.77.0.11:0/3735928559, 10.77.0.11",
        "10.77.0.11:6800/1, 10.77.0.11",
        "10.77.0.11, 10.77.0.11",
        "[fd00::1]:0/12, fd00::1",
        "fd00::1, fd00::1",
        "fd00::1:0/12, fd00::1"
    })
    void addressOfAClientIsTakenOutOfWhatStorageWrites(String entry, String ip) {
        assertThat(StorageWitness.ip(entry)).isEqualTo(ip);
    }

    @Test
    void onlyAnAcknowledgementFromTheHostItselfIsLife() {
        Watcher silent = new Watcher("10.0.0.1:0/1", 1, false);
        Watcher other = new Watcher("10.0.0.10:0/1", 2, true);
        List<String> host = List.of("10.0.0.1");
        assertThat(StorageWitness.acknowledged(Map.of(DISK, List.of(silent, other)), host))
                .isEmpty();
        Watcher answers = new Watcher("10.0.0.1:0/1", 1, true);
        assertThat(StorageWitness.acknowledged(Map.of(DISK, List.of(other, answers)), host))
                .contains("10.0.0.1:0/1", "pool/disk");
    }

    @Test
    void whoeverIsListedIsLeftFromWhicheverAddress() {
        Watcher host = new Watcher("10.0.0.1:0/1", 1, false);
        Watcher unknown = new Watcher("10.9.0.1:0/1", 2, false);
        Map<Image, List<Watcher>> watchers = Map.of(DISK, List.of(host, unknown));
        assertThat(StorageWitness.clients(watchers, List.of("10.0.0.1")))
                .containsExactly("10.0.0.1:0/1");
        assertThat(StorageWitness.left(watchers)).hasSize(2);
    }
}
