package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static String copy(String text) {
        return String.valueOf(text.toCharArray());
    }

    @Test
    void sameWordIsTheSameObject() {
        String first = Words.shared(copy("zone-a"));
        assertThat(Words.shared(copy("zone-a"))).isSameAs(first).isEqualTo("zone-a");
        String endpoint = "/ek/1/spec/endpoints/default/w1.80";
        Keys.Key one = Keys.parse(endpoint).orElseThrow();
        Keys.Key other = Keys.parse(copy(endpoint)).orElseThrow();
        assertThat(other.tenant()).isSameAs(one.tenant());
        assertThat(other.kind()).isSameAs(one.kind());
    }

    /** Whatever stood at its place before. */
    @Test
    void everyWordComesBackAsItWas() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            String word = "w-" + i * 31L;
            assertThat(Words.shared(word)).isEqualTo(word);
            seen.add(Words.shared("often"));
        }
        assertThat(seen).containsExactly("often");
        assertThat(Words.shared("x".repeat(1_000))).hasSize(1_000);
    }
}
