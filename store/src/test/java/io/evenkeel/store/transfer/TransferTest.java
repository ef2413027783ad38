package io.evenkeel.store.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.ClusterId;
import io.evenkeel.model.Stored;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import io.evenkeel.store.transfer.TransferException.Code;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What leaves a store and comes into another is the same, and half of it is never taken for it. */
@Timeout(60)
class TransferTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Instant TAKEN = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir private Path folder = Path.of("");
    private final List<Store> opened = new ArrayList<>();
    private int runs;

    @AfterEach
    void close() {
        opened.forEach(Store::close);
    }

    private <T extends Store> T keep(T store) {
        opened.add(store);
        return store;
    }

    private Store memory() {
        return keep(new MemoryStore());
    }

    private Store embedded(String name) {
        return keep(EmbeddedStore.open(EmbeddedConfig.at(folder.resolve(name))));
    }

    private static long put(Store store, String key, Value value) {
        return ((TxnOutcome.Committed) store.txn(Txn.of(Op.put(key, value)), SOON)).revision();
    }

    private static Map<String, Value> content(Store store) {
        Map<String, Value> content = new TreeMap<>();
        entries(store).forEach(entry -> content.put(entry.key(), entry.value()));
        return content;
    }

    private static List<Entry> entries(Store store) {
        RangeQuery all = RangeQuery.prefix("/");
        return ((RangeResult.Range) store.range(all, SOON)).entries();
    }

    private static byte[] export(Store store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoreExport.write(store, "a test", TAKEN, out, Progress.NONE);
        return out.toByteArray();
    }

    private StoreImport.Imported bring(Store store, byte[] file, StoreImport.Into into)
            throws IOException {
        return StoreImport.run(
                store,
                () -> new ByteArrayInputStream(file),
                into,
                "run " + runs++,
                0,
                Progress.NONE);
    }

    /** Keys of every size, with values of text, of control characters, and of no text at all. */
    private static void fill(Store store, int keys) {
        Random random = new Random(7);
        for (int i = 0; i < keys; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            Value value =
                    switch (i % 3) {
                        case 0 -> Value.of("{\"v\":1,\"text\":\"äöü\\u0000\u0001\n\"}" + i);
                        case 1 -> Value.of(bytes);
                        default -> Value.EMPTY;
                    };
            put(store, "/ek/1/spec/endpoints/default/e" + i, value);
        }
    }

    @Test
    void whatWasInTheOneStoreIsInTheOther() throws IOException {
        Store source = memory();
        fill(source, 700);
        put(source, ClusterId.KEY, Value.of(Stored.write(new ClusterId("c-1"))));
        Store embedded = embedded("a");
        byte[] file = export(source);

        StoreImport.Imported done = bring(embedded, file, StoreImport.Into.EMPTY);

        assertThat(content(embedded)).isEqualTo(content(source));
        assertThat(done.keys()).isEqualTo(701);
        assertThat(done.written()).isEqualTo(701);
        assertThat(done.header().cluster()).isEqualTo("c-1");
        assertThat(done.header().takenAt()).isEqualTo(TAKEN);
        Store back = memory();
        bring(back, export(embedded), StoreImport.Into.EMPTY);
        assertThat(content(back)).isEqualTo(content(source));
    }

    @Test
    void valuesOfTheLargestSizeFit() throws IOException {
        Store source = memory();
        byte[] worst = new byte[1 << 20];
        Arrays.fill(worst, (byte) 1); // six characters each, escaped
        for (int i = 0; i < 3; i++) {
            put(source, "/ek/1/audit/routes/default/r/" + i, Value.of(worst));
        }
        Store target = embedded("a");
        bring(target, export(source), StoreImport.Into.EMPTY);
        assertThat(content(target)).isEqualTo(content(source));
    }

    @Test
    void whoIsPresentAndWhoHoldsALockStaysBehind() throws IOException {
        Store source = memory();
        long lease = ((LeaseOutcome.Held) source.grant(SOON, SOON)).leaseId();
        source.txn(Txn.of(Op.putLeased("/ek/1/spec/x/t/leased", Value.EMPTY, lease)), SOON);
        put(source, "/ek/1/presence/g/default/e", Value.EMPTY);
        put(source, "/ek/1/lock/leader/default/control", Value.EMPTY);
        put(source, "/another/product", Value.EMPTY);
        put(source, "/ek/1/spec/x/t/kept", Value.EMPTY);
        Store target = memory();
        bring(target, export(source), StoreImport.Into.EMPTY);
        assertThat(content(target)).containsOnlyKeys("/ek/1/spec/x/t/kept");
    }

    @Test
    void everythingIsReadAtOneRevisionWhileOthersWrite() throws IOException {
        Store source = memory();
        fill(source, 1_200);
        Map<String, Value> before = content(source);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoreExport.write(
                source,
                "a test",
                TAKEN,
                out,
                (step, done, total) -> {
                    put(source, "/ek/1/spec/endpoints/default/e0", Value.of("later"));
                    put(source, "/ek/1/spec/endpoints/default/zz" + done, Value.of("later"));
                });
        Store target = memory();
        bring(target, out.toByteArray(), StoreImport.Into.EMPTY);
        assertThat(content(target)).isEqualTo(before);
    }

    @Test
    void noEpochOfTheOldStoreIsGivenAgain() throws IOException {
        Store source = memory();
        long last = 0;
        for (int i = 0; i < 3_000; i++) {
            last = put(source, "/ek/1/spec/endpoints/default/e", Value.of("" + i));
        }
        Store target = embedded("a");
        StoreImport.Imported done = bring(target, export(source), StoreImport.Into.EMPTY);
        assertThat(entries(target).getFirst().modRevision()).isGreaterThan(last);
        assertThat(done.revision()).isGreaterThan(last);
        // Whoever followed the old store asks from there, and must not believe that he has all.
        RangeResult old = target.range(RangeQuery.prefix("/ek/").at(last), SOON);
        assertThat(old).isNotInstanceOf(RangeResult.Range.class);
    }

    @Test
    void aStoreThatHoldsSomethingIsLeftAlone() throws IOException {
        Store source = memory();
        fill(source, 5);
        byte[] file = export(source);
        Store target = memory();
        put(target, "/ek/1/spec/routes/default/mine", Value.of("mine"));
        put(target, "/ek/1/presence/g/default/e", Value.of("here"));
        Map<String, Value> before = content(target);
        assertThatThrownBy(() -> bring(target, file, StoreImport.Into.EMPTY))
                .isInstanceOfSatisfying(
                        TransferException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.NOT_EMPTY))
                .hasMessageContaining("2 keys")
                .hasMessageContaining("--replace");
        assertThat(content(target)).isEqualTo(before);

        StoreImport.Imported done = bring(target, file, StoreImport.Into.REPLACE);
        assertThat(done.deleted()).isEqualTo(1);
        Map<String, Value> expected = content(source);
        expected.put("/ek/1/presence/g/default/e", Value.of("here"));
        assertThat(content(target)).isEqualTo(expected);
    }

    @Test
    void aRestoreOfTheSameStoreWritesOnlyWhatDiffers() throws IOException {
        Store store = memory();
        fill(store, 400);
        byte[] file = export(store);
        Map<String, Value> before = content(store);
        store.txn(Txn.of(Op.deletePrefix("/ek/1/spec/endpoints/default/e1")), SOON);
        put(store, "/ek/1/spec/endpoints/default/e2", Value.of("changed"));
        put(store, "/ek/1/spec/endpoints/default/new", Value.of("new"));
        int gone = before.size() + 1 - content(store).size();
        StoreImport.Imported done = bring(store, file, StoreImport.Into.REPLACE);
        assertThat(content(store)).isEqualTo(before);
        assertThat(done.written()).isEqualTo(gone + 1);
        assertThat(done.deleted()).isEqualTo(1);
    }

    @Test
    void anImportThatWasBrokenOffIsNoticedAndFinishedByTheSameAgain() throws IOException {
        Store source = memory();
        fill(source, 900);
        byte[] file = export(source);
        Store target = embedded("a");
        Breaking breaking = new Breaking(target, 5);
        assertThatThrownBy(() -> bring(breaking, file, StoreImport.Into.EMPTY))
                .isInstanceOf(Killed.class);
        assertThat(content(target).size()).isBetween(100, 899);
        assertThat(ImportMarker.unfinished(target)).isPresent();
        assertThatThrownBy(() -> export(target))
                .isInstanceOfSatisfying(
                        TransferException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.UNFINISHED))
                .hasMessageContaining("run the same");
        Store other = memory();
        fill(other, 3);
        byte[] another = export(other);
        assertThatThrownBy(() -> bring(target, another, StoreImport.Into.EMPTY))
                .isInstanceOfSatisfying(
                        TransferException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.UNFINISHED));

        StoreImport.Imported done = bring(target, file, StoreImport.Into.EMPTY);
        assertThat(content(target)).isEqualTo(content(source));
        assertThat(done.written()).isBetween(1L, 800L);
        assertThat(ImportMarker.unfinished(target)).isEmpty();
    }

    @Test
    void ofTwoImportsAtOnceOneStops() throws IOException {
        Store source = memory();
        fill(source, 900);
        byte[] file = export(source);
        Store target = memory();
        AtomicInteger told = new AtomicInteger();
        assertThatThrownBy(() ->
                        StoreImport.run(
                                target,
                                () -> new ByteArrayInputStream(file),
                                StoreImport.Into.EMPTY,
                                "first",
                                0,
                                (step, done, total) -> {
                                    if (step.equals("importing") && told.incrementAndGet() == 3) {
                                        again(target, file);
                                    }
                                }))
                .isInstanceOfSatisfying(
                        TransferException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.TAKEN_OVER));
        assertThat(content(target)).isEqualTo(content(source));
    }

    private void again(Store target, byte[] file) {
        try {
            bring(target, file, StoreImport.Into.EMPTY);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void writesOfUnknownOutcomeAreFoundOutAbout() throws IOException {
        Store source = memory();
        fill(source, 900);
        Store target = memory();
        bring(new Uncertain(target), export(source), StoreImport.Into.EMPTY);
        assertThat(content(target)).isEqualTo(content(source));
    }

    @Test
    void aFileThatWasCutIsRefusedBeforeAnythingIsWritten() throws IOException {
        Store source = memory();
        fill(source, 20);
        byte[] file = export(source);
        for (int length = 0; length < file.length; length++) {
            refused(Arrays.copyOf(file, length));
        }
        refused(Arrays.copyOf(file, file.length + 1));
    }

    @Test
    void aFileWithAnOctetThatFlippedIsRefusedBeforeAnythingIsWritten() throws IOException {
        Store source = memory();
        fill(source, 20);
        byte[] file = export(source);
        Random random = new Random(11);
        for (int at = 0; at < file.length; at++) {
            byte[] flipped = file.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            refused(flipped);
        }
    }

    @Test
    void whatIsNoExportOfThisVersionIsRefused() throws IOException {
        Store source = memory();
        fill(source, 2);
        String file = new String(export(source), StandardCharsets.UTF_8);
        assertThat(
                        refused(
                                file.replace("\"v\":1,\"rev", "\"v\":2,\"rev")
                                        .getBytes(StandardCharsets.UTF_8)))
                .contains("version 2 (expected: 1)");
        assertThat(refused("{}\n".getBytes(StandardCharsets.UTF_8))).contains("line 1");
        assertThat(refused("{\"evenkeel\":\"other\"}\n".getBytes(StandardCharsets.UTF_8)))
                .contains("no export");
        byte[] endless = new byte[9 << 20];
        Arrays.fill(endless, (byte) '[');
        assertThat(refused(endless)).contains("longer than");
    }

    @Test
    void randomOctetsAreRefused() {
        Random random = new Random(13);
        for (int i = 0; i < 2_000; i++) {
            byte[] octets = new byte[random.nextInt(300)];
            random.nextBytes(octets);
            refused(octets);
        }
    }

    /** Refused as damaged with one message, the target untouched; the message. */
    private String refused(byte[] file) {
        Store target = memory();
        List<String> messages = new ArrayList<>();
        assertThatThrownBy(() -> bring(target, file, StoreImport.Into.REPLACE))
                .isInstanceOfSatisfying(
                        TransferException.class,
                        refused -> {
                            assertThat(refused.code()).isEqualTo(Code.DAMAGED);
                            messages.add(String.valueOf(refused.getMessage()));
                        });
        assertThat(entries(target)).isEmpty();
        return messages.getFirst();
    }

    /** Stands for the end of the process. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A store whose user is killed after so many txns. */
    private static final class Breaking extends ForwardingStore {
        private int left;

        Breaking(Store store, int txns) {
            super(store);
            left = txns;
        }

        @Override
        public TxnOutcome txn(Txn txn, Duration deadline) {
            boolean fillsUp = txn.ops().size() < 2;
            if (!fillsUp && left-- == 0) {
                throw new Killed();
            }
            return super.txn(txn, deadline);
        }
    }

    /** Says of every other txn that its outcome is unknown: some were done, some were not. */
    private static final class Uncertain extends ForwardingStore {
        private final AtomicInteger calls = new AtomicInteger();

        Uncertain(Store store) {
            super(store);
        }

        @Override
        public TxnOutcome txn(Txn txn, Duration deadline) {
            int call = calls.incrementAndGet();
            if (call % 20 == 0) {
                return new Unknown("not done");
            }
            TxnOutcome outcome = super.txn(txn, deadline);
            boolean last = txn.ops().getFirst() instanceof Op.Delete;
            boolean done = outcome instanceof TxnOutcome.Committed;
            return done && (call % 10 == 0 || last) ? new Unknown("done") : outcome;
        }
    }
}
