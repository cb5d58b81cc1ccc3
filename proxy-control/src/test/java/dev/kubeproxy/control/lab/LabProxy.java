package dev.kubeproxy.control.lab;

import dev.kubeproxy.server.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The built program on a node of the lab, with the rights of {@code system:kube-proxy} or following manifests. */
final class LabProxy implements AutoCloseable {

    /** What the build asks for: the lab's tests run once in each capture. */
    static final String CAPTURE = System.getProperty("service.capture", "auto")
            .toLowerCase(Locale.ROOT)
            .replace('_', '-');

    private static final List<String> COMMAND = List.of(
            Lab.ROOT.resolve("bin/kube-proxy").toString(),
            "--kubeconfig=/run/kube-lab/proxy.kubeconfig",
            "--hostname-override=node1",
            "--v=2");

    private final Path log;
    private final Process process;

    private LabProxy(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Starts it and waits until it says that it is healthy and serves the API server's own Service. */
    static LabProxy start(String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--service-capture=" + CAPTURE);
        return start(List.of(), all);
    }

    /** The same without some of root's rights, and capturing service addresses as it can. */
    static LabProxy startWithout(String... capabilities) throws IOException {
        String dropped = Stream.of(capabilities).map(name -> "-" + name).collect(Collectors.joining(","));
        return start(List.of("setpriv", "--bounding-set=" + dropped), List.of());
    }

    private static LabProxy start(List<String> prefix, List<String> flags) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(COMMAND);
        command.addAll(flags);
        return start("node1", command, "Listening on 10.96.0.1:443/TCP");
    }

    /** Starts it on a node, for both families, with a directory of manifests instead of an API server. */
    static LabProxy startOn(String node, Path manifests, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Lab.ROOT.resolve("bin/kube-proxy").toString(),
                "--manifests=" + manifests,
                "--hostname-override=" + node,
                "--service-cluster-ip-range=10.96.0.0/12,fd00:10:96::/112",
                "--cluster-cidr=10.244.0.0/16,fd00:244::/32",
                "--service-capture=" + CAPTURE,
                "--v=2"));
        command.addAll(List.of(flags));
        return start(node, command, "changes are followed");
    }

    private static LabProxy start(String node, List<String> command, String ready) throws IOException {
        Path log = Files.createTempFile("kube-proxy", ".log");
        LabProxy proxy = new LabProxy(log, Lab.start(node, log, command));
        try {
            Await.until("the proxy says " + ready + "\n" + log, () -> proxy.says(ready));
            return proxy;
        } catch (Throwable e) {
            proxy.process.destroyForcibly();
            throw e;
        }
    }

    private boolean says(String text) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the proxy ended:\n" + log());
        }
        return log().contains(text);
    }

    static Lab.Result cleanup() {
        List<String> command = new ArrayList<>(COMMAND);
        command.add("--cleanup");
        return Lab.exec("node1", command.toArray(String[]::new));
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void terminate() {
        process.destroy();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            throw new AssertionError("the proxy did not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }
}
