package dev.kubeproxy.control;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports from first to last, both included. {@link #ANY} leaves the choice free. */
record PortRange(int first, int last) {

    static final PortRange ANY = new PortRange(0, 0);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(?:([-+])([0-9]{1,6}))?");

    /** Takes {@code 300}, {@code 300-2000}, {@code 300+100}; empty and 0 mean any (rule H10). */
    static PortRange parse(String text) {
        if (text.isEmpty()) {
            return ANY;
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a port range such as 300-2000");
        }
        int first = Integer.parseInt(form.group(1));
        int second = form.group(3) == null ? first : Integer.parseInt(form.group(3));
        int last = "+".equals(form.group(2)) ? first + second : second;
        if (last > 65535) {
            throw new IllegalArgumentException("ends above port 65535");
        }
        if (last < first) {
            throw new IllegalArgumentException("ends before it begins");
        }
        return new PortRange(first, last);
    }
}
