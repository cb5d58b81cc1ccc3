package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.control.ProxyConfiguration.Source;
import dev.kubeproxy.control.access.AccessFormat;
import dev.kubeproxy.control.access.AccessLog;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.metrics.PerService;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.testing.Rule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {

    @TempDir
    Path directory;

    /** Command line, what to look at, what it must be. */
    static Stream<Arguments> valid() {
        return Stream.of(
                row("", c -> c.ports().healthz(), Optional.of(at("0.0.0.0", 10256))),
                row("", c -> c.ports().metrics(), Optional.of(at("127.0.0.1", 10249))),
                row(
                        "",
                        c -> c.traffic(),
                        new ProxyConfiguration.Traffic(
                                Optional.empty(), Duration.ofSeconds(30), "keep", "auto", "auto", 0)),
                row("", c -> c.services().clusterIpRanges().toString(), "[10.96.0.0/12]"),
                row("", c -> c.node().name(), "this-host"),
                row("", c -> ((Source.Kubernetes) c.source()).inCluster(), true),
                row("--master=http://127.0.0.1:8080", c -> ((Source.Kubernetes) c.source()).inCluster(), false),
                row("--bind-address-hard-fail", c -> c.ports().hardFail(), true),
                row("--bind-address-hard-fail=true", c -> c.ports().hardFail(), true),
                row("--bind-address-hard-fail=F", c -> c.ports().hardFail(), false),
                row("-v 2", c -> c.logging().verbosity(), 2),
                row("-v=3", c -> c.logging().verbosity(), 3),
                row("-v4", c -> c.logging().verbosity(), 4),
                row("--v=5", c -> c.logging().verbosity(), 5),
                row("--v 1 --v 6", c -> c.logging().verbosity(), 6),
                row("--v=7 --", c -> c.logging().verbosity(), 7),
                row("--logging-format=json", c -> c.logging().json(), true),
                row("", c -> c.telemetry(), new ProxyConfiguration.Telemetry(PerService.AUTO, false, Optional.empty())),
                row("--metrics-per-service=on", c -> c.telemetry().perService(), PerService.ON),
                row("--metrics-exemplars", c -> c.telemetry().exemplars(), true),
                row(
                        "--access-log=stdout",
                        c -> c.telemetry().accessLog(),
                        Optional.of(new AccessLog.Options(Optional.empty(), AccessFormat.TEXT, 1))),
                row(
                        "--access-log=/var/log/access.log --access-log-format=json --access-log-sample=100",
                        c -> c.telemetry().accessLog(),
                        Optional.of(new AccessLog.Options(
                                Optional.of(Path.of("/var/log/access.log")), AccessFormat.JSON, 100))),
                row("--udp-timeout=250ms", c -> c.traffic().udpTimeout(), Optional.of(Duration.ofMillis(250))),
                row("--drain-timeout 1m30s", c -> c.traffic().drainTimeout(), Duration.ofSeconds(90)),
                row("--drain-timeout=1.5h", c -> c.traffic().drainTimeout(), Duration.ofMinutes(90)),
                row("--drain_timeout=0", c -> c.traffic().drainTimeout(), Duration.ZERO),
                row("--drain-policy=close", c -> c.traffic().drainPolicy(), "close"),
                row("--oom-score-adj -500", c -> c.node().oomScoreAdj(), -500),
                row("--transport=nio", c -> c.traffic().transport(), "nio"),
                row("--hostname-override=Node-1", c -> c.node().name(), "node-1"),
                row("--hostname-override=\tFoo.Bar ", c -> c.node().name(), "foo.bar"),
                row("--hostname-override=", c -> c.node().name(), "this-host"),
                row(
                        "--nodeport-addresses=127.0.0.0/8,10.0.0.0/8 --nodeport-addresses=fd00::/8",
                        c -> c.services().nodePortAddresses(),
                        NodePortAddresses.parse(List.of("127.0.0.0/8", "10.0.0.0/8", "fd00::/8"))),
                row("--nodeport-addresses=primary", c -> c.services().nodePortAddresses(), NodePortAddresses.PRIMARY),
                row(
                        "--service-cluster-ip-range=10.1.0.0/16,fd00::/108",
                        c -> c.services().clusterIpRanges().size(),
                        2),
                row("--metrics-bind-address=", c -> c.ports().metrics(), Optional.empty()),
                row("--healthz-bind-address=0.0.0.0:0", c -> c.ports().healthz(), Optional.empty()),
                row("--healthz-bind-address=127.0.0.1", c -> c.ports().healthz(), Optional.of(at("127.0.0.1", 10256))),
                row("--healthz-bind-address=[::1]:99", c -> c.ports().healthz(), Optional.of(at("::1", 99))),
                row("--healthz-port=0", c -> c.ports().healthz(), Optional.empty()),
                row(
                        "--healthz-port=0 --healthz-bind-address=127.0.0.1:9",
                        c -> c.ports().healthz(),
                        Optional.empty()),
                row("--metrics-port=0", c -> c.ports().metrics(), Optional.empty()),
                row("--metrics-port=9", c -> c.ports().metrics(), Optional.of(at("127.0.0.1", 9))),
                row(
                        "--metrics-port=9 --metrics-bind-address=10.0.0.1",
                        c -> c.ports().metrics(),
                        Optional.of(at("10.0.0.1", 9))),
                row("--metrics-port=9 --bind-address=fd00::5", c -> c.ports().metrics(), Optional.of(at("::1", 9))),
                row("", c -> c.ports().profiling(), false),
                row("--profiling", c -> c.ports().profiling(), true),
                row("--healthz-port=9", c -> c.ports().healthz(), Optional.of(at("0.0.0.0", 9))),
                row(
                        "--healthz-port=9 --healthz-bind-address=127.0.0.1",
                        c -> c.ports().healthz(),
                        Optional.of(at("127.0.0.1", 9))),
                row(
                        "--healthz-port=9 --healthz-bind-address=127.0.0.1:8",
                        c -> c.ports().healthz(),
                        Optional.of(at("127.0.0.1", 8))),
                row("--bind-address=fd00::5", c -> c.ports().healthz(), Optional.of(at("::", 10256))),
                row("--bind-address=fd00::5", c -> c.ports().metrics(), Optional.of(at("::1", 10249))),
                row("--proxy-mode=userspace", c -> c.node().name(), "this-host"),
                row(
                        "--cluster-cidr=10.100.0.0/16",
                        c -> c.services().podRanges().toString(),
                        "[10.100.0.0/16]"),
                row("", c -> c.node().localDetection(), new LocalDetection.None()),
                row("--detect-local-mode=ClusterCIDR", c -> c.node().localDetection(), new LocalDetection.None()),
                row(
                        "--cluster-cidr=10.100.0.0/16",
                        c -> c.node().localDetection(),
                        new LocalDetection.ClusterCidr(List.of(Cidr.parse("10.100.0.0/16")))),
                row("--detect-local-mode=NodeCIDR", c -> c.node().localDetection(), new LocalDetection.NodeCidr()),
                row(
                        "--detect-local-mode=BridgeInterface --pod-bridge-interface=cni0",
                        c -> c.node().localDetection(),
                        new LocalDetection.BridgeInterface("cni0")),
                row(
                        "--detect-local-mode=InterfaceNamePrefix --pod-interface-name-prefix=cali",
                        c -> c.node().localDetection(),
                        new LocalDetection.InterfaceNamePrefix("cali")),
                row("", c -> c.node().strictArp(), false),
                row("--strict-arp", c -> c.node().strictArp(), true),
                row("--ipvs-strict-arp", c -> c.node().strictArp(), true),
                row("", c -> c.services().externalIps(), true),
                row("--external-ips=false", c -> c.services().externalIps(), false),
                row(
                        "--feature-gates=AllowServiceExternalIPs=false",
                        c -> c.services().externalIps(),
                        false),
                row(
                        "--feature-gates=AllowServiceExternalIPs=true",
                        c -> c.services().externalIps(),
                        true),
                row("--show-hidden-metrics-for-version=1.35", c -> c.node().name(), "this-host"),
                row("--bind-address=::", c -> c.node().bindAddress(), Optional.empty()),
                row(
                        "--bind-address=192.168.1.5",
                        c -> c.node().bindAddress(),
                        Optional.of(Addresses.parse("192.168.1.5"))),
                row(
                        "--manifests=/tmp --bind-address=127.0.0.1",
                        c -> c.node().bindAddress().isPresent(),
                        true),
                row(
                        "--masquerade-all --conntrack-min=5 --feature-gates=A=true,B=false --ipvs-scheduler rr"
                                + " --log-dir=/x",
                        c -> c.node().name(),
                        "this-host"));
    }

    @ParameterizedTest
    @MethodSource("valid")
    @Rule({"N1", "N8"})
    void takesAllFormsOfFlags(String line, Function<ProxyConfiguration, Object> part, Object expected)
            throws ConfigurationException {
        assertThat(part.apply(read(words(line)))).isEqualTo(expected);
    }

    /** Of kube-proxy 1.20 and of the newest; verbosity is {@code -v} and {@code --v}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "config write-config-to kubeconfig master cluster-cidr kube-api-content-type kube-api-qps kube-api-burst",
                "hostname-override bind-address healthz-bind-address metrics-bind-address bind-address-hard-fail",
                "proxy-port-range proxy-mode feature-gates nodeport-addresses cleanup cleanup-ipvs healthz-port metrics-port",
                "oom-score-adj iptables-masquerade-bit iptables-sync-period iptables-min-sync-period ipvs-exclude-cidrs",
                "ipvs-min-sync-period ipvs-scheduler ipvs-strict-arp ipvs-sync-period ipvs-tcp-timeout ipvs-tcpfin-timeout",
                "ipvs-udp-timeout conntrack-max-per-core conntrack-min conntrack-tcp-timeout-established",
                "conntrack-tcp-timeout-close-wait config-sync-period udp-timeout masquerade-all profiling detect-local-mode",
                "show-hidden-metrics-for-version v vmodule version help",
                "init-only iptables-localhost-nodeports conntrack-tcp-be-liberal conntrack-udp-timeout",
                "conntrack-udp-timeout-stream pod-bridge-interface pod-interface-name-prefix logging-format",
            })
    @Rule("N1")
    void everyFlagOfKubeProxyIsKnown(String flags) {
        Screen screen = new Screen();
        screen.run("--help");
        assertThat(flags.split(" ", -1))
                .allSatisfy(flag -> assertThat(screen.out()).containsPattern("--" + flag + "\\b(?!-)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--hostname-overide=x | unknown flag: --hostname-overide; did you mean --hostname-override?",
                "--metric-bind-address=:1 | unknown flag: --metric-bind-address; did you mean --metrics-bind-address?",
                "--qqq | unknown flag: --qqq",
                "--ipvs-schedulr=rr | unknown flag: --ipvs-schedulr; did you mean --ipvs-scheduler?",
                "-x | unknown flag: -x",
                "-x=1 | unknown flag: -x=1",
                "-- --cleanup | kube-proxy does not take any arguments, got \"--cleanup\"",
                "- | kube-proxy does not take any arguments, got \"-\"",
                "-v | flag needs an argument: --v",
                "start | kube-proxy does not take any arguments, got \"start\"",
                "--cleanup false | kube-proxy does not take any arguments, got \"false\"",
                "--config | flag needs an argument: --config",
                "--config=/no/such/file | --config: /no/such/file does not exist",
                "--cleanup=maybe | --cleanup: invalid value \"maybe\": neither true nor false",
                "--v=x | --v: invalid value \"x\": not a whole number from 0 to 100",
                "--udp-timeout=0s | --udp-timeout: invalid value \"0s\": must be greater than 0",
                "--udp-timeout=5 | --udp-timeout: invalid value \"5\": a duration needs a unit, such as 5s or 5ms",
                "--drain-timeout=1y | --drain-timeout: invalid value \"1y\": not a duration such as 250ms, 30s or"
                        + " 1h30m",
                "--drain-timeout=-1s | --drain-timeout: invalid value \"-1s\": must be 0 or more",
                "--drain-timeout=9999999h | --drain-timeout: invalid value \"9999999h\": longer than 292 years",
                "--proxy-mode=ipvs | --proxy-mode: invalid value \"ipvs\": this proxy has only the mode userspace",
                "--proxy-mode=kernel | --proxy-mode: invalid value \"kernel\": no such mode",
                "--drain-policy=drop | --drain-policy: invalid value \"drop\": not one of keep, close",
                "--transport=kqueue | --transport: invalid value \"kqueue\": not one of auto, epoll, io_uring, nio",
                "--logging-format=xml | --logging-format: invalid value \"xml\": not one of text, json",
                "--event-loops=-1 | --event-loops: invalid value \"-1\": not a whole number from 0 to 1024",
                "--oom-score-adj=1001 | --oom-score-adj: invalid value \"1001\": not a whole number from -1000 to 1000",
                "--bind-address=node1 | --bind-address: invalid value \"node1\": not an IP address",
                "--healthz-bind-address=localhost:80 | --healthz-bind-address: invalid value \"localhost:80\": not an"
                        + " IP",
                "--metrics-bind-address=1.2.3.4:70000 | --metrics-bind-address: invalid value \"1.2.3.4:70000\": not"
                        + " an IP",
                "--healthz-bind-address=127.0.0.1:9 --metrics-bind-address=127.0.0.1:9 | are the same address",
                "--healthz-port=x | --healthz-port: invalid value \"x\": not a whole number from 0 to 65535",
                "--nodeport-addresses=10.0.0.1 | \"10.0.0.1\" is not a CIDR: a prefix length is missing",
                "--nodeport-addresses=primary,10.0.0.0/8 | \"primary\" goes with nothing else",
                "--cluster-cidr=10.0.0.0/8,11.0.0.0/8 | --cluster-cidr: invalid value \"10.0.0.0/8,11.0.0.0/8\": at"
                        + " most one IPv4",
                "--service-cluster-ip-range= | --service-cluster-ip-range: invalid value \"\": must not be empty",
                "--service-cluster-ip-range=10.96.0.0/33 | the prefix length \"33\" is not in 0-32",
                "--service-cluster-ip-range=10.0.0.0/8 --cluster-cidr=10.244.0.0/16 | 10.0.0.0/8 overlaps"
                        + " --cluster-cidr 10.244.0.0/16",
                "--proxy-port-range=9-1 | --proxy-port-range: invalid value \"9-1\": ends before it begins",
                "--proxy-port-range=1-99999 | ends above port 65535",
                "--proxy-port-range=a-b | --proxy-port-range: invalid value \"a-b\": not a port range such as 300-2000",
                "--iptables-sync-period=999ms | must be 1s or more",
                "--iptables-sync-period=1s --iptables-min-sync-period=2s | must not be longer than"
                        + " --iptables-sync-period, 1s",
                "--iptables-masquerade-bit=32 | not a whole number from 0 to 31",
                "--conntrack-min=-1 | --conntrack-min: invalid value \"-1\": not a whole number of 0 or more",
                "--feature-gates=A | \"A\" is not NAME=true or NAME=false",
                "--feature-gates=A=b | neither true nor false",
                "--kube-api-qps=fast | --kube-api-qps: invalid value \"fast\": not a number",
                "--detect-local-mode=Guess | --detect-local-mode: invalid value \"Guess\": not one of ClusterCIDR, NodeCIDR,"
                        + " BridgeInterface, InterfaceNamePrefix",
                "--detect-local-mode=BridgeInterface | --detect-local-mode: BridgeInterface needs"
                        + " --pod-bridge-interface or detectLocal.bridgeInterface",
                "--detect-local-mode=InterfaceNamePrefix | InterfaceNamePrefix needs --pod-interface-name-prefix",
                "--pod-bridge-interface=a/b | --pod-bridge-interface: invalid value \"a/b\": not the name of an interface",
                "--bind-address=127.0.0.1 | --bind-address: invalid value \"127.0.0.1\": cannot proxy on localhost",
                "--show-hidden-metrics-for-version=v1 | not a version such as 1.36",
                "--kube-api-burst=-1 | --kube-api-burst: invalid value \"-1\": not a whole number of 0 or more",
                "--kubeconfig=/no/such | --kubeconfig: invalid value \"/no/such\": no such file, or not readable",
                "--manifests=/no/such | --manifests: invalid value \"/no/such\": no such directory",
                "--manifests=/tmp --master=http://a | Services come from a directory or from a cluster, not both;"
                        + " leave out --master",
            })
    @Rule({"H10", "N6", "N7", "N10", "N13"})
    void tellsWhatIsWrongWithAFlag(String line, String message) {
        Screen screen = new Screen();
        assertThat(screen.run(words(line))).isEqualTo(1);
        assertThat(screen.err())
                .contains("Error: ")
                .contains(message)
                .endsWith("See kube-proxy --help for all flags.\n");
    }

    @Test
    @Rule("N8")
    void aBlankHostnameOverrideIsRefused() {
        assertThatThrownBy(() -> read("--hostname-override", "  "))
                .hasMessageContaining("empty hostname-override is invalid");
    }

    @Test
    @Rule("N6")
    void tellsAllThatIsWrongAtOnce() {
        assertThatThrownBy(() -> read("--udp-timeout=0s", "--bind-address=x", "--oom-score-adj=y"))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void theDefaultServiceRangeIsAGuessThatPodsMayOverlapUnlessManifestsUseIt() throws ConfigurationException {
        read("--cluster-cidr=10.100.0.0/16");
        assertThatThrownBy(() -> read("--cluster-cidr=10.100.0.0/16", "--manifests=" + directory))
                .hasMessageContaining("overlaps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--help=true"})
    void helpNamesEveryFlag(String flag) {
        Screen screen = new Screen();
        assertThat(screen.run(flag)).isZero();
        for (Setting<?> setting : Settings.ALL) {
            assertThat(screen.out()).contains("--" + setting.flag());
        }
        assertThat(screen.out()).contains("What to serve:", "Health and metrics:", "Accepted and ignored");
    }

    @Test
    @Rule("N10")
    void versionIsOneLine() {
        Screen screen = new Screen();
        assertThat(screen.run("--version")).isZero();
        assertThat(screen.out()).matches("kube-proxy userspace \\S+ \\(git \\S+, linux/\\S+, Java \\d+\\)\\R");
    }

    private static ProxyConfiguration read(String... args) throws ConfigurationException {
        return ConfigurationReader.read(Flags.parse(args).values(), () -> "This-Host");
    }

    private static String[] words(String line) {
        return Arrays.stream(line.strip().split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(Addresses.parse(address), port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completionKnowsFlagsViewsAndFormats(String shell) {
        Screen screen = new Screen();
        assertThat(screen.run("completion", shell)).isZero();
        assertThat(screen.out())
                .contains(
                        "--metrics-bind-address",
                        "complete -F",
                        "\"why\"",
                        "\"yaml\"",
                        "\"io_uring\"",
                        "\"ClusterCIDR\"")
                .doesNotContain("\"FILE\"", "_option_args=(\"\")");
    }

    @Test
    void completionIsForShellsThatAreKnown() {
        Screen screen = new Screen();
        assertThat(screen.run("completion", "fish")).isEqualTo(1);
        assertThat(screen.err()).contains("completion wants one of bash, zsh");
    }

    private static Arguments row(String line, Function<ProxyConfiguration, Object> part, Object expected) {
        return Arguments.of(line, part, expected);
    }

    /** What the command prints. */
    private static final class Screen {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        int run(String... args) {
            return new KubeProxy(
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            _ -> {})
                    .run(args);
        }

        String out() {
            return out.toString(StandardCharsets.UTF_8);
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }
}
