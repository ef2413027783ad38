package io.evenkeel.agent.core;

import static io.evenkeel.agent.core.SelfFence.Storage.REFUSES;
import static io.evenkeel.agent.core.SelfFence.Storage.SERVES;
import static io.evenkeel.agent.core.SelfFence.Word.CONFIRMED;
import static io.evenkeel.agent.core.SelfFence.Word.NOT_CONFIRMED;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.agent.core.SelfFence.Storage;
import io.evenkeel.agent.core.SelfFence.Word;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfFenceTest {
    private final SelfFence fence = new SelfFence(Duration.ofSeconds(330));

    private boolean ends(List<Storage> storages, List<Word> others) {
        return fence.look(storages, others).isPresent();
    }

    @Test
    void storageHasToRefuseTwiceInARow() {
        assertThat(ends(List.of(REFUSES), List.of())).isFalse();
        assertThat(ends(List.of(SERVES), List.of())).isFalse();
        assertThat(ends(List.of(REFUSES), List.of())).isFalse();
        assertThat(ends(List.of(Storage.UNKNOWN), List.of())).isFalse();
        assertThat(ends(List.of(REFUSES), List.of())).isFalse();
        assertThat(fence.look(List.of(REFUSES, Storage.UNKNOWN), List.of()))
                .hasValueSatisfying(why -> assertThat(why).contains("storage refuses"));
        assertThat(ends(List.of(REFUSES), List.of())).isTrue();
    }

    @Test
    void oneClusterThatServesIsEnoughToGoOn() {
        for (int i = 0; i < 5; i++) {
            assertThat(ends(List.of(REFUSES, SERVES), List.of())).isFalse();
        }
    }

    @Test
    void nothingHeardIsNoReason() {
        for (int i = 0; i < 5; i++) {
            assertThat(ends(List.of(), List.of())).isFalse();
            assertThat(ends(List.of(Storage.UNKNOWN), List.of(Word.UNKNOWN, Word.UNKNOWN)))
                    .isFalse();
        }
    }

    @Test
    void oneAgentsWordIsEnoughUnlessAnotherReadsOtherwise() {
        assertThat(ends(List.of(), List.of(Word.UNKNOWN, CONFIRMED))).isTrue();
        assertThat(ends(List.of(), List.of(CONFIRMED, NOT_CONFIRMED))).isFalse();
        assertThat(ends(List.of(), List.of(NOT_CONFIRMED, NOT_CONFIRMED))).isFalse();
        // Hyperconverged: storage serves the address, and refuses single clients.
        assertThat(ends(List.of(SERVES), List.of(CONFIRMED))).isTrue();
    }

    @Test
    void othersAreAskedOnceTheKeyIsLostForLongerThanAConfirmationTakes() {
        long lost = Long.MAX_VALUE - 5;
        long second = 1_000_000_000L;
        assertThat(fence.asksOthers(lost - 10 * second, lost)).isFalse();
        assertThat(fence.asksOthers(lost + 329 * second, lost)).isFalse();
        assertThat(fence.asksOthers(lost + 330 * second, lost)).isTrue();
    }
}
