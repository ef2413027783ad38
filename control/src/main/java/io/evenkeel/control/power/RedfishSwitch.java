package io.evenkeel.control.power;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostPower;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Switches hosts off by Redfish (DMTF DSP0266): {@code ForceOff} by the action that the system
 * itself names, then its {@code PowerState} is looked at until it is {@code Off}; what the action
 * was answered is believed of nobody. Thread-safe; credentials are read at each use.
 */
public final class RedfishSwitch implements PowerSwitch {
    private static final String ROOT = "/redfish/v1/";
    private static final String RESET = "#ComputerSystem.Reset";
    private static final String FORCE_OFF = "ForceOff";
    private static final String STATE = "PowerState";
    private static final String OFF = "Off";

    /** Between two looks. */
    private static final long LOOK_MILLIS = 500;

    /** How long an answer that it is wanted holds. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** A controller that has too much to do is asked again. */
    private static final int BUSY = 503;

    /** What is asked of a controller once it has let us in. */
    private interface Question {
        Reply<String> ask(RedfishClient client, String path)
                throws RedfishException, InterruptedException;
    }

    @Override
    public Reply<String> off(HostPower power, Duration timeout, BooleanSupplier wanted)
            throws InterruptedException {
        return ask(power, timeout, (client, path) -> off(client, path, power.url(), wanted));
    }

    @Override
    public Reply<String> state(HostPower power, Duration timeout) throws InterruptedException {
        return ask(
                power,
                timeout,
                (client, path) -> {
                    Tree system = client.get(path);
                    var _ = target(client, system, path);
                    return new Reply.Done<>(state(system));
                });
    }

    private static Reply<String> ask(HostPower power, Duration timeout, Question question)
            throws InterruptedException {
        try (RedfishClient client = RedfishClient.open(power, timeout)) {
            Tree root = client.get(ROOT);
            client.logIn(
                    RedfishClient.at(root, "Links")
                            .flatMap(links -> RedfishClient.link(links, "Sessions"))
                            .orElse(ROOT + "SessionService/Sessions"));
            return question.ask(client, system(client, root, power.system()));
        } catch (RedfishException e) {
            String why = power.url() + ": " + e.why();
            return e.answered() ? new Reply.Refused<>(why) : new Reply.Silent<>(why);
        }
    }

    private static Reply<String> off(
            RedfishClient client, String path, String url, BooleanSupplier wanted)
            throws RedfishException, InterruptedException {
        Tree system = client.get(path);
        if (isOff(system)) {
            return new Reply.Done<>(path + " was off already");
        }
        String target = target(client, system, path);
        boolean asked = false;
        RedfishException busy = null;
        while (client.left().toMillis() > LOOK_MILLIS) {
            if (!asked) {
                long within = System.nanoTime() + FRESH.toNanos();
                if (!wanted.getAsBoolean()) {
                    return new Reply.Refused<>(url + path + ": it is not to be off any more");
                }
                try {
                    client.post(target, RedfishClient.object("ResetType", FORCE_OFF), within);
                    asked = true;
                } catch (RedfishException refused) {
                    // Also if it is off by now: then there is nothing to be done.
                    if (!isOff(client.get(path)) && refused.status() != BUSY) {
                        throw refused;
                    }
                    busy = refused;
                }
            }
            system = client.get(path);
            if (isOff(system)) {
                return new Reply.Done<>(path + " is off");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return new Reply.Silent<>(
                url
                        + path
                        + (asked
                                ? ": not off in time, is " + state(system)
                                : ": " + (busy == null ? "no time left" : busy.why())));
    }

    private static String state(Tree system) {
        return RedfishClient.text(system, STATE).orElse("in no " + STATE);
    }

    /** {@code PoweringOff} is not off. */
    private static boolean isOff(Tree system) {
        return state(system).equals(OFF);
    }

    /** The path of the system of this id, or of the only one. */
    private static String system(RedfishClient client, Tree root, String id)
            throws RedfishException, InterruptedException {
        String systems = RedfishClient.link(root, "Systems").orElse(ROOT + "Systems");
        List<String> members =
                RedfishClient.at(client.get(systems), "Members")
                        .map(RedfishClient::items)
                        .orElse(List.of())
                        .stream()
                        .flatMap(member -> RedfishClient.id(member).stream())
                        .toList();
        List<String> found =
                members.stream().filter(path -> id.isEmpty() || path.endsWith("/" + id)).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw RedfishException.refused(
                0,
                systems
                        + ": "
                        + (members.isEmpty() ? "no systems" : String.join(" ", members))
                        + " (expected: "
                        + (id.isEmpty() ? "one; else say which by power.system" : id)
                        + ")");
    }

    /** Where the system is to be asked; it has to offer what we need, if it says what it offers. */
    private static String target(RedfishClient client, Tree system, String path)
            throws RedfishException, InterruptedException {
        Optional<Tree> action =
                RedfishClient.at(system, "Actions").flatMap(all -> RedfishClient.at(all, RESET));
        Optional<String> target = action.flatMap(reset -> RedfishClient.text(reset, "target"));
        if (action.isEmpty() || target.isEmpty()) {
            throw RedfishException.refused(0, path + ": no action " + RESET + " with a target");
        }
        List<String> offered = offered(client, action.get());
        if (!offered.isEmpty() && !offered.contains(FORCE_OFF)) {
            throw RedfishException.refused(
                    0, path + ": offers " + String.join(" ", offered) + " (expected: ForceOff)");
        }
        return target.get();
    }

    private static List<String> offered(RedfishClient client, Tree action)
            throws RedfishException, InterruptedException {
        Optional<Tree> here = RedfishClient.at(action, "ResetType@Redfish.AllowableValues");
        if (here.isPresent()) {
            return RedfishClient.texts(here.get());
        }
        Optional<String> elsewhere = RedfishClient.text(action, "@Redfish.ActionInfo");
        if (elsewhere.isEmpty()) {
            return List.of();
        }
        return RedfishClient.at(client.get(elsewhere.get()), "Parameters")
                .map(RedfishClient::items)
                .orElse(List.of())
                .stream()
                .filter(one -> RedfishClient.text(one, "Name").equals(Optional.of("ResetType")))
                .flatMap(one -> RedfishClient.at(one, "AllowableValues").stream())
                .flatMap(values -> RedfishClient.texts(values).stream())
                .toList();
    }
}
