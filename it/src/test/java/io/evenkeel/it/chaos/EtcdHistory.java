package io.evenkeel.it.chaos;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.it.lab.Machine;
import io.evenkeel.store.etcd.EtcdProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads etcd's history by etcd's own JSON, past the product's client, from a machine that nothing
 * is done to. Nothing compacts it. One thread.
 */
final class EtcdHistory {
    private static final long PATIENCE_SECONDS = 2;

    private final List<EtcdProcess> members;
    private final HistoryJudge judge;
    private final HttpClient http;
    private int asked;
    private long next = 1;

    EtcdHistory(List<EtcdProcess> members, Machine from, HistoryJudge judge) {
        this.members = members;
        this.judge = judge;
        this.http = HttpClient.newBuilder().executor(from.place().callers()).build();
    }

    /** Reads on to what is there now; false if no member said all of it. */
    boolean readOn() throws InterruptedException {
        for (int i = 0; i < members.size(); i++) {
            String member = members.get(asked++ % members.size()).endpoint();
            try {
                long newest = newest(member);
                if (newest >= next) {
                    read(member, newest);
                }
                judge.observedUpTo(next - 1);
                return true;
            } catch (IOException | ExecutionException | TimeoutException unanswered) {
                // The next one goes on where this one was left.
            }
        }
        return false;
    }

    private HttpRequest request(String member, String path, String json) {
        return HttpRequest.newBuilder(URI.create(member + path))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /** The revision that a majority is at. */
    private long newest(String member)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        String answer =
                http.sendAsync(
                                request(member, "/v3/kv/range", "{\"key\":\"AA==\"}"),
                                HttpResponse.BodyHandlers.ofString())
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .body();
        Answer read = Answer.read(answer);
        if (!read.has("header")) {
            throw new IOException(answer);
        }
        return Long.parseLong(read.at("header").at("revision").text());
    }

    private void read(String member, long upTo)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        String all =
                "{\"create_request\":{\"key\":\"AA==\",\"range_end\":\"AA==\","
                        + "\"start_revision\":\"%d\"}}".formatted(next);
        Lines lines = new Lines();
        CompletableFuture<HttpResponse<Void>> watch =
                http.sendAsync(
                        request(member, "/v3/watch", all),
                        HttpResponse.BodyHandlers.fromLineSubscriber(lines));
        try {
            while (next <= upTo) {
                String line = lines.waiting.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (line == null) {
                    throw new IOException("nothing more");
                }
                observe(Answer.read(line).at("result"));
            }
        } finally {
            lines.cancel();
            watch.cancel(true);
        }
    }

    private void observe(Answer result) {
        if (!result.has("events")) {
            return;
        }
        long last = next - 1;
        for (Answer event : result.at("events").items()) {
            Answer entry = event.at("kv");
            last = Long.parseLong(entry.at("mod_revision").text());
            boolean deleted = event.has("type") && event.at("type").text().equals("DELETE");
            String value = entry.has("value") ? text(entry.at("value")) : "";
            judge.observe(new Event(last, text(entry.at("key")), deleted ? null : value));
        }
        next = last + 1;
    }

    private static String text(Answer base64) {
        return new String(Base64.getDecoder().decode(base64.text()), StandardCharsets.UTF_8);
    }

    /** Lines as they come, so that a stream that falls silent is left. */
    private static final class Lines implements Flow.Subscriber<String> {
        final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(1_000);
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription.complete(begun);
            begun.request(1);
        }

        @Override
        public void onNext(String line) {
            try {
                waiting.put(line);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            subscription.join().request(1);
        }

        @Override
        public void onError(Throwable failed) {}

        @Override
        public void onComplete() {}

        void cancel() {
            if (subscription.isDone()) {
                subscription.join().cancel();
            }
        }
    }
}
