package io.evenkeel.model.bind;

/** Takes the problems a {@link Checked} record finds in itself. */
public interface Checks {
    /**
     * Reports one problem.
     *
     * @param component the record component it is about, by its Java name, or with an index: {@code
     *     hosts[2]}; empty for the record as a whole
     * @param seen the value as it would be written in a file
     * @param expected what is right, as a noun phrase or a relation with its values
     * @param remedy what to do about it, or empty if {@code expected} says it all
     */
    void problem(String component, Object seen, String expected, String remedy);
}
