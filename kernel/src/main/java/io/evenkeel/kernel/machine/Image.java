package io.evenkeel.kernel.machine;

/** A disk at a storage: an image in a pool. */
public record Image(String pool, String name) implements Comparable<Image> {
    @Override
    public int compareTo(Image other) {
        int byPool = pool.compareTo(other.pool);
        return byPool != 0 ? byPool : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return pool + "/" + name;
    }
}
