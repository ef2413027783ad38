package io.evenkeel.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds a data directory for this process. The kernel drops the lock with the process, also on kill
 * -9; the process id inside the file is only for the message.
 */
public final class DirectoryLock implements AutoCloseable {
    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes it, and makes it if there is none.
     *
     * @throws StoreOpenException if another process has it, or it can't be written to
     */
    public static DirectoryLock take(Path directory) {
        Path file = directory.resolve("lock");
        FileChannel channel = null;
        try {
            Files.createDirectories(directory);
            channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!locked(channel)) {
                String holder = holder(channel);
                channel.close();
                throw new StoreOpenException(
                        StoreOpenException.Code.IN_USE,
                        "data directory "
                                + directory
                                + " is in use by process "
                                + holder
                                + "; stop it, or choose another directory",
                        null);
            }
            byte[] pid =
                    Long.toString(ProcessHandle.current().pid())
                            .getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new DirectoryLock(directory, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StoreOpenException(
                    StoreOpenException.Code.INACCESSIBLE,
                    "data directory "
                            + directory
                            + ": "
                            + e
                            + "; give this user the right to write there, or choose another",
                    e);
        }
    }

    /** Makes what was created or renamed in the directory durable. */
    void syncDirectory() throws IOException {
        try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this process has it open already
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.isBlank() ? "(unknown)" : pid.trim();
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing was written: there is nothing to lose.
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
