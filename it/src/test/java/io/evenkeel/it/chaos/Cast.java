package io.evenkeel.it.chaos;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The machines of a run, by name. */
record Cast(
        List<String> etcd, List<String> controls, List<String> gateways, List<String> backends) {
    /** Where the load comes from; nothing is done to it but at its wires. */
    static final String CLIENTS = "clients";

    /** So many of each, numbered from 1. */
    static Cast of(int etcd, int controls, int gateways, int backends) {
        return new Cast(
                names("e", etcd), names("c", controls), names("g", gateways), names("b", backends));
    }

    private static List<String> names(String letter, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> letter + number).toList();
    }

    /** All that run a process which can be killed or stopped. */
    List<String> processes() {
        return Stream.of(etcd, controls, gateways, backends).flatMap(List::stream).toList();
    }
}
