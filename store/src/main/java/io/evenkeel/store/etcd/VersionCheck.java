package io.evenkeel.store.etcd;

import io.evenkeel.store.etcd.Members.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks every member once for its version, and warns, once, when one lets a watch see keys that its
 * user may not read (CVE-2026-73499, fixed in 3.5.33 and 3.6.14). Members that don't answer are
 * asked again until they do or the store is closed.
 */
final class VersionCheck implements Runnable {
    private static final Duration WITHIN = Duration.ofSeconds(3);
    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,5})\\.(\\d{1,5})\\.(\\d{1,5}).*");

    private final Members members;
    private final Calls calls;
    private final Consumer<String> warnings;

    VersionCheck(Members members, Calls calls, Consumer<String> warnings) {
        this.members = members;
        this.calls = calls;
        this.warnings = warnings;
    }

    /** True when the version has the fix; a text that is no version counts as without it. */
    static boolean safe(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        int patch = Integer.parseInt(matcher.group(3));
        if (major != 3) {
            return major > 3;
        }
        return switch (minor) {
            case 5 -> patch >= 33;
            case 6 -> patch >= 14;
            default -> minor > 6;
        };
    }

    @Override
    public void run() {
        List<Member> silent = new ArrayList<>(members.all());
        boolean warned = false;
        for (int round = 1; !silent.isEmpty(); round++) {
            List<String> unsafe = new ArrayList<>();
            silent.removeIf(member -> answered(member, unsafe));
            if (!unsafe.isEmpty() && !warned) {
                warned = true;
                warnings.accept(
                        "etcd at "
                                + String.join(", ", unsafe)
                                + " is older than 3.5.33 or 3.6.14: with its authorisation on, a"
                                + " watch may show keys that the user may not read"
                                + " (CVE-2026-73499); upgrade it");
            }
            if (!calls.waited(round)) {
                return;
            }
        }
    }

    private static boolean answered(Member member, List<String> unsafe) {
        String version = member.version(WITHIN);
        if (version != null && !safe(version)) {
            unsafe.add(member + " (" + version + ")");
        }
        return version != null;
    }
}
