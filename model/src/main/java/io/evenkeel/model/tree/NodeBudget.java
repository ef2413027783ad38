package io.evenkeel.model.tree;

/** Counts what a text has cost so far. Confined to one read. */
final class NodeBudget {
    private final ReadLimits limits;
    private int left;

    NodeBudget(ReadLimits limits) {
        this.limits = limits;
        this.left = limits.maxNodes();
    }

    void node(int line, int column) {
        nodes(1, line, column);
    }

    void nodes(int count, int line, int column) {
        if (count > left) {
            throw new UnreadableException(
                    line,
                    column,
                    "more than " + limits.maxNodes() + " values, with what aliases repeat",
                    "<= " + limits.maxNodes(),
                    "split the text");
        }
        left -= count;
    }

    void depth(int depth, int line, int column) {
        if (depth > limits.maxDepth()) {
            throw new UnreadableException(
                    line,
                    column,
                    "nested deeper than " + limits.maxDepth() + " levels",
                    "<= " + limits.maxDepth() + " levels",
                    "");
        }
    }

    static void size(int size, ReadLimits limits) {
        if (size > limits.maxCharacters()) {
            throw new UnreadableException(
                    1,
                    1,
                    "a text of " + size,
                    "<= " + limits.maxCharacters() + " bytes or characters",
                    "split the text");
        }
    }
}
