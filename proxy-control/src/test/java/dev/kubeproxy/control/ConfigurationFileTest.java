package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.control.ConfigurationFile.Loaded;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {

    private static final String HEAD = """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        """;

    @TempDir
    Path directory;

    @Test
    @Rule("N4")
    void fieldsCount() throws Exception {
        ProxyConfiguration configuration = configuration(load(HEAD + """
            mode: userspace
            udpIdleTimeout: 5s
            oomScoreAdj: 0
            metricsBindAddress: 0.0.0.0:0
            nodePortAddresses: [127.0.0.0/8, 10.0.0.0/8]
            hostnameOverride: Node-7
            featureGates: {A: true, B: false}
            bindAddressHardFail: true
            iptables: {syncPeriod: 1m0s, minSyncPeriod: 2s}
            logging: {verbosity: 3, format: json, vmodule: [{filePattern: a, verbosity: 2}]}
            """));
        assertThat(configuration.traffic().udpTimeout()).contains(Duration.ofSeconds(5));
        assertThat(configuration.node())
                .extracting(ProxyConfiguration.Node::name, ProxyConfiguration.Node::oomScoreAdj)
                .containsExactly("node-7", 0);
        assertThat(configuration.ports().metrics()).isEmpty();
        assertThat(configuration.ports().hardFail()).isTrue();
        assertThat(configuration.services().nodePortAddresses())
                .isEqualTo(NodePortAddresses.parse(List.of("127.0.0.0/8", "10.0.0.0/8")));
        assertThat(configuration.pacing())
                .isEqualTo(new ProxyConfiguration.Pacing(Duration.ofMinutes(1), Duration.ofSeconds(2)));
        assertThat(configuration.logging()).isEqualTo(new ProxyConfiguration.Logging(3, true));
    }

    @Test
    @Rule("N3")
    void unknownAndRepeatedFieldsAreWarnedOf() throws Exception {
        Loaded loaded = load(HEAD + "colour: red\nbindAddress: 10.0.0.1\niptables: {nap: 1s}\nbindAddress: fd00::2\n");
        assertThat(loaded.warnings())
                .containsExactlyInAnyOrder(
                        file() + ":3: colour is no known field; ignored",
                        file() + ":5: iptables.nap is no known field; ignored",
                        file() + ":6: bindAddress stands twice; the last one counts");
        assertThat(configuration(loaded).ports().healthz()).contains(at("::", 10256));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'kind: KubeProxyConfiguration' | : apiVersion is missing; must be kubeproxy.config.k8s.io/v1alpha1",
                "'apiVersion: kubeproxy.config.k8s.io/v1\n"
                        + "kind: KubeProxyConfiguration' | :1: apiVersion: is \"kubeproxy.config.k8s.io/v1\"",
                "'apiVersion: kubeproxy.config.k8s.io/v1alpha1\n"
                        + "kind: KubeletConfiguration' | :2: kind: is \"KubeletConfiguration\"",
                "'' | : kind is missing; must be KubeProxyConfiguration",
                "'just text' | : kind is missing",
                "'a: [' | :1: not YAML",
                "'a: b\n  c: d: e' | :2: not YAML",
                "HEADoomScoreAdj: high | :3: oomScoreAdj: must be a number, is a string",
                "HEADudpIdleTimeout: 250 | :3: udpIdleTimeout: must be a string, is a number",
                "HEADbindAddressHardFail: 'yes' | :3: bindAddressHardFail: must be true or false, is a string",
                "HEADnodePortAddresses: 10.0.0.0/8 | :3: nodePortAddresses: must be a list, is a string",
                "HEADfeatureGates: [A] | :3: featureGates: must be a map, is a list",
                "HEADiptables: {syncPeriod: {a: b}} | :3: iptables.syncPeriod: must be a string, is a map",
                "HEADiptables: 30s | :3: iptables: must be a map, is a string",
                "HEADbindAddress: here | :3: bindAddress: invalid value \"here\": not an IP address",
                "HEADmode: nftables | :3: mode: invalid value \"nftables\": this proxy has only the mode userspace",
                "HEADconfigSyncPeriod: -1s | :3: configSyncPeriod: invalid value \"-1s\": must be greater than 0",
                "HEADconntrack: {min: -1} | :3: conntrack.min: invalid value \"-1\"",
                "HEADiptables: {syncPeriod: 1s, minSyncPeriod: 2s} | must not be longer than",
                "'HEADhealthzBindAddress: 0.0.0.0:100000' | :3: healthzBindAddress: invalid value \"0.0.0.0:100000\"",
                "'HEADmetricsBindAddress: 127.0.0.1:a' | :3: metricsBindAddress: invalid value \"127.0.0.1:a\"",
                "'HEADclusterCIDR: 192.168.59.0' | :3: clusterCIDR: invalid value \"192.168.59.0\"",
                "'HEADclusterCIDR: 192.168.59.0/24,192.168.60.0/24' | :3: clusterCIDR: invalid value \"192.168.59.0/24,192.168.60.0/24\": at most one",
                "'HEADclusterCIDR: \"fd00:192:168::/64,fd00:192:168:1::/64\"' | at most one IPv4 and one IPv6 range",
                "'HEADclusterCIDR: \"10.0.0.0/16,fd00::/64,fd01::/64\"' | at most one IPv4 and one IPv6 range",
                "'HEADnodePortAddresses: [127.0.0.1]' | :3: nodePortAddresses: invalid value \"127.0.0.1\"",
                "'HEADoomScoreAdj: -1001' | :3: oomScoreAdj: invalid value \"-1001\"",
                "'HEADportRange: 9-1' | :3: portRange: invalid value \"9-1\": ends before it begins",
                "'HEADudpIdleTimeout: -1s' | :3: udpIdleTimeout: invalid value \"-1s\": must be greater than 0",
                "'HEADiptables: {syncPeriod: -5s}' | :3: iptables.syncPeriod: invalid value \"-5s\"",
                "'HEADiptables: {minSyncPeriod: -1s}' | :3: iptables.minSyncPeriod: invalid value \"-1s\": must be 0 or more",
                "'HEADiptables: {masqueradeBit: 32}' | :3: iptables.masqueradeBit: invalid value \"32\"",
                "'HEADipvs: {syncPeriod: -1s}' | :3: ipvs.syncPeriod: invalid value \"-1s\"",
                "'HEADipvs: {tcpTimeout: -1s}' | :3: ipvs.tcpTimeout: invalid value \"-1s\"",
                "'HEADipvs: {excludeCIDRs: [10.0.0.0]}' | :3: ipvs.excludeCIDRs: invalid value \"10.0.0.0\"",
                "'HEADnftables: {masqueradeBit: -1}' | :3: nftables.masqueradeBit: invalid value \"-1\"",
                "'HEADconntrack: {maxPerCore: -1}' | :3: conntrack.maxPerCore: invalid value \"-1\"",
                "'HEADconntrack: {tcpEstablishedTimeout: -5s}' | :3: conntrack.tcpEstablishedTimeout: invalid value \"-5s\"",
                "'HEADconntrack: {udpStreamTimeout: -5s}' | :3: conntrack.udpStreamTimeout: invalid value \"-5s\"",
                "'HEADclientConnection: {burst: -5}' | :3: clientConnection.burst: invalid value \"-5\"",
                "'HEADdetectLocalMode: Guess' | :3: detectLocalMode: invalid value \"Guess\"",
                "'HEADdetectLocalMode: BridgeInterface' | BridgeInterface needs",
                "'HEADdetectLocalMode: InterfaceNamePrefix' | InterfaceNamePrefix needs",
                "'HEADdetectLocal: {interfaceNamePrefix: avz/1}' | :3: detectLocal.interfaceNamePrefix: invalid value \"avz/1\"",
                "'HEADshowHiddenMetricsForVersion: one' | :3: showHiddenMetricsForVersion: invalid value \"one\"",
                "'HEADlogging: {format: xml}' | :3: logging.format: invalid value \"xml\"",
            })
    @Rule({"N3", "N6"})
    void tellsWhereAFileIsWrong(String yaml, String message) {
        String text = yaml.startsWith("HEAD") ? HEAD + yaml.substring(4) : yaml;
        assertThatThrownBy(() -> configuration(load(text)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining(message);
    }

    @Test
    @Rule("N2")
    void flagsThatTheFileCannotReplaceCountBesideIt() throws Exception {
        Loaded loaded = load(HEAD + "hostnameOverride: of-file\nbindAddress: 10.0.0.1\nlogging: {verbosity: 1}\n")
                .with(Flags.parse(
                                "--hostname-override=of-flag",
                                "-v=5",
                                "--drain-timeout=7s",
                                "--bind-address=fd00::2",
                                "--healthz-port=0",
                                "--masquerade-all")
                        .values());
        ProxyConfiguration configuration = configuration(loaded);
        assertThat(configuration.node().name()).isEqualTo("of-flag");
        assertThat(configuration.logging().verbosity()).isEqualTo(5);
        assertThat(configuration.traffic().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(configuration.ports().healthz()).contains(at("0.0.0.0", 10256));
        assertThat(loaded.warnings())
                .containsExactlyInAnyOrder(
                        "--bind-address does not count beside --config; set bindAddress in the file instead",
                        "--healthz-port does not count beside --config; set healthzBindAddress in the file instead");
    }

    @Test
    @Rule("N10")
    void whatIsWrittenReadsBackTheSame() throws Exception {
        Values values = Flags.parse(
                        "--udp-timeout=1m30s",
                        "--nodeport-addresses=10.0.0.0/8,127.0.0.0/8",
                        "--feature-gates=A=true",
                        "--v=2",
                        "--conntrack-min=7")
                .values();
        Loaded loaded = load(new ConfigurationWriter(values).yaml());
        assertThat(loaded.warnings()).isEmpty();
        assertThat(configuration(loaded)).isEqualTo(ConfigurationReader.read(values, () -> "host"));
        assertThat(loaded.values().text(named("conntrack-min"))).isEqualTo("7");
    }

    @Test
    @Rule("N10")
    void aPortThatIsOffIsWrittenSoThatItReadsBackAsOff() throws Exception {
        Values values =
                Flags.parse("--metrics-bind-address=", "--healthz-port=0").values();
        ProxyConfiguration.Ports ports =
                configuration(load(new ConfigurationWriter(values).yaml())).ports();
        assertThat(ports.metrics()).isEmpty();
        assertThat(ports.healthz()).isEmpty();
    }

    @Test
    @Rule({"N5", "N10"})
    void whatIsWrittenHasTheDefaultsOfWhatMeansNothingHereToo() {
        assertThat(new ConfigurationWriter(new Values()).yaml())
                .contains("configSyncPeriod: 15m0s")
                .contains("masqueradeBit: 14")
                .contains("maxPerCore: 32768")
                .contains("tcpEstablishedTimeout: 24h0m0s")
                .contains("contentType: application/vnd.kubernetes.protobuf")
                .contains("qps: 5", "burst: 10")
                .contains("oomScoreAdj: -999");
    }

    @Test
    @Rule("H7")
    void nodePortsOnLoopbackAddressesAreClosedByFalseAndNotByNothing() throws Exception {
        Setting<Boolean> localhost = IgnoredSettings.LOCALHOST_NODE_PORTS;
        assertThat(load(HEAD + "iptables: {localhostNodePorts: false}").values().read(localhost))
                .isFalse();
        assertThat(load(HEAD + "iptables: {localhostNodePorts: null}").values().read(localhost))
                .isTrue();
    }

    @Test
    @Rule("N4")
    void localDetectionAndStrictArpCount() throws Exception {
        ProxyConfiguration.Node node = configuration(load(HEAD + """
            detectLocalMode: BridgeInterface
            detectLocal: {bridgeInterface: cni0}
            ipvs: {strictARP: true}
            """)).node();
        assertThat(node.localDetection()).isEqualTo(new LocalDetection.BridgeInterface("cni0"));
        assertThat(node.strictArp()).isTrue();
    }

    /** Rows of kube-proxy's own table of files that are right. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bindAddress: 192.168.59.103\nclusterCIDR: 192.168.59.0/24",
                "bindAddress: '::'\nhealthzBindAddress: '[::]:10256'\nmetricsBindAddress: '[::1]:10249'",
                "bindAddress: 'fd00:192:168:59::103'\nclusterCIDR: 'fd00:192:168:59::/64'",
                "clusterCIDR: '192.168.59.0/24,fd00:192:168::/64'",
                "clusterCIDR: 'fd00:192:168::/64,10.0.0.0/16'",
                "healthzBindAddress: 0.0.0.0:12345\nmetricsBindAddress: 127.0.0.1:10249",
                "iptables: {masqueradeBit: 0, syncPeriod: 5s, minSyncPeriod: 2s}",
                "ipvs: {scheduler: rr, syncPeriod: 10s, minSyncPeriod: 5s, tcpTimeout: 1s, excludeCIDRs: [10.0.0.0/8]}",
                "conntrack: {maxPerCore: 1, min: 1, tcpEstablishedTimeout: 5s, tcpCloseWaitTimeout: 5s}",
                "nodePortAddresses: [primary]",
                "nodePortAddresses: [10.0.0.0/8, 'fd00::/8']",
                "portRange: 300+20",
                "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: avz}",
                "detectLocalMode: NodeCIDR",
                "oomScoreAdj: -1000",
                "showHiddenMetricsForVersion: '1.33'",
            })
    @Rule({"N4", "N6"})
    void takesWhatKubeProxyTakes(String yaml) throws Exception {
        Loaded loaded = load(HEAD + yaml + "\n");
        assertThat(loaded.warnings()).isEmpty();
        assertThat(configuration(loaded).node().name()).isEqualTo("host");
    }

    @Test
    @Rule("N6")
    void allThatIsWrongWithAFileIsToldAtOnce() {
        assertThatThrownBy(() -> configuration(load(HEAD + """
                        bindAddress: here
                        oomScoreAdj: 2000
                        iptables: {syncPeriod: -1s}
                        conntrack: {min: -1}
                        """)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(4));
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(Addresses.parse(address), port);
    }

    private static Setting<?> named(String flag) {
        return Settings.ALL.stream()
                .filter(setting -> setting.flag().equals(flag))
                .findFirst()
                .orElseThrow();
    }

    private static ProxyConfiguration configuration(Loaded loaded) throws ConfigurationException {
        return ConfigurationReader.read(loaded.values(), () -> "host");
    }

    private Loaded load(String yaml) throws IOException, ConfigurationException {
        Files.writeString(file(), yaml);
        return ConfigurationFile.load(file());
    }

    private Path file() {
        return directory.resolve("config.conf");
    }
}
