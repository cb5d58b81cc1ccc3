package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.ConfigurationFile.Loaded;
import dev.kubeproxy.control.ProxyConfiguration.Source;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that kubeadm wrote for kube-proxy: an operator may keep them, but for the mode. */
class KubeadmConfigurationTest {

    private static final String KUBECONFIG = "/var/lib/kube-proxy/kubeconfig.conf";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"1.20, ''", "1.20, userspace", "1.34, ''", "1.34, userspace"})
    @Rule({"N3", "N4", "N5"})
    void areTakenWithoutAWarningAndMeanTheDefaults(String version, String mode) throws Exception {
        Path kubeconfig = Files.createFile(directory.resolve("kubeconfig.conf"));
        Loaded loaded = load(Files.readString(Path.of("src/test/resources/kubeadm", version + ".conf"))
                .replace(KUBECONFIG, kubeconfig.toString())
                .replace("mode: \"\"", "mode: \"" + mode + "\""));
        assertThat(loaded.warnings()).isEmpty();

        ProxyConfiguration configuration = ConfigurationReader.read(loaded.values(), () -> "host");
        assertThat(configuration.source()).isEqualTo(new Source.Kubernetes(Optional.of(kubeconfig), Optional.empty()));
        assertThat(configuration.services().podRanges()).hasToString("[10.244.0.0/16]");
        assertThat(configuration.services().nodePortAddresses()).isEqualTo(NodePortAddresses.ALL);
        assertThat(configuration.node().name()).isEqualTo("host");
        assertThat(configuration.node().oomScoreAdj()).isEqualTo(-999);
        assertThat(configuration.node().bindAddress()).isEmpty();
        assertThat(configuration.node().localDetection())
                .isEqualTo(
                        new LocalDetection.ClusterCidr(configuration.services().podRanges()));
        assertThat(configuration.traffic().udpTimeout()).isEmpty();
        assertThat(configuration.pacing().syncPeriod()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.ports().healthz()).contains(at("0.0.0.0", 10256));
        assertThat(configuration.ports().metrics()).contains(at("127.0.0.1", 10249));
        assertThat(configuration.ports().profiling()).isFalse();
        assertThat(configuration.ports().hardFail()).isFalse();
        assertThat(configuration.logging()).isEqualTo(new ProxyConfiguration.Logging(0, false));
        assertThat(loaded.values().settings()).filteredOn(Setting::ignored).isEmpty();
    }

    private Loaded load(String yaml) throws IOException, ConfigurationException {
        return ConfigurationFile.load(Files.writeString(directory.resolve("config.conf"), yaml));
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(Addresses.parse(address), port);
    }
}
