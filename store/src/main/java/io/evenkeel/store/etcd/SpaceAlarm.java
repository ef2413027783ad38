package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.AlarmRequest;
import io.etcd.jetcd.api.AlarmResponse;
import io.etcd.jetcd.api.AlarmType;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.store.etcd.Calls.Answer;
import io.evenkeel.store.etcd.Calls.Repeat;
import org.jspecify.annotations.Nullable;

/**
 * Whether etcd is full. The answer "space exceeded" to a write does not say that it wasn't done:
 * the write that takes etcd over its quota is applied and then answered so. Therefore that answer
 * is unknown, and from then on etcd is asked for its alarm before each write, which is not sent
 * while the alarm stands. Thread-safe.
 */
final class SpaceAlarm {
    private static final AlarmRequest ALARMS =
            AlarmRequest.newBuilder().setAction(AlarmRequest.AlarmAction.GET).build();

    private static final String REMEDY =
            "compact its history (etcdctl compact), defragment every member (etcdctl defrag), then"
                    + " etcdctl alarm disarm; or start it with a larger --quota-backend-bytes";

    private final Calls calls;
    private volatile boolean suspected;

    SpaceAlarm(Calls calls) {
        this.calls = calls;
    }

    /** Why a write that takes space is not sent, null if it is. */
    @Nullable Rejected check(long endNanos) {
        if (!suspected) {
            return null;
        }
        Answer<AlarmResponse> answer =
                calls.call(MaintenanceGrpc.getAlarmMethod(), ALARMS, Repeat.HARMLESS, endNanos);
        if (!(answer instanceof Answer.Reply<AlarmResponse>(AlarmResponse response))) {
            return null; // the write itself will meet the same
        }
        suspected =
                response.getAlarmsList().stream()
                        .anyMatch(alarm -> alarm.getAlarm() == AlarmType.NOSPACE);
        return suspected
                ? new Rejected(
                        Rejected.Code.READ_ONLY,
                        "etcd is full and takes no writes (alarm NOSPACE): " + REMEDY)
                : null;
    }

    /** A write was answered so; asks for the alarm from now on. */
    Unknown answered() {
        suspected = true;
        return new Unknown(
                "etcd became full and did not say whether this was still written: " + REMEDY);
    }
}
