package io.evenkeel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadyFileTest {
    @TempDir private Path folder;

    @Test
    void itReadsWhatItWroteAlsoOfFiveThousandEndpoints() throws IOException {
        SortedMap<String, String> addresses = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            addresses.put("a-rather-long-name-of-an-endpoint-" + i, "127.0.0.1:" + (10_000 + i));
        }
        Path file = folder.resolve("ready");
        ReadyFile.of(addresses).write(file);
        ReadyFile read = ReadyFile.parse(Files.readString(file));
        assertThat(read.addresses()).isEqualTo(addresses);
        assertThat(read.pid()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void anythingElseIsRefusedWithWhatWasSeen() {
        assertThatThrownBy(() -> ReadyFile.parse("{\"pid\":1}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("{\"pid\":1}");
        assertThatThrownBy(() -> ReadyFile.parse("{")).isInstanceOf(IOException.class);
    }
}
