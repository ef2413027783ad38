package io.evenkeel.gateway.check;

import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.health.CheckSettings;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.StatusRanges;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is checked.
 *
 * @param id unique among the targets of a checker: service, endpoint and epoch
 * @param settings how
 * @param statuses what an HTTP probe takes for a good answer
 * @param host what an HTTP probe says in Host
 * @param address where, asked at each probe; null while it is unknown, which fails the probe
 * @param verdict told of every change, on a loop's thread
 */
public record CheckTarget(
        String id,
        CheckSettings settings,
        StatusRanges statuses,
        String host,
        Supplier<@Nullable InetSocketAddress> address,
        Consumer<HealthState> verdict) {

    /** From a check as it is written. Statuses are judged by their list, not by its bounds. */
    public static CheckSettings settings(HealthCheck check) {
        CheckSettings.Type type =
                switch (check.type()) {
                    case HTTP -> CheckSettings.Type.HTTP;
                    case TCP -> CheckSettings.Type.TCP;
                    case NONE -> CheckSettings.Type.NONE;
                };
        return new CheckSettings(
                type,
                check.path(),
                check.port().orElse(0),
                check.interval(),
                check.timeout(),
                check.healthyThreshold(),
                check.unhealthyThreshold(),
                100,
                599);
    }
}
