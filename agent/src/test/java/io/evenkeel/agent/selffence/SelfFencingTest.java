package io.evenkeel.agent.selffence;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.agent.core.SelfFence.Word;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.store.ForwardingStore;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What agents ask each other, over sockets, and what a host knows of whom to ask. */
class SelfFencingTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final HostKey HOST = new HostKey("default", "h5");
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final MemoryStore memory = new MemoryStore();
    private final CutOff store = new CutOff(memory);
    private final OtherAgents others = new OtherAgents(HOST.name());
    private FailureAnswers answers;

    /** A store that can be out of reach. */
    private static final class CutOff extends ForwardingStore {
        private volatile boolean away;

        CutOff(MemoryStore store) {
            super(store);
        }

        @Override
        public RangeResult range(RangeQuery query, Duration deadline) {
            return away ? new Unknown("away") : super.range(query, deadline);
        }
    }

    @BeforeEach
    void listen() throws Exception {
        answers = FailureAnswers.start(store, "default", ANY);
    }

    @AfterEach
    void close() {
        others.close();
        answers.close();
        memory.close();
    }

    private void put(String key, Object record) {
        put(key, Stored.write(record));
    }

    private void put(String key, byte[] value) {
        Txn txn = Txn.when().then(Op.put(key, Value.of(value))).build();
        assertThat(memory.txn(txn, SOON)).isInstanceOf(TxnOutcome.Committed.class);
    }

    private void stage(Stage stage) {
        put(
                HostKeys.procedure(HOST),
                new Procedure(stage, 1, 1, 1, 1, 0, 0, "", 1, 1, List.of(), "", false, List.of()));
    }

    private Word ask(HostPort agent) {
        return others.ask(List.of(agent)).getFirst();
    }

    private HostPort real() {
        return new HostPort("127.0.0.1", answers.port());
    }

    @Test
    void failureIsSaidFromItsConfirmationUntilTheHostIsTakenBack() {
        assertThat(ask(real())).isEqualTo(Word.NOT_CONFIRMED);
        for (Stage stage : Stage.values()) {
            stage(stage);
            assertThat(ask(real()))
                    .as("%s", stage)
                    .isEqualTo(
                            switch (stage) {
                                case CONFIRMED, FENCED -> Word.CONFIRMED;
                                case ASKING, DEATH, LOCK, READMITTING -> Word.NOT_CONFIRMED;
                            });
        }
        put(HostKeys.procedure(HOST), new byte[] {'{'});
        assertThat(ask(real())).isEqualTo(Word.NOT_CONFIRMED);
    }

    @Test
    void agentWhoseStoreDoesNotAnswerKnowsNothing() {
        stage(Stage.FENCED);
        store.away = true;
        assertThat(ask(real())).isEqualTo(Word.UNKNOWN);
    }

    @Test
    void otherQuestionsAreRefusedWithWhatIsExpected() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/v1/failures/", "/v1/failures/a/b", "/v1/failures/%2e")) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create("http://" + real() + path))
                                .timeout(SOON)
                                .build();
                var answer = client.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).contains("expected: GET /v1/failures/NAME");
            }
        }
    }

    /** One that answers everything with this. */
    private static HttpServer other(String body) throws Exception {
        HttpServer server = HttpServer.create(ANY, 0);
        var _ =
                server.createContext(
                        "/",
                        exchange -> {
                            try (exchange) {
                                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                                exchange.sendResponseHeaders(200, bytes.length);
                                exchange.getResponseBody().write(bytes);
                            }
                        });
        server.start();
        return server;
    }

    @Test
    void whatIsNoAnswerToTheQuestionSaysNothing() throws Exception {
        String good = "{\"v\":1,\"host\":\"h5\",\"confirmed\":true}";
        assertThat(saidBy(good)).isEqualTo(Word.CONFIRMED);
        assertThat(saidBy(good.replace("h5", "h6"))).isEqualTo(Word.UNKNOWN);
        assertThat(saidBy(good.replace("true", "\"yes\""))).isEqualTo(Word.UNKNOWN);
        assertThat(saidBy("{")).isEqualTo(Word.UNKNOWN);
        assertThat(saidBy(good + " ".repeat(10_000))).isEqualTo(Word.UNKNOWN);
    }

    private Word saidBy(String body) throws Exception {
        HttpServer server = other(body);
        try {
            return ask(new HostPort("127.0.0.1", server.getAddress().getPort()));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whoIsSilentCostsTheOthersNothing() throws Exception {
        stage(Stage.CONFIRMED);
        HostPort closed;
        try (ServerSocket gone = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            closed = new HostPort("127.0.0.1", gone.getLocalPort());
        }
        try (ServerSocket silent = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            assertThat(
                            others.ask(
                                    List.of(
                                            new HostPort("127.0.0.1", silent.getLocalPort()),
                                            closed,
                                            real())))
                    .containsExactly(Word.UNKNOWN, Word.UNKNOWN, Word.CONFIRMED);
        }
    }

    @Timeout(30)
    @Test
    void answerThatDoesNotEndIsWaitedForNoLonger() throws Exception {
        stage(Stage.CONFIRMED);
        try (ServerSocket slow = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            Thread head =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    slow.accept()
                                            .getOutputStream()
                                            .write(
                                                    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
                                                            .getBytes(StandardCharsets.UTF_8));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            HostPort at = new HostPort("127.0.0.1", slow.getLocalPort());
            assertThat(others.ask(List.of(at, real())))
                    .containsExactly(Word.UNKNOWN, Word.CONFIRMED);
            head.join();
        }
    }

    private static HostRecord agent(Optional<HostPort> asked) {
        return new HostRecord(
                "i",
                "b",
                "1",
                0,
                new HostInventory("10.0.0.1", "", "", 1, new Size(1 << 30)),
                asked);
    }

    @Test
    void hostsThatFollowByNameAreAskedAroundAndAtMostEight() {
        for (int i = 0; i < 30; i++) {
            HostKey host = new HostKey("default", "h" + i);
            Optional<HostPort> asked =
                    i == 6 ? Optional.empty() : Optional.of(new HostPort("10.0.0.1", 100 + i));
            put(Keys.hostAlive(host), agent(asked));
            put(Keys.hostSeen(host), new FailureSeen("h", false));
        }
        put(Keys.hostAlive(new HostKey("default", "h7")), new byte[] {'{'});
        put(Keys.hostAlive(new HostKey("other", "h8")), agent(Optional.of(ANYWHERE)));
        // By name: h5, h6, h7, h8, h9, then h0, h1, h10 and so on.
        assertThat(read().others().stream().map(HostPort::port))
                .containsExactly(108, 109, 100, 101, 110, 111, 112, 113);
    }

    private static final HostPort ANYWHERE = new HostPort("10.0.0.9", 1);

    private Surroundings read() {
        return Surroundings.read(store, HOST, SOON).orElseThrow();
    }

    private void datastore(String tenant, String name, String pool, int monitor) {
        HostPort at = new HostPort("10.0.0.2", monitor);
        put(
                Keys.spec(Kind.DATASTORE, tenant, name),
                Stored.spec(
                        Resource.of(
                                Metadata.of(tenant, name, Source.API),
                                new DatastoreSpec(
                                        List.of(at),
                                        pool,
                                        "admin",
                                        "",
                                        "",
                                        "",
                                        Optional.empty()))));
    }

    @Test
    void eachStorageClusterIsKnownByOneOfItsPools() {
        datastore("default", "a", "vms", 6789);
        datastore("default", "b", "more", 6789);
        datastore("default", "c", "other", 6790);
        datastore("another", "d", "theirs", 6791);
        put(Keys.spec(Kind.DATASTORE, "default", "broken"), new byte[] {'{'});
        assertThat(read().storages())
                .containsOnlyKeys(cluster(6789), cluster(6790))
                .containsEntry(cluster(6789), "vms");
        store.away = true;
        assertThat(Surroundings.read(store, HOST, SOON)).isEmpty();
    }

    private static StorageCluster cluster(int monitor) {
        return new StorageCluster(List.of(new HostPort("10.0.0.2", monitor)), "admin", "");
    }
}
