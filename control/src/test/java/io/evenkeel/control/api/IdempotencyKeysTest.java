package io.evenkeel.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.api.IdempotencyKeys.Claim;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
    private static final byte[] REQUEST = {1};
    private static final ApiReply.Whole REPLY = ApiReply.json(200, "{}");
    private static final long KEPT = IdempotencyKeys.KEPT.toNanos();

    private final IdempotencyKeys keys = new IdempotencyKeys();

    private void answered(String key, long nowNanos) {
        assertThat(keys.claim(key, REQUEST, nowNanos)).isInstanceOf(Claim.Fresh.class);
        keys.settle(key, REPLY);
    }

    @Test
    void replyIsRememberedForItsTimeAndNotLonger() {
        answered("k", 5);
        assertThat(keys.claim("k", REQUEST, 5 + KEPT)).isEqualTo(new Claim.Answered(REPLY));
        assertThat(keys.claim("k", REQUEST, 6 + KEPT)).isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void timeRunsFromTheFirstRequestAndNotFromItsRepeats() {
        answered("k", 0);
        assertThat(keys.claim("k", REQUEST, KEPT / 2)).isInstanceOf(Claim.Answered.class);
        assertThat(keys.claim("k", REQUEST, KEPT + 1)).isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void whenTooManyAreRememberedTheOldestGoesFirst() {
        for (int i = 0; i < IdempotencyKeys.CAPACITY; i++) {
            answered("k" + i, i);
        }
        answered("one more", 9_999);
        assertThat(keys.claim("k1", REQUEST, 9_999)).isInstanceOf(Claim.Answered.class);
        assertThat(keys.claim("k0", REQUEST, 9_999)).isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void requestThatStillRunsKeepsItsPlaceHoweverManyComeAndHoweverLongItTakes() {
        assertThat(keys.claim("slow", REQUEST, 0)).isInstanceOf(Claim.Fresh.class);
        for (int i = 0; i < 2 * IdempotencyKeys.CAPACITY; i++) {
            answered("k" + i, i);
        }
        assertThat(keys.claim("slow", REQUEST, 2 * KEPT)).isInstanceOf(Claim.Running.class);
        keys.settle("slow", REPLY);
        assertThat(keys.claim("slow", REQUEST, 2 * KEPT))
                .as("and goes when it is done and its time is over")
                .isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsTold() {
        answered("k", 0);
        assertThat(keys.claim("k", new byte[] {2}, 1)).isInstanceOf(Claim.Different.class);
    }

    @Test
    void forgottenClaimIsFreeAgain() {
        keys.claim("k", REQUEST, 0);
        keys.forget("k");
        assertThat(keys.claim("k", new byte[] {2}, 1)).isInstanceOf(Claim.Fresh.class);
    }
}
