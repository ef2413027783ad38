package io.evenkeel.gateway.net.nio;

import io.evenkeel.gateway.net.NetFailure;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/** What an exception of a channel means; most say so in their message only. */
final class ChannelFailures {
    private ChannelFailures() {}

    static NetFailure of(Exception e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("refused")) {
            return NetFailure.REFUSED;
        }
        if (message.contains("reset") || message.contains("broken pipe")) {
            return NetFailure.RESET;
        }
        if (e instanceof NoRouteToHostException || message.contains("unreachable")) {
            return NetFailure.UNREACHABLE;
        }
        if (message.contains("timed out")) {
            return NetFailure.TIMED_OUT;
        }
        if (message.contains("too many open files")
                || message.contains("cannot assign")
                || message.contains("no buffer space")) {
            return NetFailure.EXHAUSTED;
        }
        return e instanceof ConnectException ? NetFailure.REFUSED : NetFailure.OTHER;
    }
}
