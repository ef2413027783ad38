package io.evenkeel.it.chaos;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.it.Cluster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbered changes through the API of every control: some to a key of the writer's own, some to one
 * that all write on the condition of its revision. Each attempt has a number of its own and is made
 * once.
 */
final class Writers implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final long PAUSE_MILLIS = 120;
    private static final String SHARED = HistoryJudge.NUMBERED + "shared";

    private final HistoryJudge judge;
    private final Verdict verdict;
    private final AtomicLong numbers = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    Writers(List<Cluster.Member> controls, HistoryJudge judge, Verdict verdict) {
        this.judge = judge;
        this.verdict = verdict;
        for (Cluster.Member control : controls) {
            String own = HistoryJudge.NUMBERED + control.id;
            threads.add(Thread.ofVirtual().start(() -> run(() -> write(control, own, 0))));
            threads.add(Thread.ofVirtual().start(() -> run(() -> writeOnRevision(control))));
        }
    }

    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    private void run(Step step) {
        try {
            while (!stopping) {
                try {
                    step.take();
                } catch (IOException unanswered) {
                    // Whether it took effect is not known: so it was noted.
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeOnRevision(Cluster.Member control) throws IOException, InterruptedException {
        HttpResponse<String> present =
                control.api().send("GET", "/v1/policies/" + SHARED, "", DEADLINE);
        if (present.statusCode() == 404) {
            write(control, SHARED, 0);
        } else if (present.statusCode() == 200) {
            write(control, SHARED, revision(present));
        }
    }

    private static long revision(HttpResponse<String> answer) throws IOException {
        return Answer.read(answer.body()).at("metadata").at("revision").number();
    }

    private void write(Cluster.Member control, String policy, long onRevision)
            throws IOException, InterruptedException {
        long number = numbers.incrementAndGet();
        String body =
                """
                {"apiVersion":"evenkeel.io/v1","kind":"Policy",\
                "metadata":{"name":"%s","labels":{"number":"%d"}},"spec":{}}\
                """
                        .formatted(policy, number);
        judge.attempted(number, policy, onRevision);
        String[] condition =
                onRevision == 0
                        ? new String[0]
                        : new String[] {"If-Match", "\"" + onRevision + "\""};
        HttpResponse<String> answer =
                control.api().send("PUT", "/v1/policies/" + policy, body, DEADLINE, condition);
        switch (answer.statusCode()) {
            case 200, 201 -> {
                // It shows what is there, which can be another's change after this one.
                Answer shown = Answer.read(answer.body()).at("metadata");
                String last = shown.at("labels").at("number").text();
                judge.acknowledged(
                        number, shown.at("revision").number(), last.equals(Long.toString(number)));
            }
            // Changed meanwhile, another revision, no store: each says that nothing was written.
            case 409, 412, 503 -> judge.refused(number, answer.body());
            case 504 -> {}
            default ->
                    verdict.broken(
                            "a change is done, refused, or its outcome unknown",
                            answer.statusCode() + " " + answer.body());
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
