package io.evenkeel.agent.selffence;

import io.evenkeel.agent.core.SelfFence.Word;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks other hosts' agents about this host, all at once. Thread-safe. */
final class OtherAgents implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** Of an answer. */
    private static final long MOST_BYTES = 4_096;

    private final String host;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    /** Of this host. */
    OtherAgents(String host) {
        this.host = host;
    }

    /** One for each, in their order; takes at most {@link #ANSWER}. */
    List<Word> ask(List<HostPort> agents) {
        List<CompletableFuture<HttpResponse<byte[]>>> sent = new ArrayList<>();
        for (HostPort agent : agents) {
            URI uri = URI.create("http://" + agent + FailureSeen.PATH + host);
            sent.add(
                    client.sendAsync(
                            HttpRequest.newBuilder(uri).build(),
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES)));
        }
        // Of the whole answer: a request's own time-out ends with the head of its reply.
        List<CompletableFuture<Word>> words =
                sent.stream()
                        .map(one ->
                                one.copy()
                                        .orTimeout(ANSWER.toNanos(), TimeUnit.NANOSECONDS)
                                        .handle((answer, _) ->
                                                answer == null ? Word.UNKNOWN : read(answer)))
                        .toList();
        try {
            return words.stream().map(CompletableFuture::join).toList();
        } finally {
            sent.forEach(one -> one.cancel(true));
        }
    }

    private Word read(HttpResponse<byte[]> answer) {
        if (answer.statusCode() == 200
                && Stored.read(answer.body(), FailureSeen.class)
                        instanceof Bound.Good<FailureSeen>(FailureSeen seen)
                && seen.host().equals(host)) {
            return seen.confirmed() ? Word.CONFIRMED : Word.NOT_CONFIRMED;
        }
        return Word.UNKNOWN;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
