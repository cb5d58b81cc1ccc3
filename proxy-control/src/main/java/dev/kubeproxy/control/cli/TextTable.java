package dev.kubeproxy.control.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines in columns, as kubectl prints them. */
final class TextTable {

    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... titles) {
        add(titles);
    }

    /** As many cells as there are titles; an empty one is printed as {@code <none>}. */
    void add(String... cells) {
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], text(row, column).length());
            }
        }
        StringBuilder lines = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length - 1; column++) {
                String text = text(row, column);
                lines.append(text).repeat(' ', widths[column] - text.length() + GAP);
            }
            lines.append(text(row, widths.length - 1)).append('\n');
        }
        return lines.toString();
    }

    private static String text(List<String> row, int column) {
        return row.get(column).isEmpty() ? "<none>" : row.get(column);
    }
}
