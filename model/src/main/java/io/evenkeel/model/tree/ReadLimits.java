package io.evenkeel.model.tree;

/**
 * How much a text may ask of its reader. What is beyond is a problem like any other.
 *
 * @param maxCharacters of the whole text (bytes, where bytes are read)
 * @param maxDepth objects and lists inside each other
 * @param maxNodes objects, lists and values of the whole text, with what aliases repeat
 */
public record ReadLimits(int maxCharacters, int maxDepth, int maxNodes) {
    /** 16 Mi characters, 64 levels, a million nodes: a file of tens of thousands of resources. */
    public static final ReadLimits STANDARD = new ReadLimits(16 << 20, 64, 1_000_000);

    /** 1 MiB, which is also the store's limit of a value: the body of a request. */
    public static final ReadLimits ONE_RESOURCE = new ReadLimits(1 << 20, 64, 100_000);
}
