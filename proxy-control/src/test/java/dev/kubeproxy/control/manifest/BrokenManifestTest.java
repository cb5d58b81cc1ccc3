package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.server.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenManifestTest {

    private static final String NEIGHBOUR =
            BrokenYaml.healthy("neighbour") + "    nodePort: 30007\n  type: NodePort\n  clusterIP: 10.96.0.7\n";

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"dev.kubeproxy.control.manifest.BrokenYaml#rows", "dev.kubeproxy.control.manifest.BrokenObjects#rows"
    })
    void isReportedWithItsLineAndHarmsNoOther(String what, byte[] bytes, String message) throws IOException {
        Files.writeString(directory.resolve("a.yaml"), NEIGHBOUR);
        Files.write(directory.resolve("broken.yaml"), bytes);
        OfferedState offered = new OfferedState();
        List<Cidr> ranges = List.of(Cidr.parse("10.96.0.0/12"));
        try (var source = new ManifestSource(directory, "node1", new ServiceReader(), ranges, offered)) {
            source.start();
            offered.awaitSynced();
            assertThat(source.problems().stream().map(this::text)).containsExactly(message.split("\n", -1));
        }
        assertThat(offered.serviceNames()).contains("default/neighbour");
        assertThat(offered.clusterIp("neighbour")).isEqualTo("10.96.0.7");
    }

    private String text(Problem problem) {
        return problem.toString()
                .replace(directory.resolve("broken.yaml").toString(), "FILE")
                .replace(directory.toString(), "DIR");
    }
}
