package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Says why something went as it did, from what was recorded then. */
@Command(
        name = "explain",
        description = {
            "Says why something went as it did, from what was recorded then:",
            "explain request ID, explain service NAME, explain endpoint NAME (also one that is",
            "gone or was never let in), explain host NAME (where it stands between alive and",
            "readmitted), explain registrations (the last that were refused)."
        })
final class ExplainVerb extends Verb {
    private static final List<String> SUBJECTS = List.of("request", "service", "endpoint", "host");
    private static final String REGISTRATIONS = "registrations";

    @Parameters(
            index = "0",
            paramLabel = "SUBJECT",
            description = "request, service, endpoint, host or registrations.")
    private String subject = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID|NAME",
            description = "The request's id (X-Request-Id of its answer), or a name.")
    private String name = "";

    @Override
    int run(ApiClient api) {
        String singular = subject.toLowerCase(Locale.ROOT).replaceFirst("s$", "");
        if (subject.equals(REGISTRATIONS) && name.isEmpty()) {
            Tree refused =
                    api.get("/v1/explain/registrations", "tenant", tenant())
                            .orFail(REGISTRATIONS)
                            .body();
            if (format() == OutputFormat.TABLE) {
                out().print(Page.table(Fields.items(refused, "refused")).text());
            } else {
                print(refused);
            }
            return Exit.OK;
        }
        if (!SUBJECTS.contains(singular) || name.isEmpty()) {
            throw new ParameterException(
                    spec().commandLine(),
                    "'"
                            + (subject + " " + name).strip()
                            + "' (expected: request ID, service NAME, endpoint NAME, host"
                            + " NAME or registrations)");
        }
        String path = "/v1/explain/" + singular + "s/" + ApiClient.encode(name);
        // A request's id is unique whoever's it is.
        String tenant = singular.equals("request") ? "" : tenant();
        Tree reply = api.get(path, "tenant", tenant).orFail(singular + " " + name).body();
        if (format() == OutputFormat.TABLE) {
            out().print(
                            switch (singular) {
                                case "request" -> RequestPage.of(reply);
                                case "host" -> HostPage.of(reply);
                                default ->
                                        Fields.at(reply, "queue").map(QueueTable::panic).orElse("")
                                                + Page.of(reply);
                            });
        } else {
            print(reply);
        }
        return Exit.OK;
    }
}
