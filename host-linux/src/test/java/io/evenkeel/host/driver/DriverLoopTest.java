package io.evenkeel.host.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DriverLoopTest {
    private final CountDownLatch released = new CountDownLatch(1);

    /** Hangs at "hang" until it is released. */
    private Reply<Tree> handle(Line.Request request) {
        return switch (request.call()) {
            case "hang" -> {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                yield new Reply.Silent<>("hung");
            }
            case "fail" -> throw new IllegalStateException("broken");
            case "ping" -> new Reply.Done<>(request.arguments());
            default -> throw new IllegalArgumentException("unknown");
        };
    }

    /** A driver on threads of this process. */
    private final class Rig implements AutoCloseable {
        final OutputStream to;
        final LineReader from;
        private final Thread thread;

        Rig() throws IOException {
            // Not the piped streams of java.io: those mind which threads have written.
            Pipe requests = Pipe.open();
            Pipe answers = Pipe.open();
            to = Channels.newOutputStream(requests.sink());
            from = new LineReader(Channels.newInputStream(answers.source()));
            InputStream in = Channels.newInputStream(requests.source());
            OutputStream out = Channels.newOutputStream(answers.sink());
            thread =
                    Thread.startVirtualThread(() -> {
                        try {
                            DriverLoop.run(DriverLoopTest.this::handle, in, out);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
        }

        void say(Line line) throws Exception {
            to.write(line.written().getBytes(StandardCharsets.UTF_8));
            to.flush();
        }

        void ask(long id, String call) throws Exception {
            say(new Line.Request(id, call, 1_000, Fields.text("x")));
        }

        Line next() throws Exception {
            return Line.read(from.next().orElseThrow());
        }

        @Override
        public void close() throws IOException {
            to.close();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void callThatHangsHoldsNeitherOthersNorProbes() throws Exception {
        try (Rig rig = new Rig()) {
            rig.ask(1, "hang");
            rig.ask(2, "ping");
            assertThat(rig.next().written())
                    .isEqualTo(new Line.Answer(2, new Reply.Done<>(Fields.text("x"))).written());
            rig.say(new Line.Probe(1));
            assertThat(rig.next())
                    .isInstanceOfSatisfying(
                            Line.Asked.class,
                            asked -> {
                                assertThat(asked.id()).isEqualTo(1);
                                assertThat(asked.millis()).isNotNegative();
                            });
            rig.say(new Line.Probe(99));
            assertThat(rig.next()).isEqualTo(new Line.Asked(99, -1));
            released.countDown();
            assertThat(rig.next()).isEqualTo(new Line.Answer(1, new Reply.Silent<>("hung")));
        }
    }

    @Test
    void whatIsTooMuchOrFailsIsAnsweredAllTheSame() throws Exception {
        try (Rig rig = new Rig()) {
            for (int id = 1; id <= DriverLoop.MAX_CALLS; id++) {
                rig.ask(id, "hang");
            }
            rig.ask(100, "ping");
            assertThat(rig.next())
                    .isInstanceOfSatisfying(
                            Line.Answer.class,
                            answer -> assertThat(answer.reply()).isInstanceOf(Reply.Unasked.class));
            released.countDown();
            for (int id = 1; id <= DriverLoop.MAX_CALLS; id++) {
                assertThat(rig.next().id()).isBetween(1L, (long) DriverLoop.MAX_CALLS);
            }
        }
        try (Rig rig = new Rig()) {
            rig.ask(101, "fail");
            assertThat(((Line.Answer) rig.next()).reply()).isInstanceOf(Reply.Unasked.class);
            rig.ask(102, "none");
            assertThat(((Line.Answer) rig.next()).reply())
                    .isEqualTo(new Reply.Refused<>("none: unknown"));
        }
    }

    @Test
    void rubbishEndsIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        DriverLoop.run(
                                this::handle,
                                new ByteArrayInputStream(
                                        "rubbish\n".getBytes(StandardCharsets.UTF_8)),
                                new ByteArrayOutputStream()));
    }
}
