package io.evenkeel.control.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.evenkeel.kernel.observe.MetricFamily;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;

/** What the JVM says of itself. */
final class JvmMetrics {
    private JvmMetrics() {}

    static List<MetricFamily> now() {
        List<MetricFamily> families = new ArrayList<>();
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        MemoryUsage heap = memory.getHeapMemoryUsage();
        families.add(
                gauge(
                        "evenkeel_jvm_heap_used_bytes",
                        "Heap in use.",
                        "bytes",
                        (double) heap.getUsed()));
        families.add(
                gauge(
                        "evenkeel_jvm_heap_committed_bytes",
                        "Heap taken from the system.",
                        "bytes",
                        (double) heap.getCommitted()));
        families.add(
                gauge(
                        "evenkeel_jvm_heap_limit_bytes",
                        "Largest heap there may be.",
                        "bytes",
                        (double) heap.getMax()));
        families.add(
                gauge(
                        "evenkeel_jvm_nonheap_used_bytes",
                        "Memory outside the heap in use by the JVM: code, classes.",
                        "bytes",
                        (double) memory.getNonHeapMemoryUsage().getUsed()));
        families.addAll(collections());
        families.add(
                gauge(
                        "evenkeel_jvm_threads",
                        "Platform threads alive.",
                        "",
                        ManagementFactory.getThreadMXBean().getThreadCount()));
        families.add(
                gauge(
                        "evenkeel_process_start_time_seconds",
                        "When the process started, since 1970 UTC.",
                        "seconds",
                        ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            families.add(
                    new MetricFamily(
                            "evenkeel_process_cpu_seconds",
                            MetricFamily.Type.COUNTER,
                            "Processor time used.",
                            "seconds",
                            List.of(value(List.of(), os.getProcessCpuTime() / 1e9))));
            families.add(
                    gauge(
                            "evenkeel_process_open_files",
                            "File descriptors open.",
                            "",
                            (double) os.getOpenFileDescriptorCount()));
            families.add(
                    gauge(
                            "evenkeel_process_open_files_limit",
                            "File descriptors the process may have open.",
                            "",
                            (double) os.getMaxFileDescriptorCount()));
        }
        return families;
    }

    private static List<MetricFamily> collections() {
        List<MetricFamily.Sample> counts = new ArrayList<>();
        List<MetricFamily.Sample> seconds = new ArrayList<>();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            List<MetricFamily.Label> labels =
                    List.of(new MetricFamily.Label("collector", collector.getName()));
            counts.add(value(labels, (double) collector.getCollectionCount()));
            seconds.add(value(labels, collector.getCollectionTime() / 1e3));
        }
        return List.of(
                new MetricFamily(
                        "evenkeel_jvm_gc_collections",
                        MetricFamily.Type.COUNTER,
                        "Garbage collections.",
                        "",
                        counts),
                new MetricFamily(
                        "evenkeel_jvm_gc_seconds",
                        MetricFamily.Type.COUNTER,
                        "Time spent in garbage collections.",
                        "seconds",
                        seconds));
    }

    private static MetricFamily gauge(String name, String help, String unit, double value) {
        return new MetricFamily(
                name, MetricFamily.Type.GAUGE, help, unit, List.of(value(List.of(), value)));
    }

    private static MetricFamily.Value value(List<MetricFamily.Label> labels, double value) {
        return new MetricFamily.Value(labels, value);
    }
}
