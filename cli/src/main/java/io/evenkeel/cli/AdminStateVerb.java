package io.evenkeel.cli;

import io.evenkeel.model.AdminState;
import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Sets what the operator wants of services or endpoints. */
abstract class AdminStateVerb extends Verb {
    private final AdminState state;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            converter = KindWord.class,
            description = "service or endpoint.")
    private Kind kind = Kind.SERVICE;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "Their names.")
    private List<String> names = new ArrayList<>();

    @Mixin private final ReasonOption reason = new ReasonOption();

    @Option(
            names = "--force",
            description = "Even if the service's availability does not allow it.")
    private boolean force;

    AdminStateVerb(AdminState state) {
        this.state = state;
    }

    /** No new requests; those running finish. */
    @Command(
            name = "drain",
            description = "Gives services or endpoints no new requests; those running finish.")
    static final class Drain extends AdminStateVerb {
        Drain() {
            super(AdminState.DRAIN);
        }
    }

    /** Back in service. */
    @Command(
            name = "ready",
            aliases = "undrain",
            description = "Takes back an earlier drain or maint.")
    static final class Ready extends AdminStateVerb {
        Ready() {
            super(AdminState.READY);
        }
    }

    /** Out of service at once. */
    @Command(
            name = "maint",
            description = "Takes services or endpoints out at once; they are not checked either.")
    static final class Maint extends AdminStateVerb {
        Maint() {
            super(AdminState.MAINT);
        }
    }

    @Override
    final int run(ApiClient api) {
        if (kind != Kind.SERVICE && kind != Kind.ENDPOINT) {
            throw new ParameterException(
                    spec().commandLine(), kind.plural() + " (expected: service or endpoint)");
        }
        String word = state.name().toLowerCase(Locale.ROOT);
        List<Tree> changed = new ArrayList<>();
        for (String name : names) {
            String what = KindWord.of(kind, name);
            ApiReply reply =
                    api.change(
                            "POST",
                            ApiClient.path(kind, name) + ":" + word,
                            Optional.empty(),
                            -1,
                            "tenant",
                            tenant(),
                            "reason",
                            reason.text,
                            "force",
                            force ? "true" : "");
            if (reply.ok()) {
                changed.add(reply.body());
                if (format() == OutputFormat.TABLE) {
                    out().println(what + " " + word);
                }
            } else {
                err().println(what + ": " + reply.problem());
            }
        }
        if (format() != OutputFormat.TABLE) {
            print(Fields.list(changed));
        }
        return changed.size() == names.size() ? Exit.OK : Exit.FAILED;
    }
}
