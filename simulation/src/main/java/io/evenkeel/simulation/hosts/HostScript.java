package io.evenkeel.simulation.hosts;

import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A scenario in a file: commands, and the log that they come to. Lines:
 *
 * <pre>
 * profile standard              # patient, standard or swift; first
 * hosts 4 machines 2 controls 2 # every even host is hyperconverged
 * switchable h1                 # what switches it off from outside is declared
 * at 10s crash h1               # a command, at a time
 * when "c1 claims" kill c1      # a command, once, right after the first such line of the log
 * until 400s                    # how long it runs
 * settled                       # everything that is wanted has to run in the end
 * </pre>
 *
 * <p>Nothing is random: calls take the same time, and none is lost by itself. What is held in
 * random runs is held here too.
 */
public final class HostScript {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> log = new ArrayList<>();
    private final List<String[]> triggers = new ArrayList<>();
    private final HostWorld world;

    private HostScript(FailoverSettings settings, HostJoints joints) {
        world = new HostWorld(new Seed(1), settings, joints, this::line);
        world.calm = true;
    }

    /** Runs a scenario; the log, one line each, times in seconds. */
    public static List<String> run(List<String> lines, HostJoints joints) {
        List<String[]> commands = new ArrayList<>();
        for (String line : lines) {
            String bare = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
            if (!bare.isBlank()) {
                commands.add(bare.strip().split("\\s+", -1));
            }
        }
        Profile profile = Profile.valueOf(commands.getFirst()[1].toUpperCase(Locale.ROOT));
        boolean links = commands.stream().anyMatch(words -> words[0].equals("witnesses"));
        HostScript script =
                new HostScript(
                        profile.settings().withFurther(links ? Set.of(Witness.LINKS) : Set.of()),
                        joints);
        script.run(commands);
        return script.log;
    }

    private void run(List<String[]> commands) {
        long until = 0;
        boolean settled = false;
        for (String[] words : commands) {
            switch (words[0]) {
                case "profile", "witnesses" -> {}
                case "hosts" ->
                        world.begin(
                                Integer.parseInt(words[1]),
                                Integer.parseInt(words[3]),
                                Integer.parseInt(words[5]));
                case "switchable" -> host(words[1]).switchable = true;
                case "at" -> world.queue.at(nanos(words[1]), () -> carryOut(words, 2));
                case "when" -> triggers.add(words);
                case "until" -> until = nanos(words[1]);
                case "settled" -> settled = true;
                default -> throw new IllegalArgumentException("line: " + String.join(" ", words));
            }
        }
        world.queue.runUntil(until);
        if (settled) {
            world.settled();
        }
    }

    private static long nanos(String seconds) {
        return Long.parseLong(seconds.replace("s", "")) * SECOND;
    }

    private void line(String text) {
        log.add(String.format(Locale.ROOT, "%5d %s", world.queue.nowNanos() / SECOND, text));
        for (String[] trigger : List.copyOf(triggers)) {
            // when "WORDS OF THE LINE" COMMAND
            int end = 1;
            StringBuilder wanted = new StringBuilder(trigger[1]);
            while (!trigger[end].endsWith("\"")) {
                wanted.append(' ').append(trigger[++end]);
            }
            int from = end + 1;
            if (text.contains(wanted.substring(1, wanted.length() - 1))) {
                triggers.remove(trigger);
                world.queue.after(0, () -> carryOut(trigger, from));
            }
        }
    }

    private void carryOut(String[] words, int from) {
        String what = words[from];
        String name = words.length > from + 1 ? words[from + 1] : "";
        log.add(
                String.format(
                                Locale.ROOT,
                                "%5d > %s %s",
                                world.queue.nowNanos() / SECOND,
                                what,
                                name)
                        .stripTrailing());
        if (what.startsWith("store-")) {
            world.storeAway = what.equals("store-away");
            for (SimControl control : world.controls) {
                control.way.lose(world.storeAway, world.storeAway);
            }
        } else if (what.startsWith("control-")) {
            control(what, control(name));
        } else if (what.equals("off") || what.equals("on")) {
            world.wanted(name, what.equals("on"));
        } else if (what.equals("slow-storage")) {
            world.storageTakesNanos = nanos(name);
        } else {
            host(what, host(name));
        }
    }

    private SimHost host(String name) {
        SimHost host = world.hosts.get(name);
        // Else the host that a machine belongs on.
        return host != null
                ? host
                : Objects.requireNonNull(world.hosts.get(world.runsOn(name)), name);
    }

    private SimControl control(String name) {
        for (SimControl control : world.controls) {
            if (name.equals("leader") ? control.leads() : control.name.equals(name)) {
                return control;
            }
        }
        throw new IllegalArgumentException("no control " + name);
    }

    private void host(String what, SimHost host) {
        switch (what) {
            case "crash" -> host.crash();
            case "mute" -> host.mute = true;
            case "boot" -> world.boot(host);
            case "stop" -> host.stopped = true;
            case "resume" -> host.stopped = false;
            case "cut" -> {
                host.managementCut = true;
                host.storageCut = true;
            }
            case "cut-management" -> host.managementCut = true;
            case "cut-storage" -> host.storageCut = true;
            case "agent-down" -> host.agentDown = true;
            case "libvirt-down" -> host.libvirtDown = true;
            case "heal" -> {
                host.managementCut = false;
                host.storageCut = false;
                host.agentDown = false;
                host.libvirtDown = false;
            }
            case "switch-down" -> host.switchAnswers = false;
            case "readmit" -> world.word(host.key, HostWord.Word.READMIT);
            case "proceed" -> world.word(host.key, HostWord.Word.PROCEED);
            case "reclaim" -> world.reclaim(host);
            default -> throw new IllegalArgumentException("command: " + what);
        }
    }

    private void control(String what, SimControl control) {
        switch (what) {
            case "control-kill" -> {
                control.process.kill();
                world.controls.remove(control);
                world.bear().process.turn();
            }
            case "control-stop" -> control.process.stopped(true);
            case "control-resume" -> control.process.stopped(false);
            case "control-cut-store" -> {
                control.storeCut = true;
                control.way.lose(true, true);
            }
            case "control-deaf" -> {
                control.storeCut = true;
                control.way.lose(false, true);
            }
            case "control-cut-management" -> control.managementCut = true;
            case "control-cut-storage" -> control.storageCut = true;
            case "control-heal" -> {
                control.storeCut = false;
                control.managementCut = false;
                control.storageCut = false;
                control.way.lose(false, false);
            }
            default -> throw new IllegalArgumentException("command: " + what);
        }
    }
}
