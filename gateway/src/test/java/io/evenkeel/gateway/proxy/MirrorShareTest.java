package io.evenkeel.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MirrorShareTest {
    @Test
    void ofAnyHundredExactlyAsManyAreTakenAsThePercentageSays() {
        for (int percent = 0; percent <= 100; percent++) {
            MirrorShare share = new MirrorShare();
            List<Boolean> taken = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                taken.add(share.takes(percent));
            }
            for (int from = 0; from <= 200; from++) {
                assertThat(taken.subList(from, from + 100).stream().filter(t -> t))
                        .as("%d %% from %d", percent, from)
                        .hasSize(percent);
            }
        }
    }

    @Test
    void theyAreSpreadEvenly() {
        MirrorShare share = new MirrorShare();
        int gap = 0;
        for (int i = 0; i < 1000; i++) {
            gap = share.takes(30) ? 0 : gap + 1;
            assertThat(gap).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void theShareHoldsOverAllLoopsTogether() throws InterruptedException {
        MirrorShare share = new MirrorShare();
        AtomicInteger taken = new AtomicInteger();
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loops.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int n = 0; n < 25_000; n++) {
                                    taken.addAndGet(share.takes(37) ? 1 : 0);
                                }
                            }));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(taken.get()).isEqualTo(37_000);
    }
}
