package io.evenkeel.it.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The laboratory itself: what its tests build on. */
@Tag("X")
@Timeout(60)
class LaboratoryIT {
    private interface Work<T> {
        T done() throws IOException;
    }

    private static <T> T on(Machine machine, Work<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        machine.thread(
                        () -> {
                            try {
                                done.complete(work.done());
                            } catch (IOException | RuntimeException | Error e) {
                                done.completeExceptionally(e);
                            }
                        })
                .start();
        return done.get(20, TimeUnit.SECONDS);
    }

    private static boolean connects(Machine from, Machine to) throws Exception {
        return on(
                from,
                () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(to.address(), 7), 300);
                        return true;
                    } catch (IOException failed) {
                        return false;
                    }
                });
    }

    private static ServerSocket listen(Machine at) throws Exception {
        return on(at, () -> new ServerSocket(7));
    }

    private static List<String> namespaces() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void wiresAreCutInOneDirectionOrBothAndMended() throws Exception {
        try (Laboratory laboratory = Laboratory.open()) {
            Machine one = laboratory.machine("one");
            Machine two = laboratory.machine("two");
            Machine three = laboratory.machine("three");
            try (ServerSocket first = listen(one);
                    ServerSocket second = listen(two)) {
                assertThat(first.getLocalPort()).isEqualTo(second.getLocalPort());
                assertThat(connects(one, two)).isTrue();
                Wires wires = laboratory.wires();
                List<Wires.Lost> back = List.of(new Wires.Lost(two.address(), one.address(), 100));
                wires.lose(back);
                wires.lose(back);
                // Neither gets through: a connection needs both directions.
                assertThat(connects(one, two)).isFalse();
                assertThat(connects(two, one)).isFalse();
                assertThat(connects(three, one)).isTrue();
                assertThat(connects(three, two)).isTrue();
                wires.mend(back);
                assertThat(connects(one, two)).isFalse();
                wires.mend(back);
                assertThat(connects(one, two)).isTrue();
            }
        }
    }

    @Test
    void aPartOfThePacketsIsLost() throws Exception {
        try (Laboratory laboratory = Laboratory.open()) {
            Machine one = laboratory.machine("one");
            Machine two = laboratory.machine("two");
            try (ServerSocket open = listen(two)) {
                assertThat(open.isBound()).isTrue();
                laboratory.wires().lose(List.of(new Wires.Lost(one.address(), "", 50)));
                int through = 0;
                for (int i = 0; i < 20; i++) {
                    through += connects(one, two) ? 1 : 0;
                }
                assertThat(through).isBetween(2, 18);
            }
        }
    }

    @Test
    void whatRunsOnItsMachinesEndsWithItAndNothingIsLeft() throws Exception {
        Process process;
        String machine;
        try (Laboratory laboratory = Laboratory.open()) {
            Machine one = laboratory.machine("one");
            machine = "evenkeel-" + ProcessHandle.current().pid() + "-one";
            assertThat(namespaces()).contains(machine);
            List<String> command = new ArrayList<>(one.place(List.of("WHO=me")).before());
            command.addAll(List.of("sh", "-c", "[ $WHO = me ] && exec sleep 1000"));
            process = new ProcessBuilder(command).start();
            assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        }
        assertThat(process.waitFor()).isEqualTo(128 + 9);
        assertThat(namespaces()).noneMatch(name -> name.equals(machine));
    }

    @Test
    void leftoversOfAProcessThatIsGoneAreRemoved() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        String left = "evenkeel-" + gone.pid() + "-left";
        Command.run("ip", "netns", "add", left);
        Laboratory.open().close();
        assertThat(namespaces()).doesNotContain(left);
    }
}
