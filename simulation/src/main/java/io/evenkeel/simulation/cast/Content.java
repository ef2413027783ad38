package io.evenkeel.simulation.cast;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bodies that tell whose they are: every byte follows from the request's number and its place. */
final class Content {
    private Content() {}

    static byte[] of(long number, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = at(number, i);
        }
        return bytes;
    }

    static boolean matches(@Nullable String number, byte[] body) {
        if (number == null) {
            return body.length == 0;
        }
        long n = Long.parseLong(number);
        for (int i = 0; i < body.length; i++) {
            if (body[i] != at(n, i)) {
                return false;
            }
        }
        return true;
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static byte at(long number, int i) {
        return (byte) (number * 31 + i * 7L + (i >> 8));
    }
}
