package io.evenkeel.model;

import io.evenkeel.model.bind.WholeNumbers;
import io.evenkeel.model.bind.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * HTTP statuses, as in {@code 200-299,404}.
 *
 * @param ranges at least one, in the order given
 */
@Written("statuses from 100 to 599, such as 200-399 or 200,204")
public record StatusRanges(List<Range> ranges) {

    /** Both ends included. */
    public record Range(int first, int last) {
        /** Checks the range. */
        public Range {
            if (first < 100 || last > 599 || first > last) {
                throw new IllegalArgumentException("status out of range");
            }
        }
    }

    /** Copies the list. */
    public StatusRanges {
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("no status");
        }
        ranges = List.copyOf(ranges);
    }

    /** Takes {@code 200-299,404}. */
    public static StatusRanges parse(String text) {
        List<Range> ranges = new ArrayList<>();
        int start = 0;
        while (start <= text.length()) {
            int comma = text.indexOf(',', start);
            String part = text.substring(start, comma < 0 ? text.length() : comma).strip();
            int dash = part.indexOf('-');
            int first = WholeNumbers.parseInt(dash < 0 ? part : part.substring(0, dash));
            ranges.add(
                    new Range(
                            first,
                            dash < 0 ? first : WholeNumbers.parseInt(part.substring(dash + 1))));
            start = comma < 0 ? text.length() + 1 : comma + 1;
        }
        return new StatusRanges(ranges);
    }

    /** Whether the status is among them. */
    public boolean contains(int status) {
        for (int i = 0; i < ranges.size(); i++) {
            if (status >= ranges.get(i).first && status <= ranges.get(i).last) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        for (Range range : ranges) {
            text.add(
                    range.first == range.last
                            ? Integer.toString(range.first)
                            : range.first + "-" + range.last);
        }
        return text.toString();
    }
}
