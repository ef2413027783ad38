package io.evenkeel.host.driver;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** The command that starts a driver process. Stateless; any thread. */
public final class DriverLaunch {
    private DriverLaunch() {}

    /**
     * On the Java and the class path of this process, with the start-up cache that it has.
     *
     * @param mainClass and {@code arguments} that run the driver
     */
    public static List<String> likeThisProcess(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElse(System.getProperty("java.home") + "/bin/java"));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A cache is good only for the flags that it was made with.
            if (flag.startsWith("-XX:") || flag.startsWith("-Xlog:") || flag.startsWith("--")) {
                command.add(flag);
            }
        }
        if (command.stream().noneMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"))) {
            command.add("-XX:+UseSerialGC");
        }
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }
}
