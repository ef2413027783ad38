package io.evenkeel.host.ceph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlocklistTest {
    private static List<String> listed(List<String> asked, String list) {
        return Blocklist.listed(asked, list.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void plainAddressStandsForAllClientsThere() {
        assertThat(Blocklist.entry("10.78.0.11")).isEqualTo("10.78.0.11:0/0");
        assertThat(Blocklist.entry("fd00::1")).isEqualTo("[fd00::1]:0/0");
        assertThat(Blocklist.entry("[fd00::1]")).isEqualTo("[fd00::1]:0/0");
        assertThat(Blocklist.entry("10.78.0.11:0/123")).isEqualTo("10.78.0.11:0/123");
        assertThat(Blocklist.entry("[fd00::1]:0/123")).isEqualTo("[fd00::1]:0/123");
    }

    @Test
    void expiryIsANumberWithAFraction() {
        assertThat(Blocklist.add("10.78.0.11:0/0", Duration.ofHours(1)))
                .isEqualTo(
                        "{\"prefix\":\"osd blocklist\",\"blocklistop\":\"add\","
                                + "\"addr\":\"10.78.0.11:0/0\",\"expire\":3600.0}");
    }

    @Test
    void whatIsListedIsReadAlsoWithTheRangesBehindIt() {
        String list =
                "[{\"addr\":\"[fd00::1]:0/0\",\"until\":\"x\"},"
                        + "{\"addr\":\"10.78.0.11:0/123\",\"until\":\"x\"}]";
        List<String> asked = List.of("10.78.0.11", "10.78.0.11:0/123", "fd00::1");
        for (String behind : List.of("", "[]", "\n[{\"range\":\"10.78.0.0/24\"}]")) {
            assertThat(listed(asked, list + behind)).containsExactly("10.78.0.11:0/123", "fd00::1");
        }
        assertThat(listed(asked, "[][]")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> listed(asked, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> listed(asked, "[{}]"));
    }
}
