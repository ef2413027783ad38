package io.evenkeel.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: takes what was decided, makes it durable, says so. While it waits for
 * the disk, the next group gathers. About once a second it looks after the file and the disk.
 */
final class Flusher implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final long HOUSEKEEPING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EmbeddedConfig config;
    private final CommitQueue queue;
    private final MvFile file;
    private final @Nullable DirectoryLock directoryLock;

    Flusher(
            EmbeddedConfig config,
            CommitQueue queue,
            MvFile file,
            @Nullable DirectoryLock directoryLock) {
        this.config = config;
        this.queue = queue;
        this.file = file;
        this.directoryLock = directoryLock;
    }

    @Override
    public void run() {
        try {
            checkSpace();
            long lookedNanos = System.nanoTime();
            for (CommitQueue.Group group = queue.take(); group != null; group = queue.take()) {
                if (!group.writes().isEmpty()) {
                    file.write(group.writes(), group.revision(), group.lastLease());
                    queue.written(group);
                    file.tidy();
                }
                if (System.nanoTime() - lookedNanos >= HOUSEKEEPING_NANOS) {
                    lookedNanos = System.nanoTime();
                    file.syncMark();
                    checkSpace();
                }
            }
        } catch (IOException | MVStoreException | IllegalStateException e) {
            String reason =
                    "the disk failed under data directory "
                            + config.directory()
                            + " ("
                            + reasonOf(e)
                            + "); the store only reads until it is restarted on a sound disk with"
                            + " free space";
            LOG.error("{}", reason, e);
            queue.fail(reason);
        } finally {
            shut();
        }
    }

    /** Turns writes away before the disk is full: that can be undone, a failed write cannot. */
    private void checkSpace() {
        if (config.minFreeBytes() <= 0 || directoryLock == null) {
            return;
        }
        long free;
        try {
            free = Files.getFileStore(config.directory()).getUsableSpace();
        } catch (IOException e) {
            LOG.debug("free space of {} is not to be known", config.directory(), e);
            return;
        }
        if (free < config.minFreeBytes()) {
            String reason =
                    "data directory "
                            + config.directory()
                            + " has "
                            + (free >> 20)
                            + " MiB free (expected: >= "
                            + (config.minFreeBytes() >> 20)
                            + " MiB); free space there, writes go on by themselves";
            LOG.error("the store takes no writes: {}", reason);
            queue.refuse(reason);
        } else if (queue.refuses()) {
            queue.refuse(null);
            LOG.info("data directory {} has space again", config.directory());
        }
    }

    /** The innermost message: what the operating system said. */
    private static String reasonOf(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return String.valueOf(inner.getMessage());
    }

    private void shut() {
        try {
            file.close();
        } catch (IOException | MVStoreException | IllegalStateException e) {
            LOG.warn("closing the files under {}", config.directory(), e);
        }
        if (directoryLock != null) {
            directoryLock.close();
        }
    }
}
