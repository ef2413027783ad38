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
     * @param kind {@code libvirt} or {@code ceph}
     */
    public static List<String> of(String kind) {
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
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.evenkeel.host.DriverRun", kind));
        return List.copyOf(command);
    }
}
