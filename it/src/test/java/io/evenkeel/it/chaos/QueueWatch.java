package io.evenkeel.it.chaos;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.it.Cluster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * Looks at every gateway's queue: who stands in it may be picked next, though by least load a
 * backend that answers nothing is hardly ever. One thread.
 */
final class QueueWatch {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<Cluster.Member> gateways;
    private final RequestJudge judge;
    private int looks;

    QueueWatch(List<Cluster.Member> gateways, RequestJudge judge) {
        this.gateways = gateways;
        this.judge = judge;
    }

    void look() throws InterruptedException {
        for (Cluster.Member gateway : gateways) {
            try {
                look(gateway);
                looks++;
            } catch (IOException unanswered) {
                // Killed or stopped: it picks nobody.
            }
        }
    }

    private void look(Cluster.Member gateway) throws IOException, InterruptedException {
        long asked = System.currentTimeMillis();
        String path = "/v1/services/" + Stage.SERVICE + "/queue";
        HttpResponse<String> answer = gateway.api().send("GET", path, "", PATIENCE);
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
        long answered = System.currentTimeMillis();
        for (Answer entry : Answer.read(answer.body()).at("entries").items()) {
            if (!entry.at("standing").text().equals("out")) {
                judge.mayBePicked(gateway.id, entry.at("endpoint").text(), asked, answered);
            }
        }
    }

    @Override
    public String toString() {
        return looks + " looks at queues";
    }
}
