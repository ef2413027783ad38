package io.evenkeel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that a benchmark measures or needs, with the port it serves on. Ended by close, by its
 * pid.
 */
final class Peer implements AutoCloseable {
    final String name;
    final int port;
    private final Process process;
    private final Path output;

    private Peer(String name, int port, Process process, Path output) {
        this.name = name;
        this.port = port;
        this.process = process;
        this.output = output;
    }

    /** Starts the command and waits until its port answers. */
    static Peer start(String name, int port, Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path output = folder.resolve(name + ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        Peer peer = new Peer(name, port, process, output);
        for (int i = 0; i < 500; i++) {
            if (!process.isAlive()) {
                throw new IOException(name + " ended:\n" + Files.readString(output));
            }
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return peer;
            } catch (IOException early) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        peer.close();
        throw new IOException(name + " did not answer on port " + port);
    }

    /** Waits until it has printed this. */
    void awaitSaid(String words) throws IOException, InterruptedException {
        for (int i = 0; i < 1_500; i++) {
            if (Files.readString(output).contains(words)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IOException(name + " did not say '" + words + "':\n" + Files.readString(output));
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
