package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import io.evenkeel.store.etcd.EtcdConfig;
import io.evenkeel.store.etcd.EtcdProcess;
import io.evenkeel.store.etcd.EtcdStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** `evenkeel store` with a real etcd: out of a standalone, into a cluster, and back. */
@Tag("X")
@Timeout(180)
class StoreTransferIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir private Path folder = Path.of("");
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    private EtcdProcess etcd() {
        return keep(EtcdProcess.start(folder.resolve("etcd")));
    }

    private Store client(EtcdProcess etcd) {
        return keep(EtcdStore.open(EtcdConfig.of(List.of(etcd.endpoint()), new Random(1))));
    }

    private Store embedded(Path data) {
        return EmbeddedStore.open(EmbeddedConfig.at(data));
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Launched.launcher().toString(), "store"));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static Output run(int code, String... arguments) throws Exception {
        Output output = Output.of(command(arguments));
        assertThat(output.code()).as(output.text()).isEqualTo(code);
        return output;
    }

    private static Map<String, Value> content(Store store) {
        Map<String, Value> content = new TreeMap<>();
        RangeResult all = store.range(RangeQuery.prefix("/ek/1/"), SOON);
        assertThat(all).isInstanceOf(RangeResult.Range.class);
        for (Entry entry : ((RangeResult.Range) all).entries()) {
            content.put(entry.key(), entry.value());
        }
        return content;
    }

    private static long revision(Store store) {
        return ((RangeResult.Range) store.range(RangeQuery.key("/ek"), SOON)).revision();
    }

    @Test
    void aStandaloneMovesIntoEtcdAndBackAndItsBackendIsServedAgain() throws Exception {
        Path file = folder.resolve("export.jsonl");
        try (Site site = Site.start()) {
            Path data = site.folder.resolve("data");
            site.backend("web-1.8080", "shop").awaitReady(Site.START_LIMIT);
            site.awaitServing("shop");
            site.api()
                    .send(
                            "PUT",
                            "/v1/policies/strict",
                            "{apiVersion: evenkeel.io/v1, kind: Policy, metadata: {name: strict},"
                                    + " spec: {requestLimits: {maxBody: 1MiB}}}");
            assertThat(run(1, "export", "--data-dir=" + data, file.toString()).text())
                    .contains("is in use by process " + site.standalone().pid());
            assertThat(file).doesNotExist();
            site.standalone().kill();

            run(0, "export", "--data-dir=" + data, file.toString());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Map<String, Value> before;
            long lastEpoch;
            try (Store store = embedded(data)) {
                before = content(store);
                lastEpoch = revision(store);
            }
            before.keySet().removeIf(key -> key.startsWith("/ek/1/presence/"));
            assertThat(before).hasSizeGreaterThan(4);

            EtcdProcess etcd = etcd();
            String members = "--etcd=" + etcd.endpoint();
            run(0, "import", members, file.toString());
            Store moved = client(etcd);
            assertThat(content(moved)).isEqualTo(before);
            assertThat(revision(moved)).isGreaterThan(lastEpoch);
            assertThat(run(1, "import", members, file.toString()).text()).contains("--replace");

            run(0, "export", members, file.toString());
            try (var files = Files.list(data)) {
                for (Path old : files.toList()) {
                    Files.delete(old);
                }
            }
            run(0, "import", "--data-dir=" + data, file.toString());
            try (Store store = embedded(data)) {
                assertThat(content(store)).isEqualTo(before);
            }
            site.restart();
            site.awaitServing("shop");
            assertThat(site.api().list("policies")).hasSize(1);
        }
    }

    @Test
    void anImportThatIsKilledIsNoticedAndFinishedByTheSameCommand() throws Exception {
        Path data = folder.resolve("data");
        Map<String, Value> before;
        try (Store store = embedded(data)) {
            fill(store, 20_000);
            before = content(store);
        }
        Path file = folder.resolve("export.jsonl");
        run(0, "export", "--data-dir=" + data, file.toString());
        EtcdProcess etcd = etcd();
        Store target = client(etcd);
        String members = "--etcd=" + etcd.endpoint();
        Process first =
                command("import", members, file.toString())
                        .redirectOutput(folder.resolve("first.log").toFile())
                        .start();
        RangeQuery count = RangeQuery.prefix("/ek/1/spec/").counting();
        Site.await(
                "a part of it is there",
                Duration.ofSeconds(60),
                () ->
                        target.range(count, SOON) instanceof RangeResult.Range range
                                && range.count() > 1_000);
        first.destroyForcibly().waitFor();
        assertThat(content(target).size()).isLessThan(before.size());

        assertThat(run(1, "export", members, "-").text()).contains("has not come to its end");
        run(0, "import", members, file.toString());
        assertThat(content(target)).isEqualTo(before);
        run(0, "export", members, file.toString());
    }

    @Test
    void aStandaloneDoesNotStartOnHalfAnImport() throws Exception {
        Path data = folder.resolve("data");
        try (Store store = embedded(data)) {
            store.txn(Txn.of(Op.put("/ek/1/lock/imports/default/store", "{\"v\":1}")), SOON);
        }
        Output output =
                Output.of(
                        new ProcessBuilder(
                                        Launched.launcher().toString(),
                                        "standalone",
                                        "--http=127.0.0.1:0",
                                        "--link=127.0.0.1:0",
                                        "--admin=127.0.0.1:0",
                                        "--data-dir=" + data)
                                .redirectErrorStream(true));
        assertThat(output.code()).isEqualTo(1);
        assertThat(output.text()).contains("has not come to its end", "--replace");
    }

    @Test
    void wrongUsageAndFailuresAreToldApart() throws Exception {
        run(2, "export");
        run(2, "import", "--etcd=nowhere", "x");
        run(2, "import", "--etcd=127.0.0.1:1", "--data-dir=" + folder, "x");
        assertThat(run(1, "export", "--data-dir=" + folder.resolve("none"), "-").text())
                .contains("there is no store");
        assertThat(run(1, "import", "--data-dir=" + folder, folder + "/none").text())
                .contains("none");
        Path damaged = Files.writeString(folder.resolve("damaged"), "{\"evenkeel\":");
        assertThat(run(1, "import", "--data-dir=" + folder, damaged.toString()).text())
                .contains("damaged at line 1");
    }

    private static void fill(Store store, int keys) throws IOException {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            ops.add(Op.put("/ek/1/spec/endpoints/default/e" + i, "{\"v\":1,\"n\":" + i + "}"));
            if (ops.size() == 100) {
                assertThat(store.txn(Txn.of(ops.toArray(Op[]::new)), SOON))
                        .isInstanceOf(TxnOutcome.Committed.class);
                ops.clear();
            }
        }
    }
}
