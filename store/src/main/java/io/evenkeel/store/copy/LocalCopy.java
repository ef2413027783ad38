package io.evenkeel.store.copy;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link StoreCopy} in a folder. One thread writes what has come together, once a second. While
 * the disk has no space, or hangs, what is told gathers in memory, a change for each key at most. A
 * file that can't be read is set aside under another name and a new one begun; where there can't be
 * one, nothing is kept. Each of these is said once, in the log, and costs nobody else anything.
 */
public final class LocalCopy implements StoreCopy {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCopy.class);

    private static final String FILE = "copy.mv";
    private static final long WRITE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SYNC_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long CONFIRM_EVERY_MILLIS = 5_000;
    private static final long CLOSE_PATIENCE_MILLIS = 5_000;
    private static final long MIN_FREE_BYTES = 64L << 20;

    private final Path folder;
    private final ToLongFunction<Path> freeBytes;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();

    /** Held while the file is read, written or replaced. */
    private final ReentrantLock using = new ReentrantLock();

    /** Under that lock; null when nothing can be kept. */
    private @Nullable CopyFile file;

    // Under the lock: what is to be written.
    private @Nullable List<Entry> whole;
    private TreeMap<String, Optional<Entry>> changes = new TreeMap<>();
    private long revision;
    private long confirmedMillis;
    private long keptConfirmedMillis;
    private boolean dirty;
    private boolean closed;

    private LocalCopy(Path folder, ToLongFunction<Path> freeBytes) {
        this.folder = folder;
        this.freeBytes = freeBytes;
        this.file = open();
        this.writer = new Thread(this::write, "local-copy");
        writer.setDaemon(true);
        writer.start();
    }

    /** The copy in this folder, which is created; it works whatever is there. */
    public static LocalCopy open(Path folder) {
        return open(folder, LocalCopy::usable);
    }

    static LocalCopy open(Path folder, ToLongFunction<Path> freeBytes) {
        return new LocalCopy(folder, freeBytes);
    }

    @Override
    public Optional<Kept> load() {
        using.lock();
        try {
            return file == null ? Optional.empty() : file.load();
        } catch (RuntimeException damaged) {
            beginAnew(damaged);
            return Optional.empty();
        } finally {
            using.unlock();
        }
    }

    @Override
    public void whole(List<Entry> entries, long atRevision) {
        lock.lock();
        try {
            whole = entries;
            changes = new TreeMap<>();
            tell(atRevision);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void changed(List<Change> later, long atRevision) {
        lock.lock();
        try {
            for (Change change : later) {
                changes.put(
                        change.key(),
                        change instanceof Change.Put put
                                ? Optional.of(put.entry())
                                : Optional.empty());
            }
            tell(atRevision);
        } finally {
            lock.unlock();
        }
    }

    private void tell(long atRevision) {
        revision = atRevision;
        dirty = true;
        told.signal();
    }

    @Override
    public void confirmed(long atMillis) {
        lock.lock();
        try {
            confirmedMillis = atMillis;
            if (revision > 0 && atMillis - keptConfirmedMillis >= CONFIRM_EVERY_MILLIS) {
                dirty = true;
                told.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is left; gives up on a disk that hangs after five seconds. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            told.signal();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(CLOSE_PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is written as one version. */
    private record Group(
            @Nullable List<Entry> whole,
            TreeMap<String, Optional<Entry>> changes,
            long revision,
            long confirmedMillis) {
        void into(CopyFile file) {
            file.write(whole, changes, revision, confirmedMillis);
        }
    }

    private void write() {
        long syncedNanos = System.nanoTime();
        boolean full = false;
        try {
            for (boolean last = false; !last; ) {
                last = await();
                boolean space = freeBytes.applyAsLong(folder) >= MIN_FREE_BYTES;
                if (!space && !full) {
                    LOG.warn("local copy in {}: the disk is full; it goes on later", folder);
                }
                full = !space;
                Group group = space ? take() : null;
                if (group != null) {
                    boolean sync = System.nanoTime() - syncedNanos > SYNC_EVERY_NANOS;
                    write(group, sync);
                    syncedNanos = sync ? System.nanoTime() : syncedNanos;
                }
            }
            using.lock();
            try {
                if (file != null) {
                    file.close();
                }
            } finally {
                using.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            giveUp(failed);
        }
    }

    private void write(Group group, boolean sync) {
        using.lock();
        try {
            if (file != null) {
                group.into(file);
            }
            if (file != null && sync) {
                file.sync();
            }
        } catch (RuntimeException failed) {
            if (group.whole() == null) {
                throw failed;
            }
            // What is there may be damaged, and isn't needed for this.
            beginAnew(failed);
            if (file != null) {
                group.into(file);
            }
        } finally {
            using.unlock();
        }
    }

    /** Waits until there is something to write, and a second since the last; true at the end. */
    private boolean await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = WRITE_EVERY_NANOS;
            while (leftNanos > 0 && !closed) {
                leftNanos = told.awaitNanos(leftNanos);
            }
            while (!dirty && !closed) {
                told.await();
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Group take() {
        lock.lock();
        try {
            if (!dirty) {
                return null;
            }
            Group group = new Group(whole, changes, revision, confirmedMillis);
            whole = null;
            changes = new TreeMap<>();
            dirty = false;
            keptConfirmedMillis = confirmedMillis;
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(RuntimeException failed) {
        using.lock();
        try {
            if (file != null) {
                file.abandon();
                file = null;
            }
        } finally {
            using.unlock();
        }
        LOG.warn(
                "local copy in {} can't be written: {}; it stays as it was until the next start",
                folder,
                failed.getMessage());
    }

    private void beginAnew(RuntimeException damaged) {
        if (file != null) {
            file.abandon();
        }
        file = setAside(damaged) ? again() : null;
    }

    private @Nullable CopyFile open() {
        try {
            Files.createDirectories(folder);
            return new CopyFile(folder.resolve(FILE).toString());
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                LOG.warn("local copy in {} is in use by another process; going on without", folder);
                return null;
            }
            return setAside(e) ? again() : null;
        } catch (RuntimeException e) {
            return setAside(e) ? again() : null;
        } catch (IOException e) {
            LOG.warn("local copy in {} can't be kept: {}; going on without", folder, e.toString());
            return null;
        }
    }

    private @Nullable CopyFile again() {
        try {
            return new CopyFile(folder.resolve(FILE).toString());
        } catch (RuntimeException e) {
            LOG.warn("local copy in {} can't be kept: {}; going on without", folder, e.toString());
            return null;
        }
    }

    /** Out of the way, for whoever wants to look at it; the one before it goes. */
    private boolean setAside(RuntimeException damaged) {
        Path is = folder.resolve(FILE);
        Path aside = folder.resolve(FILE + ".damaged");
        try {
            Files.move(is, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn(
                    "local copy {} can't be read ({}); it is set aside as {}, and a new one begins",
                    is,
                    damaged.getMessage(),
                    aside);
            return true;
        } catch (IOException e) {
            LOG.warn("local copy {} can't be read, nor set aside: {}; going on without", is, e);
            return false;
        }
    }

    /**
     * Free for this user on the disk of the folder; as much as one wants where it can't be told.
     */
    private static long usable(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }
}
