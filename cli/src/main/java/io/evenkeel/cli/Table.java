package io.evenkeel.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns aligned for people: two spaces between them, numbers to the right. */
final class Table {
    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        this.heads = List.of(heads);
    }

    Table(List<String> heads) {
        this.heads = List.copyOf(heads);
    }

    /** One cell a column; an empty one is shown as a dash. */
    void row(List<String> cells) {
        if (cells.size() != heads.size()) {
            throw new IllegalArgumentException(cells.size() + " cells");
        }
        rows.add(cells.stream().map(cell -> cell.isEmpty() ? "-" : cell).toList());
    }

    void row(String... cells) {
        row(List.of(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The heads and the rows, each line with its newline. */
    String text() {
        int[] widths = new int[heads.size()];
        boolean[] right = new boolean[heads.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width(heads.get(i));
            right[i] = !rows.isEmpty();
            for (List<String> row : rows) {
                String cell = row.get(i);
                widths[i] = Math.max(widths[i], width(cell));
                right[i] &= cell.matches("[0-9]+([.][0-9]+)?(%|us|ms|GiB)?|-");
            }
        }
        StringBuilder out = new StringBuilder();
        line(out, heads, widths, right);
        for (List<String> row : rows) {
            line(out, row, widths, right);
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> cells, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String gap = " ".repeat(widths[i] - width(cells.get(i)));
            line.append(i == 0 ? "" : "  ");
            line.append(right[i] ? gap + cells.get(i) : cells.get(i) + gap);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
