package dev.kubeproxy.server.model;

import java.util.Set;

/** Which TCP connections of a service port go on when endpoints leave (rule D9); new ones are the pools' business. */
public sealed interface Drain {

    Drain KEEP = new Keep();

    /** True where connections to the backend may go on. */
    boolean keeps(Backend backend);

    /** True where connections that {@code before} kept may have to end. */
    boolean endsMoreThan(Drain before);

    /** What holds once the service port is gone. */
    Drain afterwards();

    /** All, until one of their sides ends them. */
    record Keep() implements Drain {

        @Override
        public boolean keeps(Backend backend) {
            return true;
        }

        @Override
        public boolean endsMoreThan(Drain before) {
            return false;
        }

        @Override
        public Drain afterwards() {
            return this;
        }
    }

    /**
     * Those to members only; the others are reset.
     *
     * @param members whatever may keep its connections: all backends of the port's pools, and endpoints that get no new
     *     ones for now, being unready or meant for other nodes
     */
    record Close(Set<Backend> members) implements Drain {

        public Close {
            members = Set.copyOf(members);
        }

        @Override
        public boolean keeps(Backend backend) {
            return members.contains(backend);
        }

        @Override
        public boolean endsMoreThan(Drain before) {
            return !(before instanceof Close(Set<Backend> kept) && members.containsAll(kept));
        }

        @Override
        public Drain afterwards() {
            return new Close(Set.of());
        }
    }
}
