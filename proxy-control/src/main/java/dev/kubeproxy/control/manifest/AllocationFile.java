package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.Allotment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The hidden file in the directory that keeps what was chosen over restarts; without it the names alone decide. */
final class AllocationFile {

    static final String NAME = ".kube-proxy-allocations";

    private static final Logger LOG = LogManager.getLogger();
    private static final String HEAD =
            "# ClusterIPs and nodePorts that kube-proxy chose for the Services of this directory.";

    private final Path file;
    private boolean warned;

    AllocationFile(Path directory) {
        this.file = directory.resolve(NAME);
    }

    /** What was kept; lines that make no sense are said and left out. */
    List<Allotment> load() {
        List<Allotment> allotments = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (!line.isBlank() && !line.startsWith("#")) {
                    read(line, i + 1, allotments);
                }
            }
        } catch (NoSuchFileException _) {
            LOG.debug("{} is not there; it is made when an address is chosen", file);
        } catch (IOException e) {
            LOG.warn("{} cannot be read, addresses may be chosen anew: {}", file, e.toString());
        }
        return allotments;
    }

    private void read(String line, int number, List<Allotment> into) {
        try {
            into.add(Allotment.parse(line));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}:{}: {}; the line is left out", file, number, e.getMessage());
        }
    }

    void save(List<Allotment> allotments) {
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        allotments.forEach(allotment -> lines.add(allotment.toString()));
        Path next = file.resolveSibling(NAME + ".tmp");
        try {
            Files.write(next, lines);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                LOG.warn("{} cannot be written, so a restart may choose other addresses: {}", file, e.toString());
            }
        }
    }
}
