package io.evenkeel.app;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.store.embedded.StoreOpenException;
import io.evenkeel.store.transfer.StoreExport;
import io.evenkeel.store.transfer.TransferException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evenkeel store export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes everything that a store holds at one revision, a line of JSON a key, with a checksum.",
            "Who is present and who holds a lock is left out. The file holds the key of session cookies."
        })
final class StoreExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ChosenStore chosen = new ChosenStore();

    @Parameters(paramLabel = "FILE", description = "Where to; - for standard output.")
    private String file = "";

    @Override
    public Integer call() {
        try (Store store = chosen.existing()) {
            StoreExport.Exported done = file.equals("-") ? toOutput(store) : toFile(store);
            System.err.printf(
                    "evenkeel store: exported %d keys of %s at revision %d%n",
                    done.keys(), chosen.words(), done.header().revision());
            return 0;
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
        } catch (TransferException | StoreOpenException | StartException failed) {
            System.err.println("evenkeel store export: " + failed.getMessage());
            return 1;
        } catch (IOException failed) {
            System.err.println("evenkeel store export: " + file + ": " + failed);
            return 1;
        }
    }

    private StoreExport.Exported toOutput(Store store) throws IOException {
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            return write(store, out);
        }
    }

    /** Under another name first: what has the name is whole, and on the disk. */
    private StoreExport.Exported toFile(Store store) throws IOException {
        Path target = Path.of(file);
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            StoreExport.Exported done = write(store, Channels.newOutputStream(channel));
            channel.force(true);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            return done;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private StoreExport.Exported write(Store store, OutputStream out) throws IOException {
        return StoreExport.write(
                store, chosen.words(), Instant.now(), out, new TransferProgress(System.err));
    }
}
