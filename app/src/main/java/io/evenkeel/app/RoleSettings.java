package io.evenkeel.app;

import java.nio.file.Path;
import java.util.Optional;

/** What the settings of every role have. */
interface RoleSettings {
    /** File to write once everything serves. */
    Optional<Path> readyFile();
}
