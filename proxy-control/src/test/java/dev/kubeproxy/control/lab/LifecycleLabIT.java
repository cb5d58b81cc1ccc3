package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the program leaves on a node when it ends, in every way it can end. */
class LifecycleLabIT {

    @BeforeEach
    void labIsUp() {
        Lab.requireUp();
    }

    @AfterEach
    void cleanUp() {
        LabProxy.cleanup();
    }

    @Test
    @Rule("O6")
    void sigtermRemovesTheRoutesAndExitsWithZero() throws Exception {
        String before = routes();
        LabProxy proxy = LabProxy.start();
        assertThat(routes()).contains("local 10.96.0.1 dev lo proto 182");
        proxy.terminate();
        assertThat(proxy.exitStatus()).isZero();
        assertThat(routes()).isEqualTo(before);
        assertThat(sockets()).isEmpty();
    }

    @Test
    @Rule({"N10", "O6"})
    void cleanupRemovesWhatAKilledRunLeft() throws Exception {
        String before = routes();
        LabProxy.start().kill();
        assertThat(routes()).isNotEqualTo(before);
        assertThat(LabProxy.cleanup().status()).isZero();
        assertThat(routes()).isEqualTo(before);
    }

    @Test
    @Rule("O7")
    void aRestartTakesOverWhatAKilledRunLeft() throws Exception {
        String before = routes();
        LabProxy.start().kill();
        String left = routes();
        try (LabProxy again = LabProxy.start()) {
            assertThat(again.isAlive()).isTrue();
            Await.until("the same routes", () -> routes().equals(left));
        }
        assertThat(routes()).isEqualTo(before);
    }

    private static String routes() {
        return Lab.exec("node1", "ip", "route", "show", "table", "local").out().replaceAll(" metric \\d+", "");
    }

    private static String sockets() throws IOException {
        return Lab.exec("node1", "ss", "-Hlntu").out();
    }
}
