package io.evenkeel.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory under MVStore's file layer that remembers every write and sync, so that a test
 * can ask what would have been left if the power had gone at any point of it. Also a disk that
 * fails from some write on.
 */
final class CrashDisk {
    private static final Map<String, CrashDisk> DISKS = new ConcurrentHashMap<>();
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final int SECTOR = 512;

    static {
        FilePath.register(new CrashPath());
    }

    /** One thing that happened to the disk. */
    private sealed interface Step {
        @SuppressWarnings("ArrayRecordComponent") // written once, never shown
        record Write(String file, long at, byte[] bytes) implements Step {}

        record Truncate(String file, long size) implements Step {}

        record Sync(String file) implements Step {}

        /** Durable at once, as on a file system that journals names; so is a deletion. */
        record Rename(String from, String to) implements Step {}

        record Answered(int number) implements Step {}
    }

    /** What a crash leaves of what was not synced. */
    enum Loss {
        /** Nothing of it. */
        ALL_UNSYNCED,
        /** All but the last write, and of that a part. */
        TORN_LAST,
        /** Any of it, in any order, sector by sector. */
        SCATTERED
    }

    private final String name = "d" + NUMBERS.incrementAndGet();
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private final List<Step> steps = new ArrayList<>();
    private int failAtStep = Integer.MAX_VALUE;

    CrashDisk() {
        DISKS.put(name, this);
    }

    /** The file's name as MVStore takes it. */
    String file(String file) {
        return "crash:" + name + "/" + file;
    }

    /** The caller has been told that its txn of this number is done. */
    synchronized void answered(int number) {
        steps.add(new Step.Answered(number));
    }

    synchronized int steps() {
        return steps.size();
    }

    synchronized boolean isWrite(int step) {
        return steps.get(step) instanceof Step.Write;
    }

    /** Every write after so many more steps fails as on a full disk. */
    synchronized void failAfter(int more) {
        failAtStep = steps.size() + more;
    }

    /** The highest number answered within the first {@code upTo} steps; -1 for none. */
    synchronized int lastAnswered(int upTo) {
        int last = -1;
        for (Step step : steps.subList(0, upTo)) {
            last = step instanceof Step.Answered answered ? answered.number() : last;
        }
        return last;
    }

    /** A new disk with what a crash after {@code upTo} steps leaves. */
    synchronized CrashDisk crashedAfter(int upTo, Loss loss, Random random) {
        CrashDisk left = new CrashDisk();
        TreeMap<String, Integer> synced = new TreeMap<>();
        for (int i = 0; i < upTo; i++) {
            if (steps.get(i) instanceof Step.Sync sync) {
                synced.put(sync.file(), i);
            }
        }
        for (int i = 0; i < upTo; i++) {
            switch (steps.get(i)) {
                case Step.Write write -> {
                    boolean kept = i < synced.getOrDefault(write.file(), -1);
                    left.replay(write, kept, i == upTo - 1, loss, random);
                }
                case Step.Truncate truncate -> {
                    boolean kept = i < synced.getOrDefault(truncate.file(), -1);
                    if (kept || loss == Loss.TORN_LAST) {
                        left.truncate(truncate.file(), truncate.size());
                    }
                }
                case Step.Rename rename -> left.rename(rename.from(), rename.to());
                case Step.Sync _, Step.Answered _ -> {}
            }
        }
        left.steps.clear();
        return left;
    }

