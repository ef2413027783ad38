package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BufferPoolTest {
    @Test
    void theSmallestSizeThatFitsIsLentCleared() {
        BufferPool pool = new BufferPool(1 << 20);
        ByteBuffer small = take(pool, 1);
        assertThat(small.capacity()).isEqualTo(BufferPool.SMALL);
        assertThat(take(pool, BufferPool.SMALL + 1).capacity()).isEqualTo(BufferPool.MEDIUM);
        assertThat(take(pool, BufferPool.LARGE).capacity()).isEqualTo(BufferPool.LARGE);
        small.putInt(7);
        pool.release(small);
        ByteBuffer again = take(pool, 10);
        assertThat(again).isSameAs(small);
        assertThat(again.position()).isZero();
        assertThat(again.limit()).isEqualTo(again.capacity());
    }

    @Test
    void beyondTheLargestSizeOrTheLimitThereIsNone() {
        BufferPool pool = new BufferPool(BufferPool.SMALL);
        assertThat(pool.acquire(BufferPool.LARGE + 1)).isNull();
        ByteBuffer only = take(pool, 1);
        assertThat(pool.acquire(1)).isNull();
        pool.release(only);
        assertThat(pool.acquire(1)).isNotNull();
    }

    @Test
    void whatIsLentIsCountedAndMemoryIsNeverCreatedBeyondTheLimit() {
        for (long s = 1; s <= 50; s++) {
            long seed = s;
            SplittableRandom random = new SplittableRandom(seed);
            long limit = 1 << 20;
            BufferPool pool = new BufferPool(limit);
            List<ByteBuffer> lent = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                if (random.nextBoolean() || lent.isEmpty()) {
                    ByteBuffer buffer = pool.acquire(1 + random.nextInt(BufferPool.LARGE));
                    if (buffer != null) {
                        lent.add(buffer);
                    }
                } else {
                    pool.release(lent.remove(random.nextInt(lent.size())));
                }
                long sum = lent.stream().mapToLong(ByteBuffer::capacity).sum();
                assertThat(pool.lentBytes()).as("seed %d", seed).isEqualTo(sum);
                assertThat(pool.createdBytes()).as("seed %d", seed).isBetween(sum, limit);
            }
        }
    }

    private static ByteBuffer take(BufferPool pool, int bytes) {
        return Objects.requireNonNull(pool.acquire(bytes));
    }
}
