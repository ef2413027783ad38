package io.evenkeel.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What every parser of octets from outside is put through: the samples of its corpus, damaged
 * samples from a seed, and in the long run more seeds and inputs that a coverage-guided fuzzer
 * finds. A subclass says what the parser promises about any input at all.
 *
 * <p>{@code -Dfuzz.seed}, {@code -Dfuzz.rounds} and {@code -Dfuzz.seconds} (of each long run)
 * change the bounds.
 */
@Timeout(value = 10 * 60, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class FuzzContract {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_122L);
    private static final Duration LONG = Duration.ofSeconds(Long.getLong("fuzz.seconds", 30));

    /** The input under way; it stays if the parser never comes back. */
    private volatile byte @Nullable [] current;

    /** Where the samples are: see {@link Corpus}. */
    protected abstract String corpus();

    /** Words of the grammar, for damage that means something; an octet a character. */
    protected String[] words() {
        return new String[0];
    }

    /**
     * Gives the parser this input and holds it to its promises. Whatever is chosen at random must
     * follow from the input, so that a finding can be repeated.
     *
     * @throws AssertionError if a promise is broken
     */
    protected abstract void check(byte[] input) throws Exception;

    /** Damaged samples of the bounded run: what takes about a second. */
    protected int rounds() {
        return 20_000;
    }

    private int roundsOfARun() {
        return Integer.getInteger("fuzz.rounds", rounds());
    }

    @Test
    final void samplesKeepThePromises() {
        List<byte[]> samples = Corpus.read(corpus());
        assertThat(samples).isNotEmpty();
        for (byte[] sample : samples) {
            judge(sample, "a sample of the corpus");
        }
    }

    @Test
    final void damagedSamplesKeepThePromises() {
        fuzz(SEED, roundsOfARun(), Long.MAX_VALUE);
    }

    @Test
    @Tag("long")
    final void damagedSamplesOfOtherSeedsKeepThePromises() {
        long end = System.nanoTime() + LONG.toNanos();
        long rounds = 0;
        for (long seed = SEED + 1; System.nanoTime() < end; seed++) {
            rounds += fuzz(seed, roundsOfARun(), end);
        }
        System.out.printf("%s: %d damaged samples%n", getClass().getSimpleName(), rounds);
    }

    @Test
    @Tag("long")
    final void inputsFoundByTheirCoverageKeepThePromises() throws Exception {
        System.out.println(CoverageGuided.run(this, SEED, LONG));
    }

    private int fuzz(long seed, int rounds, long endNanos) {
        List<byte[]> samples = Corpus.read(corpus());
        Mutator mutator = new Mutator(seed, words());
        int round = 0;
        while (round < rounds && (round % 1_024 != 0 || System.nanoTime() < endNanos)) {
            judge(mutator.next(samples), "fuzz.seed " + seed + ", round " + round);
            round++;
        }
        return round;
    }

    private void judge(byte[] input, String about) {
        current = input;
        try {
            check(input);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(about + ": " + Corpus.text(input), e);
        } finally {
            current = null;
        }
    }

    @AfterEach
    final void nameTheInputThatNeverEnded() {
        byte[] input = current;
        if (input != null) {
            throw new AssertionError("no end of: " + Corpus.text(input));
        }
    }
}
