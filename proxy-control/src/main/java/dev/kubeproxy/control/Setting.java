package dev.kubeproxy.control;

/**
 * One thing that can be set, by flag, in the configuration file, or by both.
 *
 * @param flag its name without dashes
 * @param field its path in the configuration file, empty where it has none
 * @param fallback the text of its value where nobody sets it
 */
record Setting<T>(Group group, String flag, String field, Kind<T> kind, String fallback, String help) {

    /** The headings of {@code --help}, in order. */
    enum Group {
        SOURCE("What to serve"),
        ADDRESSES("Addresses"),
        BEHAVIOUR("Behaviour"),
        HEALTH("Health and metrics"),
        LOGGING("Logging"),
        PROGRAM("Configuration file and other commands"),
        IGNORED("Accepted and ignored: no meaning in userspace mode");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }

        String heading() {
            return heading;
        }
    }

    boolean ignored() {
        return group == Group.IGNORED;
    }

    /** A flag that may stand alone, for true. */
    boolean isSwitch() {
        return kind.shape() == Kind.Shape.BOOLEAN;
    }

    /** A flag that says more each time it is written; of others the last counts. */
    boolean adds() {
        return kind.shape() == Kind.Shape.LIST || kind.shape() == Kind.Shape.MAP;
    }
}
