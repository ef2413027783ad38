package io.evenkeel.app;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.store.embedded.StoreOpenException;
import io.evenkeel.store.transfer.StoreImport;
import io.evenkeel.store.transfer.TransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evenkeel store import}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Brings a store to what an export says. The whole file is checked before anything is written;",
            "an import that was broken off is finished by the same command again."
        })
final class StoreImportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ChosenStore chosen = new ChosenStore();

    @Option(
            names = "--replace",
            description =
                    "Also into a store that is not empty; what is not in the file is deleted.")
    private boolean replace;

    @Parameters(paramLabel = "FILE", description = "Where from; - for standard input.")
    private String file = "";

    @Override
    public Integer call() {
        Path read = Path.of(file);
        try {
            if (file.equals("-")) {
                // It is read twice. Readable by this user only.
                read = Files.createTempFile("evenkeel-import", ".jsonl");
                Files.copy(System.in, read, StandardCopyOption.REPLACE_EXISTING);
            }
            Path source = read;
            try (Store store = chosen.open()) {
                StoreImport.Imported done =
                        StoreImport.run(
                                store,
                                () -> Files.newInputStream(source),
                                replace ? StoreImport.Into.REPLACE : StoreImport.Into.EMPTY,
                                UUID.randomUUID().toString(),
                                System.currentTimeMillis(),
                                new TransferProgress(System.err));
                System.err.printf(
                        "evenkeel store: imported %d keys of %s at revision %d into %s: %d written,"
                                + " %d deleted, now at revision %d%n",
                        done.keys(),
                        done.header().source(),
                        done.header().revision(),
                        chosen.words(),
                        done.written(),
                        done.deleted(),
                        done.revision());
            }
            return 0;
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
        } catch (TransferException | StoreOpenException | StartException failed) {
            System.err.println("evenkeel store import: " + failed.getMessage());
            return 1;
        } catch (IOException failed) {
            System.err.println("evenkeel store import: " + file + ": " + failed);
            return 1;
        } finally {
            if (!read.equals(Path.of(file))) {
                forget(read);
            }
        }
    }

    private static void forget(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException left) {
            System.err.println("evenkeel store import: " + copy + " is left behind: " + left);
        }
    }
}