    private void replay(Step.Write write, boolean kept, boolean last, Loss loss, Random random) {
        byte[] bytes = write.bytes();
        if (kept || (loss == Loss.TORN_LAST && !last)) {
            put(write.file(), write.at(), bytes);
        } else if (loss == Loss.TORN_LAST) {
            put(write.file(), write.at(), Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        } else if (loss == Loss.SCATTERED) {
            for (int from = 0; from < bytes.length; from += SECTOR) {
                if (random.nextBoolean()) {
                    int to = Math.min(from + SECTOR, bytes.length);
                    put(write.file(), write.at() + from, Arrays.copyOfRange(bytes, from, to));
                }
            }
        }
    }

    private byte[] content(String file) {
        return files.getOrDefault(file, new byte[0]);
    }

    private void put(String file, long at, byte[] bytes) {
        byte[] content = content(file);
        int end = Math.toIntExact(at + bytes.length);
        if (end > content.length) {
            content = Arrays.copyOf(content, end);
        }
        System.arraycopy(bytes, 0, content, Math.toIntExact(at), bytes.length);
        files.put(file, content);
    }

    private void rename(String from, String to) {
        files.put(to, content(from));
        files.remove(from);
    }

    private void truncate(String file, long size) {
        byte[] content = content(file);
        if (size < content.length) {
            files.put(file, Arrays.copyOf(content, Math.toIntExact(size)));
        }
    }

    private synchronized int read(String file, ByteBuffer into, long at) {
        byte[] content = content(file);
        int count = (int) Math.min(into.remaining(), content.length - at);
        if (count <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        into.put(content, Math.toIntExact(at), count);
        return count;
    }

    private synchronized int write(String file, ByteBuffer from, long at) throws IOException {
        failIfDue();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        steps.add(new Step.Write(file, at, bytes));
        put(file, at, bytes);
        return bytes.length;
    }

    private void failIfDue() throws IOException {
        if (steps.size() >= failAtStep) {
            throw new IOException("No space left on device");
        }
    }

    private static final class Channel extends FileBaseDefault {
        private final CrashDisk disk;
        private final String file;

        Channel(CrashDisk disk, String file) {
            this.disk = disk;
            this.file = file;
        }

        @Override
        public long size() {
            synchronized (disk) {
                return disk.content(file).length;
            }
        }

        @Override
        public synchronized int read(ByteBuffer into, long at) {
            return disk.read(file, into, at);
        }

        @Override
        public synchronized int write(ByteBuffer from, long at) throws IOException {
            return disk.write(file, from, at);
        }

        @Override
        protected void implTruncate(long size) {
            synchronized (disk) {
                disk.steps.add(new Step.Truncate(file, size));
                disk.truncate(file, size);
            }
        }

        @Override
        public void force(boolean metaData) throws IOException {
            synchronized (disk) {
                disk.failIfDue();
                disk.steps.add(new Step.Sync(file));
            }
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            return new FileLock((FileChannel) this, position, size, shared) {
                @Override
                public boolean isValid() {
                    return true;
                }

                @Override
                public void release() {}
            };
        }

        @Override
        protected void implCloseChannel() {}
    }

    private static final class CrashPath extends FilePath {
        private CrashDisk disk() {
            String disk = name.substring("crash:".length(), name.indexOf('/'));
            return java.util.Objects.requireNonNull(DISKS.get(disk));
        }

        private String file() {
            return name.substring(name.indexOf('/') + 1);
        }

        @Override
        public FileChannel open(String mode) {
            createFile();
            return new Channel(disk(), file());
        }

        @Override
        public long size() {
            return disk().content(file()).length;
        }

        @Override
        public boolean exists() {
            return disk().files.containsKey(file());
        }

        @Override
        public boolean createFile() {
            return disk().files.putIfAbsent(file(), new byte[0]) == null;
        }

        @Override
        public void delete() {
            disk().files.remove(file());
        }

        @Override
        public boolean isDirectory() {
            return false;
        }

        @Override
        public boolean isRegularFile() {
            return exists();
        }

        @Override
        public boolean isAbsolute() {
            return true;
        }

        @Override
        public long lastModified() {
            return 0;
        }

        @Override
        public boolean canWrite() {
            return true;
        }

        @Override
        public void createDirectory() {}

        @Override
        public boolean setReadOnly() {
            return false;
        }

        @Override
        public FilePath toRealPath() {
            return this;
        }

        @Override
        public @Nullable FilePath getParent() {
            return null;
        }

        @Override
        public List<FilePath> newDirectoryStream() {
            return List.of();
        }

        @Override
        public void moveTo(FilePath target, boolean atomicReplace) {
            synchronized (disk()) {
                disk().steps.add(new Step.Rename(file(), ((CrashPath) target).file()));
                disk().rename(file(), ((CrashPath) target).file());
            }
        }

        @Override
        public String getScheme() {
            return "crash";
        }

        @Override
        public FilePath getPath(String path) {
            CrashPath other = new CrashPath();
            other.name = path;
            return other;
        }
    }
}
