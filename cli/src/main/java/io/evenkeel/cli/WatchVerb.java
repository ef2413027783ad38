package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints changes as they come. A stream that breaks off, or falls silent although the API sends
 * heartbeats, is taken up again behind the last revision seen: nothing is missed and nothing is
 * printed twice.
 */
@Command(name = "watch", description = "Prints the present state of a kind, then every change.")
final class WatchVerb extends Verb {
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            converter = KindWord.class,
            completionCandidates = KindWord.Words.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private Kind kind = Kind.SERVICE;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Only this one.")
    private String name = "";

    @Option(names = "--from", paramLabel = "REVISION", description = "Changes from it on only.")
    private long from;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationWord.class,
            description = "Ends after this time; else when interrupted.")
    private Optional<Duration> limit = Optional.empty();

    /** What the reading thread hands over: a line, or the end of the stream. */
    private record Line(String text, boolean end) {}

    private long seenRevision;

    @Override
    int run(ApiClient api) {
        long end = limit.map(time -> System.nanoTime() + time.toNanos()).orElse(Long.MAX_VALUE);
        seenRevision = from - 1;
        boolean first = true;
        while (left(end) > 0 && !Thread.currentThread().isInterrupted()) {
            try {
                stream(api, end);
            } catch (FailedException lost) {
                if (first) {
                    throw lost;
                }
                err().println(
                                "evenkeel: "
                                        + String.valueOf(lost.getMessage())
                                                .lines()
                                                .findFirst()
                                                .orElse(""));
            }
            first = false;
            pause(end);
        }
        return Exit.OK;
    }

    private static long left(long end) {
        return end == Long.MAX_VALUE ? Long.MAX_VALUE : end - System.nanoTime();
    }

    private static void pause(long end) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(PAUSE.toNanos(), left(end))));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** One stream, until it ends. */
    private void stream(ApiClient api, long end) {
        String start = seenRevision > 0 ? Long.toString(seenRevision + 1) : "";
        BlockingQueue<Line> lines = new ArrayBlockingQueue<>(1024);
        String path = "/v1/" + kind.plural();
        try (InputStream in =
                api.stream(path, "tenant", tenant(), "watch", "true", "from", start)) {
            // Reading has no time limit of its own, so it is another thread that reads.
            Thread reader = Thread.ofVirtual().start(() -> read(in, lines));
            try {
                take(lines, end);
            } finally {
                reader.interrupt();
            }
        } catch (IOException closing) {
            // It is over either way.
        }
    }

    private static void read(InputStream in, BlockingQueue<Line> lines) {
        try (BufferedReader text =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                lines.put(new Line(line, false));
            }
            lines.put(new Line("", true));
        } catch (IOException broken) {
            // A reader that was told to stop finds nobody waiting; then this is dropped.
            boolean _ = lines.offer(new Line("", true));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(BlockingQueue<Line> lines, long end) {
        try {
            while (true) {
                long wait = Math.min(SILENCE.toNanos(), left(end));
                Line line = wait <= 0 ? null : lines.poll(wait, TimeUnit.NANOSECONDS);
                if (line == null || line.end()) {
                    return;
                }
                if (!line.text().isBlank() && !event(line.text())) {
                    return;
                }
                if (lines.isEmpty()) {
                    out().flush();
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints one event, and says whether the stream goes on. */
    private boolean event(String text) {
        if (!(JsonReader.read(text) instanceof Bound.Good<Tree>(Tree event))) {
            throw new FailedException("watch: a line is not JSON: " + text);
        }
        String revision = Fields.text(event, "revision");
        if (revision.matches("[0-9]{1,18}")) {
            seenRevision = Math.max(seenRevision, Long.parseLong(revision));
        }
        String type = Fields.text(event, "type");
        Tree object = Fields.at(event, "object").orElse(event);
        String subject = Fields.text(object, "metadata.name");
        String changed = subject.isEmpty() ? Fields.text(event, "name") : subject;
        switch (type) {
            case "bookmark" -> {
                return true;
            }
            case "end" -> {
                err().println("evenkeel: watch: " + Fields.text(event, "reason"));
                return false;
            }
            case "resync" -> err().println("evenkeel: watch: history is gone, all is sent again");
            default -> {
                if (name.isEmpty() || name.equals(changed)) {
                    print(type, changed, revision, event, object);
                }
            }
        }
        return true;
    }

    private void print(String type, String changed, String revision, Tree event, Tree object) {
        switch (format()) {
            // One line each, as they came.
            case JSON -> out().println(JsonWriter.compact(event));
            case YAML -> out().print("---\n" + YamlWriter.write(event));
            case TABLE -> {
                StringBuilder line = new StringBuilder();
                line.append(revision).append("  ").append(type).append("  ");
                line.append(KindWord.of(kind, changed));
                List<String> heads = KindTable.heads(kind);
                List<String> cells = KindTable.cells(kind, object);
                for (int i = 1; i < heads.size() && !type.equals("delete"); i++) {
                    if (!cells.get(i).isEmpty()) {
                        line.append("  ").append(heads.get(i).toLowerCase(Locale.ROOT));
                        line.append('=').append(cells.get(i));
                    }
                }
                out().println(line);
            }
        }
    }
}
