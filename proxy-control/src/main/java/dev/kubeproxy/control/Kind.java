package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the text of a setting may be, and what it means.
 *
 * @param shape what the configuration file holds for it
 * @param label stands for the value in {@code --help}
 * @param choices the words that it may be, none where it may be another text
 * @param parser refuses with an {@link IllegalArgumentException} that says what is wrong
 */
record Kind<T>(Shape shape, String label, List<String> choices, Function<String, T> parser) {

    /** The YAML types; lists and maps become text with commas. */
    enum Shape {
        STRING("a string"),
        NUMBER("a number"),
        BOOLEAN("true or false"),
        LIST("a list"),
        MAP("a map"),
        ANY("anything");

        private final String article;

        Shape(String article) {
            this.article = article;
        }

        @Override
        public String toString() {
            return article;
        }
    }

    static final Kind<String> TEXT = new Kind<>(Shape.STRING, "TEXT", text -> text);
    static final Kind<Optional<Path>> PATH =
            new Kind<>(Shape.STRING, "FILE", text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    static final Kind<Optional<Path>> DIRECTORY = new Kind<>(Shape.STRING, "DIR", PATH.parser());
    static final Kind<Boolean> BOOLEAN = new Kind<>(Shape.BOOLEAN, "", Kind::toBoolean);
    static final Kind<Double> DECIMAL = new Kind<>(Shape.NUMBER, "NUMBER", Kind::toDecimal);
    static final Kind<Duration> POSITIVE_DURATION = duration("greater than 0", Duration::isPositive);
    static final Kind<Duration> SECONDS = duration("1s or more", length -> length.toSeconds() >= 1);
    static final Kind<Duration> DURATION = duration("0 or more", length -> !length.isNegative());
    static final Kind<Optional<Duration>> OPTIONAL_DURATION = new Kind<>(
            Shape.STRING,
            "DURATION",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(POSITIVE_DURATION.parse(text)));
    static final Kind<InetAddress> IP = new Kind<>(Shape.STRING, "IP", Kind::toAddress);
    static final Kind<List<String>> LIST = new Kind<>(Shape.LIST, "LIST", Kind::items);
    static final Kind<List<Cidr>> CIDRS = new Kind<>(
            Shape.STRING,
            "CIDR[,CIDR]",
            text -> items(text).stream().map(Cidr::parse).toList());
    static final Kind<NodePortAddresses> NODE_PORT_ADDRESSES =
            new Kind<>(Shape.LIST, "CIDR,...|primary", text -> NodePortAddresses.parse(items(text)));
    static final Kind<PortRange> PORT_RANGE = new Kind<>(Shape.STRING, "FIRST-LAST", PortRange::parse);
    static final Kind<String> ANYTHING = new Kind<>(Shape.ANY, "TEXT", text -> text);
    static final Kind<String> INTERFACE = new Kind<>(Shape.STRING, "NAME", Kind::toInterface);
    static final Kind<String> VERSION = new Kind<>(Shape.STRING, "MAJOR.MINOR", Kind::toVersion);
    static final Kind<List<String>> GATES = new Kind<>(Shape.MAP, "NAME=BOOL,...", Kind::toGates);

    Kind(Shape shape, String label, Function<String, T> parser) {
        this(shape, label, List.of(), parser);
    }

    T parse(String text) {
        return parser.apply(text);
    }

    static Kind<Integer> integer(int least, int most) {
        return new Kind<>(Shape.NUMBER, "N", text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // says the same as a number out of range
            }
            boolean unbounded = most == Integer.MAX_VALUE;
            throw new IllegalArgumentException(
                    unbounded
                            ? "not a whole number of " + least + " or more"
                            : "not a whole number from " + least + " to " + most);
        });
    }

    /** IP and port; empty or port 0 stand for none. An address alone gets the usual port. */
    static Kind<Optional<InetSocketAddress>> ipPort(int usualPort) {
        return new Kind<>(Shape.STRING, "IP:PORT", text -> toSocketAddress(text, usualPort));
    }

    static Kind<String> choice(String... words) {
        List<String> choices = Stream.of(words).filter(word -> !word.isEmpty()).toList();
        return new Kind<>(Shape.STRING, String.join("|", choices), choices, text -> {
            if (Arrays.asList(words).contains(text)) {
                return text;
            }
            throw new IllegalArgumentException("not one of " + String.join(", ", choices));
        });
    }

    private static Kind<Duration> duration(String condition, Predicate<Duration> fits) {
        return new Kind<>(Shape.STRING, "DURATION", text -> {
            Duration length = GoDuration.parse(text);
            if (!fits.test(length)) {
                throw new IllegalArgumentException("must be " + condition);
            }
            return length;
        });
    }

    private static Boolean toBoolean(String text) {
        return switch (text) { // what Go's strconv.ParseBool takes
            case "true", "True", "TRUE", "t", "T", "1" -> true;
            case "false", "False", "FALSE", "f", "F", "0" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Double toDecimal(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number", e);
        }
    }

    private static InetAddress toAddress(String text) {
        try {
            return Addresses.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IP address", e);
        }
    }

    private static Optional<InetSocketAddress> toSocketAddress(String text, int usualPort) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean hasPort = bracketed ? text.contains("]:") : colon >= 0 && colon == text.indexOf(':');
        String host = hasPort ? text.substring(0, colon) : text;
        String bare = bracketed && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            int port = hasPort ? integer(0, 65535).parse(text.substring(colon + 1)) : usualPort;
            InetAddress address = Addresses.parse(bare);
            return port == 0 ? Optional.empty() : Optional.of(new InetSocketAddress(address, port));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IP address and port such as 0.0.0.0:10256 or [::]:10256", e);
        }
    }

    /** What the kernel takes: 15 bytes at most, no blank and no slash. */
    private static String toInterface(String text) {
        boolean fits = text.length() <= 15 && text.chars().noneMatch(c -> c == '/' || c <= ' ' || c > '~');
        if (!fits || text.equals(".") || text.equals("..")) {
            throw new IllegalArgumentException("not the name of an interface: up to 15 letters, no blanks, no slash");
        }
        return text;
    }

    private static String toVersion(String text) {
        if (!text.isEmpty() && !text.matches("[0-9]{1,4}\\.[0-9]{1,4}")) {
            throw new IllegalArgumentException("not a version such as 1.36");
        }
        return text;
    }

    private static List<String> toGates(String text) {
        List<String> gates = items(text);
        for (String gate : gates) {
            int equals = gate.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("\"" + gate + "\" is not NAME=true or NAME=false");
            }
            toBoolean(gate.substring(equals + 1));
        }
        return gates;
    }

    private static List<String> items(String text) {
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(",", -1)).map(String::strip).toList();
    }
}
