# Sourced, with $dist and $1 (the verb) set: the JVM's flags. A start-up cache is good only for the flags it was trained with.
EVENKEEL_JVM=(
    -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError
    --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
    -Xlog:disable -Xlog:all=warning:stderr -Xlog:aot=off -Xlog:cds=off
)
case ${1:-} in
    # May take a quarter of the machine's (or the container's) memory, as is the JVM's default.
    standalone) EVENKEEL_JVM+=(-Xms64m) ;;
    store) ;; # an embedded store is in memory whole
    *) EVENKEEL_JVM+=(-Xmx256m) ;;
esac
if [[ -r $dist/evenkeel.aot ]]; then EVENKEEL_JVM+=("-XX:AOTCache=$dist/evenkeel.aot"); fi
