package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a service's queue as it orders itself, or all services. */
@Command(
        name = "top",
        description = "Shows a service's queue as it orders itself, head first; or all services.")
final class TopVerb extends Verb {
    /** Cursor home, erase what is below: the screen is drawn over, so that it does not flicker. */
    private static final String REDRAW = "\u001b[H\u001b[J";

    private static final String CLEAR = "\u001b[2J";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "Its name; without it all services are shown.")
    private String service = "";

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "1s",
            converter = DurationWord.class,
            description = "Time between two looks; default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--once", description = "Looks once; for programs, and with -o json or yaml.")
    private boolean once;

    @Option(
            names = {"-n", "--rows"},
            paramLabel = "NUMBER",
            defaultValue = "40",
            description = "The most endpoints shown; default: ${DEFAULT-VALUE}.")
    private int rows;

    private final QueueTable table = new QueueTable();

    @Override
    int run(ApiClient api) {
        if (once || format() != OutputFormat.TABLE) {
            show(api, "");
            return Exit.OK;
        }
        out().print(CLEAR);
        while (!Thread.currentThread().isInterrupted()) {
            show(api, REDRAW);
            if (out().checkError()) {
                return Exit.OK;
            }
            try {
                Thread.sleep(interval);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
        return Exit.OK;
    }

    private void show(ApiClient api, String before) {
        if (service.isEmpty()) {
            Tree list = api.list(Kind.SERVICE, "tenant", tenant());
            if (format() != OutputFormat.TABLE) {
                print(list);
                return;
            }
            out().print(before + KindTable.of(Kind.SERVICE, Fields.items(list, "items")).text());
            return;
        }
        String path = ApiClient.path(Kind.SERVICE, service) + "/queue";
        Tree queue =
                api.get(path, "tenant", tenant()).orFail(KindWord.of(Kind.SERVICE, service)).body();
        if (format() != OutputFormat.TABLE) {
            print(queue);
            return;
        }
        List<Tree> entries = Fields.items(queue, "entries");
        out().print(
                        before
                                + QueueTable.facts(queue)
                                + "\n"
                                + QueueTable.panic(queue)
                                + "\n"
                                + table.text(entries, rows, System.nanoTime()));
    }
}
