package io.evenkeel.control.files;

import io.evenkeel.control.api.ApiProblem;
import io.evenkeel.control.api.ProblemException;
import io.evenkeel.control.api.ResourceOperations;
import io.evenkeel.control.api.ResourceOperations.Wanted;
import io.evenkeel.control.core.Intent;
import io.evenkeel.control.core.ResourceWrites;
import io.evenkeel.control.leader.Duty;
import io.evenkeel.kernel.permission.Principal;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store equal to declared files: what they declare is applied with source {@code file},
 * and what has that source and is declared no more is deleted.
 *
 * <p>All or nothing: as long as anything in any file is wrong, or belongs to another source,
 * nothing of a new version is applied and the last good one stays. A new version is applied once
 * two looks, a second apart, found it the same, so that half-written files and an editor's renames
 * are not taken for what somebody meant.
 */
public final class ResourceFiles implements Duty.Running {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceFiles.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Principal PRINCIPAL = Principal.component("files");

    private final Path path;
    private final ResourceOperations operations;
    private final InstantSource clock;
    private final Supplier<String> uids;
    private final ReentrantLock looking = new ReentrantLock();
    private final Thread thread;

    private String seenHash = "";
    private String appliedHash = "";
    private List<String> told = List.of();

    private ResourceFiles(
            Path path, ResourceOperations operations, InstantSource clock, Supplier<String> uids) {
        this.path = path;
        this.operations = operations;
        this.clock = clock;
        this.uids = uids;
        this.thread = Thread.ofVirtual().name("resource-files").unstarted(this::follow);
    }

    /**
     * Applies the files and follows them.
     *
     * @param uids a fresh uid at each call
     * @throws IllegalArgumentException when they cannot be applied; its message has every problem
     */
    public static ResourceFiles start(
            Path path, ResourceOperations operations, InstantSource clock, Supplier<String> uids) {
        ResourceFiles files = new ResourceFiles(path, operations, clock, uids);
        FileContents contents = FileContents.of(path);
        List<String> problems = files.apply(FileReading.of(contents));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "resources: nothing of "
                            + path
                            + " was applied:\n  "
                            + String.join("\n  ", problems));
        }
        files.seenHash = contents.hash();
        files.appliedHash = contents.hash();
        files.thread.start();
        return files;
    }

    /**
     * Follows the files, and applies them as soon as they can be; what keeps them from it is said
     * in the log.
     *
     * @param uids a fresh uid at each call
     */
    public static ResourceFiles follow(
            Path path, ResourceOperations operations, InstantSource clock, Supplier<String> uids) {
        ResourceFiles files = new ResourceFiles(path, operations, clock, uids);
        files.thread.start();
        return files;
    }

    /** What is wrong with the files as they are; nothing is applied. */
    public static List<String> problems(Path path) {
        return FileReading.of(FileContents.of(path)).problems();
    }

    /** Stops following; what was applied stays. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void follow() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.warn("resources: {} could not be applied; trying again", path, e);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** One look at the files; applies what two looks found the same. */
    void look() {
        looking.lock();
        try {
            FileContents contents = FileContents.of(path);
            boolean settled = contents.hash().equals(seenHash);
            seenHash = contents.hash();
            if (!settled || contents.hash().equals(appliedHash)) {
                return;
            }
            List<String> problems = apply(FileReading.of(contents));
            if (problems.isEmpty()) {
                appliedHash = contents.hash();
                LOG.info("resources: {} applied", path);
            } else if (!problems.equals(told)) {
                LOG.error(
                        "resources: the last good version stays; {} problems:\n  {}",
                        problems.size(),
                        String.join("\n  ", problems));
            }
            told = problems;
        } finally {
            looking.unlock();
        }
    }

    /** What keeps the reading from being applied; nothing when it was. */
    private List<String> apply(FileReading reading) {
        if (!reading.problems().isEmpty()) {
            return reading.problems();
        }
        List<FileReading.Declared> declared = List.copyOf(reading.resources().values());
        List<Wanted> wanted = declared.stream().map(this::wanted).toList();
        try {
            SortedMap<Integer, ApiProblem> refusals = operations.refusals(wanted);
            if (!refusals.isEmpty()) {
                List<String> problems = new ArrayList<>();
                refusals.forEach((index, problem) ->
                        problems.add(declared.get(index).place() + ": " + problem.detail()));
                return problems;
            }
            carryOut(wanted, reading);
            return List.of();
        } catch (ProblemException e) {
            return List.of(path + ": " + e.getMessage());
        }
    }

    /** What is declared, and what is declared no more. */
    private void carryOut(List<Wanted> declared, FileReading reading) {
        List<Wanted> wanted = new ArrayList<>(declared);
        for (Resource<?, ?> owned : operations.ownedBy(Source.FILE)) {
            ResourceKey key = ResourceKey.of(owned);
            if (!reading.resources().containsKey(key.specKey())) {
                Intent intent = intent("declared no more in " + path);
                wanted.add(new Wanted(key, present -> ResourceWrites.delete(present, intent)));
            }
        }
        operations.carryOut(wanted, false);
    }

    private Wanted wanted(FileReading.Declared declared) {
        Resource<?, ?> resource = declared.resource();
        Metadata metadata = resource.metadata();
        Intent intent = intent(declared.place());
        String uid = uids.get();
        return new Wanted(
                new ResourceKey(resource.kind(), metadata.tenant(), metadata.name()),
                present -> ResourceWrites.apply(present, resource, uid, intent));
    }

    private Intent intent(String detail) {
        return Intent.of(PRINCIPAL, Source.FILE, clock.millis()).because(detail);
    }
}
