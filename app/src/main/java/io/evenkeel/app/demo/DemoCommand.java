package io.evenkeel.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Shows the main job on real processes and real traffic: nothing is configured, nothing is lost.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a gateway and sample backends on free ports, puts load on them, and shows",
            "what happens as backends come, slow down, die, leave and return."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final String SERVICE = "shop";

    @Option(
            names = "--once",
            description =
                    "Play the scenes once (under a minute), print a summary, and exit with 0 only if nothing was lost.")
    private boolean once;

    @Option(names = "--scene-seconds", hidden = true, defaultValue = "5")
    private int sceneSeconds;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("evenkeel-demo");
        DemoScreen screen = DemoScreen.onStdout();
        boolean lost;
        try (DemoStage stage = new DemoStage(folder, SERVICE)) {
            Thread closer = new Thread(stage::close, "demo-closer");
            Runtime.getRuntime().addShutdownHook(closer);
            do {
                lost = play(stage, screen);
            } while (!once);
            Runtime.getRuntime().removeShutdownHook(closer);
        }
        if (lost) {
            screen.say("Something was lost. The logs are in " + folder);
            return 1;
        }
        delete(folder);
        return 0;
    }

    private boolean play(DemoStage stage, DemoScreen screen) throws Exception {
        List<DemoScene> summary = new java.util.ArrayList<>();
        stage.begin(screen);
        summary.add(
                scene(
                        stage,
                        screen,
                        "register",
                        "three backends dialled in and registered",
                        () -> {
                            stage.backend("web-1", Duration.ofMillis(2));
                            stage.backend("web-2", Duration.ofMillis(2));
                            stage.backend("web-3", Duration.ofMillis(2));
                            stage.awaitBackends();
                            stage.load();
                        }));
        summary.add(
                scene(
                        stage,
                        screen,
                        "slow node",
                        "web-4 joins and is ten times slower",
                        () -> {
                            stage.backend("web-4", Duration.ofMillis(20));
                            stage.awaitBackends();
                        }));
        summary.add(
                scene(
                        stage,
                        screen,
                        "kill -9",
                        "web-2 is killed under load",
                        () -> stage.kill("web-2")));
        summary.add(
                scene(
                        stage,
                        screen,
                        "drain",
                        "web-3 is asked to leave (SIGTERM)",
                        () -> stage.leave("web-3")));
        summary.add(
                scene(
                        stage,
                        screen,
                        "return",
                        "web-2 and web-3 come back by themselves",
                        () -> {
                            stage.backend("web-2", Duration.ofMillis(2));
                            stage.backend("web-3", Duration.ofMillis(2));
                            stage.awaitBackends();
                        }));
        stage.end();
        screen.summary(summary, stage.totals());
        return stage.totals().lost() > 0;
    }

    /** Something that changes the cast. */
    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private DemoScene scene(
            DemoStage stage, DemoScreen screen, String name, String what, Action action)
            throws IOException, InterruptedException {
        screen.say("");
        screen.say("» " + name + ": " + what);
        DemoScene scene = DemoScene.begin(name, what, stage.totals());
        action.run();
        stage.watch(screen, Duration.ofSeconds(sceneSeconds));
        return scene.end(stage.totals());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
