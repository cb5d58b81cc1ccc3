package dev.kubeproxy.server.testing;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** Tests that need rights which not everybody has. */
public final class Capable {

    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private Capable() {}

    /** Makes something that takes rights. */
    @FunctionalInterface
    public interface Making<T> {
        T make() throws IOException;
    }

    /**
     * Makes it; skips the test, saying why, where the rights are missing, and fails it where such tests are required
     * ({@code -Dlab.required=true}).
     */
    public static <T> T of(Making<T> making) throws IOException {
        try {
            return making.make();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (Boolean.getBoolean("lab.required") || !reason.contains("not permitted")) {
                throw e;
            }
            if (TOLD.add(reason)) {
                System.err.println("Skipping tests: " + reason);
            }
            return Assumptions.abort(reason);
        }
    }
}
