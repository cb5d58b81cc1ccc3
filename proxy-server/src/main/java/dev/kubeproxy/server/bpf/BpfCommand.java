package dev.kubeproxy.server.bpf;

/** What {@code bpf(2)} is asked to do, by its numbers in {@code linux/bpf.h}. */
enum BpfCommand {
    BPF_MAP_CREATE(0),
    BPF_MAP_UPDATE_ELEM(2),
    BPF_MAP_DELETE_ELEM(3),
    BPF_PROG_LOAD(5),
    BPF_LINK_CREATE(28),
    BPF_LINK_UPDATE(29);

    private final int number;

    BpfCommand(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
