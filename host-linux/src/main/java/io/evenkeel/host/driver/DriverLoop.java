package io.evenkeel.host.driver;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The side of the driver process: reads requests, hands each to a thread of its own, writes
 * answers. The thread that reads does nothing else, so that a probe is answered while the library
 * hangs. Ends with its input, as when the process that started it has died.
 */
public final class DriverLoop {
    /** Calls into the library at once. */
    static final int MAX_CALLS = 16;

    private final Handler handler;
    private final OutputStream out;
    private final Semaphore places = new Semaphore(MAX_CALLS);
    private final Map<Long, Long> askedAtNanos = new ConcurrentHashMap<>();

    private DriverLoop(Handler handler, OutputStream out) {
        this.handler = handler;
        this.out = out;
    }

    /** Returns when there is no more input, or it makes no sense; calls may still be under way. */
    public static void run(Handler handler, InputStream in, OutputStream out) throws IOException {
        DriverLoop loop = new DriverLoop(handler, out);
        LineReader lines = new LineReader(in);
        for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
            loop.take(Line.read(line.get()));
        }
    }

    private void take(Line line) throws IOException {
        switch (line) {
            case Line.Probe(long id) -> {
                Long at = askedAtNanos.get(id);
                long millis = at == null ? -1 : (System.nanoTime() - at) / 1_000_000;
                say(new Line.Asked(id, millis));
            }
            case Line.Request request when places.tryAcquire() ->
                    // A platform thread: the libraries keep what went wrong for the thread that
                    // asked.
                    Thread.ofPlatform()
                            .daemon()
                            .name(request.call() + " " + request.id())
                            .start(() -> call(request));
            case Line.Request request ->
                    say(
                            new Line.Answer(
                                    request.id(),
                                    new Reply.Unasked<>(
                                            "the driver is busy with " + MAX_CALLS + " calls")));
            case Line.Answer _, Line.Asked _ -> throw new IOException("an answer, to a driver");
        }
    }

    private void call(Line.Request request) {
        askedAtNanos.put(request.id(), System.nanoTime());
        Reply<Tree> reply;
        try {
            reply = handler.handle(request);
        } catch (IllegalArgumentException wrong) {
            reply = new Reply.Refused<>(request.call() + ": " + wrong.getMessage());
        } catch (RuntimeException | Error broken) {
            reply = new Reply.Unasked<>("the driver failed: " + broken);
        } finally {
            places.release();
        }
        try {
            say(new Line.Answer(request.id(), reply));
        } catch (IOException gone) {
            // Who asked is gone; the reading thread ends the process.
            return;
        } finally {
            // After the answer, or a probe between the two would find a call that never was.
            askedAtNanos.remove(request.id());
        }
    }

    private void say(Line line) throws IOException {
        byte[] bytes = line.written().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Line.MAX_BYTES) {
            Reply<Tree> much = new Reply.Unasked<>("an answer of " + bytes.length + " bytes");
            bytes = new Line.Answer(line.id(), much).written().getBytes(StandardCharsets.UTF_8);
        }
        synchronized (this) {
            out.write(bytes);
            out.flush();
        }
    }
}
