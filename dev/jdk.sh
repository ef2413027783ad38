# Sourced: sets JAVA_HOME to a JDK of version 25 or later, wherever one is; the default `java` may be older.
evenkeel_jdk() {
    local home feature
    for home in "${JAVA_HOME:-}" \
        "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /nonexistent/bin/javac)")")")" \
        /usr/lib/jvm/* /usr/java/* /opt/*jdk* "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [[ -x $home/bin/javac && -r $home/release ]] || continue
        feature=$(sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$home/release")
        if [[ ${feature:-0} -ge 25 ]]; then
            export JAVA_HOME=$home
            return 0
        fi
    done
    echo "evenkeel: no JDK 25 or later found (looked at JAVA_HOME, the javac on PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks)." >&2
    echo "evenkeel: install one (any vendor's) and set JAVA_HOME to it." >&2
    return 1
}
evenkeel_jdk
