package io.evenkeel.kernel.placement;

/** Whether a host can take a machine, and if not, the first reason why. */
public enum Fit {
    /** It can. */
    FITS("has room"),
    /** It does not live, or its failure is in question. */
    OFFLINE("is not online"),
    /** Its measurements are too old to be believed. */
    OLD_FIGURES("has figures that are too old"),
    /** The machine's disks are in folders of another one. */
    DISKS("does not have its disks"),
    /** It lacks a label that the machine asks for. */
    LABEL("lacks a label"),
    /** A machine that must not be on the same host is there. */
    APART("runs a machine that is to be kept apart"),
    /** It was asked to start the machine, and would not. */
    REFUSED("has refused to start it"),
    /** The machines that it must be together with are elsewhere. */
    TOGETHER("is not where the machines are that it belongs with"),
    /** Not enough memory is left. */
    MEMORY("has not enough memory left"),
    /** Not enough processor is left, overcommitment counted. */
    PROCESSOR("has not enough processor left");

    private final String words;

    Fit(String words) {
        this.words = words;
    }

    /** As the end of a sentence about the host. */
    public String words() {
        return words;
    }
}
